// What process.* asks of the operating system and of V8.
#include <grp.h>
#include <pwd.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <climits>
#include <csignal>
#include <cstdio>
#include <cstring>

#include "bind/bind.h"
#include "engine/environment.h"
#include "process/environment_variables.h"

namespace vireo::process {

namespace {

v8::Local<v8::Object> environment_variables(bind::Context& cx) { return make_environment_object(cx); }

// --- clocks
// -----------------------------------------------------------------------------------------------------------------

/// Nanoseconds on the monotonic clock, exact below 2^53 (104 days of uptime).
double hrtime() { return static_cast<double>(uv_hrtime()); }

v8::Local<v8::BigInt> hrtime_bigint(v8::Isolate* isolate) { return v8::BigInt::NewFromUnsigned(isolate, uv_hrtime()); }

/// Seconds since this Environment started.
double uptime(Environment& env) { return static_cast<double>(uv_hrtime() - env.milestones().node_start) / 1e9; }

// --- directories and masks
// ------------------------------------------------------------------------------------------------------

bind::Result<std::string> cwd() {
  std::string path(PATH_MAX, '\0');
  size_t size = path.size();
  int status = uv_cwd(path.data(), &size);
  if (status == UV_ENOBUFS) {
    path.resize(size);
    status = uv_cwd(path.data(), &size);
  }
  if (status != 0) return bind::fail(bind::Error::system(status, "uv_cwd"));
  path.resize(size);
  return path;
}

bind::Result<void> chdir(const std::string& directory) {
  const int status = uv_chdir(directory.c_str());
  if (status == 0) return {};
  return bind::fail(bind::Error::system(status, "chdir", cwd().value_or(""), directory));
}

/// Sets the mask when there is one; gives the old one.
uint32_t umask(std::optional<uint32_t> mask) {
  if (mask) return ::umask(static_cast<mode_t>(*mask));
  // There is no way to read it alone.
  const mode_t old = ::umask(0);
  ::umask(old);
  return old;
}

// --- users and groups
// ----------------------------------------------------------------------------------------------------------

uint32_t getuid() { return ::getuid(); }
uint32_t geteuid() { return ::geteuid(); }
uint32_t getgid() { return ::getgid(); }
uint32_t getegid() { return ::getegid(); }

/// -1 when there is no such user.
double uid_of(const std::string& name) {
  passwd entry{};
  passwd* found = nullptr;
  std::array<char, 8192> buffer{};
  if (getpwnam_r(name.c_str(), &entry, buffer.data(), buffer.size(), &found) != 0 || found == nullptr) return -1;
  return entry.pw_uid;
}

/// -1 when there is no such group.
double gid_of(const std::string& name) {
  group entry{};
  group* found = nullptr;
  std::array<char, 8192> buffer{};
  if (getgrnam_r(name.c_str(), &entry, buffer.data(), buffer.size(), &found) != 0 || found == nullptr) return -1;
  return entry.gr_gid;
}

/// The name of a user; nothing when there is none.
std::optional<std::string> name_of(uint32_t uid) {
  passwd entry{};
  passwd* found = nullptr;
  std::array<char, 8192> buffer{};
  if (getpwuid_r(uid, &entry, buffer.data(), buffer.size(), &found) != 0 || found == nullptr) return std::nullopt;
  return std::string(entry.pw_name);
}

/// 0, or an errno: JavaScript makes the error.
int32_t check(int status) { return status == 0 ? 0 : errno; }

std::string error_text(int32_t number) { return std::strerror(number); }

int32_t setuid(uint32_t id) { return check(::setuid(id)); }
int32_t seteuid(uint32_t id) { return check(::seteuid(id)); }
int32_t setgid(uint32_t id) { return check(::setgid(id)); }
int32_t setegid(uint32_t id) { return check(::setegid(id)); }
int32_t initgroups(const std::string& user, uint32_t extra) { return check(::initgroups(user.c_str(), extra)); }

int32_t setgroups(const std::vector<uint32_t>& groups) {
  const std::vector<gid_t> ids(groups.begin(), groups.end());
  return check(::setgroups(ids.size(), ids.data()));
}

bind::Result<std::vector<uint32_t>> getgroups() {
  const int count = ::getgroups(0, nullptr);
  if (count < 0) return bind::fail(bind::Error::system(-errno, "getgroups"));
  std::vector<gid_t> ids(static_cast<size_t>(count));
  const int got = ::getgroups(count, ids.data());
  if (got < 0) return bind::fail(bind::Error::system(-errno, "getgroups"));
  std::vector<uint32_t> groups(ids.begin(), ids.begin() + got);
  // POSIX leaves open whether the effective group is among them.
  const gid_t effective = ::getegid();
  if (std::find(groups.begin(), groups.end(), effective) == groups.end()) groups.push_back(effective);
  return groups;
}

// --- usage
// ----------------------------------------------------------------------------------------------------------------------

bind::Result<double> rss() {
  size_t bytes = 0;
  const int status = uv_resident_set_memory(&bytes);
  if (status != 0) return bind::fail(bind::Error::system(status, "uv_resident_set_memory"));
  return static_cast<double>(bytes);
}

/// rss, heap total, heap used, external, array buffers; bytes.
bind::Result<std::vector<double>> memory_usage(v8::Isolate* isolate) {
  const bind::Result<double> resident = rss();
  if (!resident) return bind::fail(resident.error());
  v8::HeapStatistics heap;
  isolate->GetHeapStatistics(&heap);
  const auto external = static_cast<double>(heap.external_memory());
  return std::vector<double>{*resident, static_cast<double>(heap.total_heap_size()),
                             static_cast<double>(heap.used_heap_size()), external, external};
}

double microseconds(const uv_timeval_t& time) {
  return static_cast<double>(time.tv_sec) * 1e6 + static_cast<double>(time.tv_usec);
}

/// user, system; microseconds.
bind::Result<std::vector<double>> cpu_usage() {
  uv_rusage_t usage;
  const int status = uv_getrusage(&usage);
  if (status != 0) return bind::fail(bind::Error::system(status, "uv_getrusage"));
  return std::vector<double>{microseconds(usage.ru_utime), microseconds(usage.ru_stime)};
}

bind::Result<std::vector<double>> thread_cpu_usage() {
  uv_rusage_t usage;
  const int status = uv_getrusage_thread(&usage);
  if (status != 0) return bind::fail(bind::Error::system(status, "uv_getrusage_thread"));
  return std::vector<double>{microseconds(usage.ru_utime), microseconds(usage.ru_stime)};
}

/// In the order of process.resourceUsage()'s properties.
bind::Result<std::vector<double>> resource_usage() {
  uv_rusage_t usage;
  const int status = uv_getrusage(&usage);
  if (status != 0) return bind::fail(bind::Error::system(status, "uv_getrusage"));
  const auto number = [](uint64_t value) { return static_cast<double>(value); };
  return std::vector<double>{
      microseconds(usage.ru_utime), microseconds(usage.ru_stime), number(usage.ru_maxrss),  number(usage.ru_ixrss),
      number(usage.ru_idrss),       number(usage.ru_isrss),       number(usage.ru_minflt),  number(usage.ru_majflt),
      number(usage.ru_nswap),       number(usage.ru_inblock),     number(usage.ru_oublock), number(usage.ru_msgsnd),
      number(usage.ru_msgrcv),      number(usage.ru_nsignals),    number(usage.ru_nvcsw),   number(usage.ru_nivcsw)};
}

double available_memory() { return static_cast<double>(uv_get_available_memory()); }

/// 0 when unknown or unlimited.
double constrained_memory() { return static_cast<double>(uv_get_constrained_memory()); }

// --- the process itself
// -------------------------------------------------------------------------------------------------------

int32_t pid() { return static_cast<int32_t>(uv_os_getpid()); }
int32_t ppid() { return static_cast<int32_t>(uv_os_getppid()); }

bind::Result<std::string> get_title() {
  std::string title(512, '\0');
  for (;;) {
    const int status = uv_get_process_title(title.data(), title.size());
    if (status == UV_ENOBUFS && title.size() < (1U << 20)) {
      title.resize(title.size() * 2);
      continue;
    }
    if (status != 0) return bind::fail(bind::Error::system(status, "uv_get_process_title"));
    title.resize(std::char_traits<char>::length(title.c_str()));
    return title;
  }
}

void set_title(const std::string& title) { uv_set_process_title(title.c_str()); }

/// A libuv error code, or 0.
int32_t kill(int32_t pid, int32_t signal) { return uv_kill(pid, signal); }

void really_exit(Environment& env, int32_t code) { env.exit(code); }

void abort_process() { std::abort(); }

/// Straight to stderr, whatever state JavaScript is in.
void raw_debug(const std::string& text) {
  std::fwrite(text.data(), 1, text.size(), stderr);
  std::fputc('\n', stderr);
  std::fflush(stderr);
}

/// A string for any value, without running any of its code.
v8::Local<v8::String> detail_string(bind::Context& cx, v8::Local<v8::Value> value) {
  v8::Local<v8::String> text;
  return value->ToDetailString(cx.context).ToLocal(&text) ? text : v8::String::Empty(cx.isolate);
}

/// Replaces this process; comes back only when it fails.
bind::Result<void> execve(const std::string& path, const std::vector<std::string>& args,
                          const std::vector<std::string>& environment) {
  const auto pointers = [](const std::vector<std::string>& strings) {
    std::vector<char*> list;
    for (const std::string& text : strings) list.push_back(const_cast<char*>(text.c_str()));
    list.push_back(nullptr);
    return list;
  };
  std::vector<char*> argv = pointers(args);
  std::vector<char*> envp = pointers(environment);
  // Standard streams are inherited; libuv marks the rest close-on-exec.
  ::execve(path.c_str(), argv.data(), envp.data());
  return bind::fail(bind::Error::system(-errno, "execve"));
}

std::vector<std::string> active_resources(Environment& env) { return env.active_resources(); }

/// One object for each pending request.
v8::Local<v8::Array> active_requests(bind::Context& cx) {
  std::vector<v8::Local<v8::Value>> objects(cx.env.request_count());
  for (auto& object : objects) object = v8::Object::New(cx.isolate);
  return v8::Array::New(cx.isolate, objects.data(), objects.size());
}

/// The wrappers of all open, ref'd handles.
v8::Local<v8::Array> active_handles(bind::Context& cx) {
  std::vector<v8::Local<v8::Value>> wrappers;
  cx.env.for_each_handle([&](loop::Handle& handle) {
    if (handle.has_wrapper() && handle.has_ref() && !handle.is_closing()) wrappers.push_back(handle.wrapper());
  });
  return v8::Array::New(cx.isolate, wrappers.data(), wrappers.size());
}

}  // namespace

BIND_MODULE(process) {
#if defined(__x86_64__)
  module.constant("arch", "x64");
#elif defined(__aarch64__)
  module.constant("arch", "arm64");
#endif
  module.constant("platform", "linux");
  module.function<environment_variables>("environmentVariables");
  module.function<hrtime>("hrtime");
  module.function<hrtime_bigint>("hrtimeBigint");
  module.function<uptime>("uptime");
  module.function<cwd>("cwd");
  module.function<chdir>("chdir");
  module.function<umask>("umask");
  module.function<getuid>("getuid");
  module.function<geteuid>("geteuid");
  module.function<getgid>("getgid");
  module.function<getegid>("getegid");
  module.function<uid_of>("uidOf");
  module.function<gid_of>("gidOf");
  module.function<name_of>("nameOf");
  module.function<setuid>("setuid");
  module.function<seteuid>("seteuid");
  module.function<setgid>("setgid");
  module.function<setegid>("setegid");
  module.function<initgroups>("initgroups");
  module.function<setgroups>("setgroups");
  module.function<getgroups>("getgroups");
  module.function<rss>("rss");
  module.function<memory_usage>("memoryUsage");
  module.function<cpu_usage>("cpuUsage");
  module.function<thread_cpu_usage>("threadCpuUsage");
  module.function<resource_usage>("resourceUsage");
  module.function<available_memory>("availableMemory");
  module.function<constrained_memory>("constrainedMemory");
  module.function<pid>("pid");
  module.function<ppid>("ppid");
  module.function<get_title>("getTitle");
  module.function<set_title>("setTitle");
  module.function<kill>("kill");
  module.function<really_exit>("reallyExit");
  module.function<abort_process>("abort");
  module.function<raw_debug>("rawDebug");
  module.function<detail_string>("detailString");
  module.function<execve>("execve");
  module.function<active_resources>("activeResources");
  module.function<active_handles>("activeHandles");
  module.function<active_requests>("activeRequests");
  module.function<error_text>("errorText");
}

}  // namespace vireo::process
