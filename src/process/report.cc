// What process.report tells that JavaScript cannot see: libuv's handles, the native stack, limits, shared objects.
#include <dlfcn.h>
#include <execinfo.h>
#include <gnu/libc-version.h>
#include <link.h>
#include <sys/resource.h>
#include <uv.h>

#include <array>
#include <cstdio>

#include "bind/bind.h"
#include "engine/environment.h"

namespace vireo::process {

namespace {

std::string hex(const void* pointer) {
  std::array<char, 24> text{};
  std::snprintf(text.data(), text.size(), "0x%016llx",
                static_cast<unsigned long long>(reinterpret_cast<uintptr_t>(pointer)));
  return text.data();
}

/// Fills an object of the report.
class Record {
 public:
  explicit Record(bind::Context& cx) : cx_(cx), object_(v8::Object::New(cx.isolate)) {}

  Record& set(const char* name, v8::Local<v8::Value> value) {
    object_->CreateDataProperty(cx_.context, bind::name(cx_.isolate, name), value).Check();
    return *this;
  }
  Record& text(const char* name, std::string_view value) { return set(name, bind::string_to_js(cx_, value)); }
  Record& number(const char* name, double value) { return set(name, v8::Number::New(cx_.isolate, value)); }
  Record& flag(const char* name, bool value) { return set(name, v8::Boolean::New(cx_.isolate, value)); }
  [[nodiscard]] v8::Local<v8::Object> object() const { return object_; }

 private:
  bind::Context& cx_;
  v8::Local<v8::Object> object_;
};

/// A path that libuv gives by filling a buffer; null when there is none.
template <class Get>
void set_path(bind::Context& cx, Record& record, const char* name, Get&& get) {
  std::array<char, 4096> buffer{};
  size_t size = buffer.size();
  if (get(buffer.data(), &size) == 0 && size > 0) record.text(name, std::string_view(buffer.data(), size));
  else record.set(name, v8::Null(cx.isolate));
}

/// The name that the resolver knows, else the address itself. `ask`: the network may be asked.
std::string host_name(bind::Context& cx, const sockaddr* address, std::string_view ip, bool ask) {
  uv_getnameinfo_t request;
  if (ask && uv_getnameinfo(cx.env.loop(), &request, nullptr, address, NI_NUMERICSERV) == 0) return request.host;
  return std::string(ip);
}

void set_endpoint(bind::Context& cx, Record& record, const char* name, int status, const sockaddr_storage& address,
                  bool ask) {
  if (status != 0 || (address.ss_family != AF_INET && address.ss_family != AF_INET6)) {
    record.set(name, v8::Null(cx.isolate));
    return;
  }
  const auto* generic = reinterpret_cast<const sockaddr*>(&address);
  std::array<char, INET6_ADDRSTRLEN> text{};
  uv_ip_name(generic, text.data(), text.size());
  const bool is_v6 = address.ss_family == AF_INET6;
  const uint16_t port = is_v6 ? reinterpret_cast<const sockaddr_in6*>(generic)->sin6_port
                              : reinterpret_cast<const sockaddr_in*>(generic)->sin_port;
  Record endpoint(cx);
  endpoint.text("host", host_name(cx, generic, text.data(), ask))
      .text(is_v6 ? "ip6" : "ip4", text.data())
      .number("port", ntohs(port));
  record.set(name, endpoint.object());
}

template <class Handle>
void set_socket_names(bind::Context& cx, Record& record, const Handle* handle,
                      int (*local)(const Handle*, sockaddr*, int*), int (*remote)(const Handle*, sockaddr*, int*),
                      bool ask) {
  sockaddr_storage address{};
  int size = sizeof(address);
  int status = local(handle, reinterpret_cast<sockaddr*>(&address), &size);
  set_endpoint(cx, record, "localEndpoint", status, address, ask);
  address = {};
  size = sizeof(address);
  status = remote(handle, reinterpret_cast<sockaddr*>(&address), &size);
  set_endpoint(cx, record, "remoteEndpoint", status, address, ask);
}

void describe(bind::Context& cx, Record& record, uv_handle_t* handle, bool ask) {
  switch (handle->type) {
    case UV_FS_EVENT:
      set_path(cx, record, "filename", [&](char* buffer, size_t* size) {
        return uv_fs_event_getpath(reinterpret_cast<uv_fs_event_t*>(handle), buffer, size);
      });
      break;
    case UV_FS_POLL:
      set_path(cx, record, "filename", [&](char* buffer, size_t* size) {
        return uv_fs_poll_getpath(reinterpret_cast<uv_fs_poll_t*>(handle), buffer, size);
      });
      break;
    case UV_NAMED_PIPE:
      set_path(cx, record, "localEndpoint", [&](char* buffer, size_t* size) {
        return uv_pipe_getsockname(reinterpret_cast<uv_pipe_t*>(handle), buffer, size);
      });
      set_path(cx, record, "remoteEndpoint", [&](char* buffer, size_t* size) {
        return uv_pipe_getpeername(reinterpret_cast<uv_pipe_t*>(handle), buffer, size);
      });
      break;
    case UV_TCP:
      set_socket_names(cx, record, reinterpret_cast<uv_tcp_t*>(handle), uv_tcp_getsockname, uv_tcp_getpeername, ask);
      break;
    case UV_UDP:
      set_socket_names(cx, record, reinterpret_cast<uv_udp_t*>(handle), uv_udp_getsockname, uv_udp_getpeername, ask);
      break;
    case UV_PROCESS: record.number("pid", uv_process_get_pid(reinterpret_cast<uv_process_t*>(handle))); break;
    case UV_TIMER: {
      const auto* timer = reinterpret_cast<uv_timer_t*>(handle);
      const uint64_t due = uv_timer_get_due_in(timer);
      record.number("repeat", static_cast<double>(uv_timer_get_repeat(timer)))
          .number("firesInMsFromNow", static_cast<double>(due))
          .flag("expired", due == 0);
      break;
    }
    case UV_SIGNAL: record.number("signum", reinterpret_cast<uv_signal_t*>(handle)->signum); break;
    default: break;
  }
  if (handle->type == UV_TCP || handle->type == UV_UDP || handle->type == UV_NAMED_PIPE) {
    int send = 0;
    int receive = 0;
    if (uv_send_buffer_size(handle, &send) == 0) record.number("sendBufferSize", send);
    if (uv_recv_buffer_size(handle, &receive) == 0) record.number("recvBufferSize", receive);
  }
  uv_os_fd_t fd = -1;
  if (uv_fileno(handle, &fd) == 0) record.number("fd", fd);
  if (handle->type == UV_TCP || handle->type == UV_NAMED_PIPE || handle->type == UV_TTY) {
    auto* stream = reinterpret_cast<uv_stream_t*>(handle);
    record.number("writeQueueSize", static_cast<double>(uv_stream_get_write_queue_size(stream)))
        .flag("readable", uv_is_readable(stream) != 0)
        .flag("writable", uv_is_writable(stream) != 0);
  }
}

/// libuv's handles and, last, the loop itself. `ask`: the resolver for the names of hosts.
v8::Local<v8::Value> handles(bind::Context& cx, bool ask) {
  struct Walk {
    bind::Context& cx;
    bool ask;
    std::vector<v8::Local<v8::Value>> records;
  } walk{cx, ask, {}};
  uv_walk(
      cx.env.loop(),
      [](uv_handle_t* handle, void* data) {
        auto& walk = *static_cast<Walk*>(data);
        Record record(walk.cx);
        record.text("type", uv_handle_type_name(handle->type))
            .flag("is_active", uv_is_active(handle) != 0)
            .flag("is_referenced", uv_has_ref(handle) != 0)
            .text("address", hex(handle));
        describe(walk.cx, record, handle, walk.ask);
        walk.records.push_back(record.object());
      },
      &walk);
  Record loop(cx);
  loop.text("type", "loop")
      .flag("is_active", uv_loop_alive(cx.env.loop()) != 0)
      .text("address", hex(cx.env.loop()))
      .number("loopIdleTimeSeconds", static_cast<double>(uv_metrics_idle_time(cx.env.loop())) / 1e9);
  walk.records.push_back(loop.object());
  return v8::Array::New(cx.isolate, walk.records.data(), walk.records.size());
}

/// [pc, symbol, pc, symbol, ...] of the C++ that led here.
std::vector<std::string> native_stack() {
  std::array<void*, 64> frames{};
  const int count = ::backtrace(frames.data(), frames.size());
  std::vector<std::string> result;
  for (int i = 1; i < count; i++) {
    Dl_info info{};
    std::string symbol = "[unknown]";
    if (::dladdr(frames[static_cast<size_t>(i)], &info) != 0) {
      symbol = info.dli_sname != nullptr ? info.dli_sname : "";
      if (info.dli_fname != nullptr) symbol += std::string(symbol.empty() ? "[" : " [") + info.dli_fname + "]";
    }
    result.push_back(hex(frames[static_cast<size_t>(i)]));
    result.push_back(std::move(symbol));
  }
  return result;
}

/// [soft, hard, soft, hard, ...] in the order of names in process/report_content.js; -1 is unlimited.
std::vector<double> limits() {
  std::vector<double> result;
  for (const auto resource : {RLIMIT_CORE, RLIMIT_DATA, RLIMIT_FSIZE, RLIMIT_MEMLOCK, RLIMIT_RSS, RLIMIT_NOFILE,
                              RLIMIT_STACK, RLIMIT_CPU, RLIMIT_NPROC, RLIMIT_AS}) {
    rlimit limit{};
    ::getrlimit(resource, &limit);
    for (const rlim_t value : {limit.rlim_cur, limit.rlim_max})
      result.push_back(value == RLIM_INFINITY ? -1 : static_cast<double>(value));
  }
  return result;
}

std::vector<std::string> shared_objects() {
  std::vector<std::string> names;
  ::dl_iterate_phdr(
      [](dl_phdr_info* info, size_t, void* data) {
        if (info->dlpi_name != nullptr && info->dlpi_name[0] != '\0')
          static_cast<std::vector<std::string>*>(data)->emplace_back(info->dlpi_name);
        return 0;
      },
      &names);
  return names;
}

/// This thread: user and kernel seconds, blocks read and written.
std::vector<double> thread_usage() {
  uv_rusage_t usage{};
  if (uv_getrusage_thread(&usage) != 0) return {};
  const auto seconds = [](const uv_timeval_t& time) {
    return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) / 1e6;
  };
  return {seconds(usage.ru_utime), seconds(usage.ru_stime), static_cast<double>(usage.ru_inblock),
          static_cast<double>(usage.ru_oublock)};
}

/// Of the C library that runs, not of the one we were compiled against.
std::string glibc_version() { return ::gnu_get_libc_version(); }

}  // namespace

BIND_MODULE(report) {
  module.function<handles>("handles");
  module.function<native_stack>("nativeStack");
  module.function<limits>("limits");
  module.function<shared_objects>("sharedObjects");
  module.function<thread_usage>("threadUsage");
  module.function<glibc_version>("glibcVersion");
  module.constant("GLIBC_COMPILED", std::to_string(__GLIBC__) + "." + std::to_string(__GLIBC_MINOR__));
}

}  // namespace vireo::process
