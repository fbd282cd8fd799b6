// What the operating system tells about itself, by libuv.
#include <arpa/inet.h>
#include <uv.h>

#include <array>
#include <format>

#include "bind/bind.h"

namespace vireo::os {

namespace {

using bind::Result;

void set(bind::Context& cx, v8::Local<v8::Object> object, const char* key, v8::Local<v8::Value> value) {
  object->CreateDataProperty(cx.context, bind::name(cx.isolate, key), value).Check();
}

/// `[model, speed, user, nice, sys, idle, irq]` of each processor, times in milliseconds, in one flat array.
Result<v8::Local<v8::Array>> cpus(bind::Context& cx) {
  uv_cpu_info_t* infos = nullptr;
  int count = 0;
  if (const int code = uv_cpu_info(&infos, &count)) return bind::fail(bind::Error::system(code, "uv_cpu_info"));
  std::vector<v8::Local<v8::Value>> values;
  for (int i = 0; i < count; i++) {
    const uv_cpu_info_t& info = infos[i];
    values.push_back(bind::to_js(cx, info.model));
    values.push_back(v8::Integer::New(cx.isolate, info.speed));
    const auto& times = info.cpu_times;
    for (const uint64_t time : {times.user, times.nice, times.sys, times.idle, times.irq})
      values.push_back(v8::Number::New(cx.isolate, static_cast<double>(time)));
  }
  uv_free_cpu_info(infos, count);
  return v8::Array::New(cx.isolate, values.data(), values.size());
}

/// `[name, address, netmask, family, mac, internal, scopeid]` of each address, in one flat array; scopeid -1 for IPv4.
Result<v8::Local<v8::Array>> interface_addresses(bind::Context& cx) {
  uv_interface_address_t* addresses = nullptr;
  int count = 0;
  const int code = uv_interface_addresses(&addresses, &count);
  if (code == UV_ENOSYS) return v8::Array::New(cx.isolate);
  if (code != 0) return bind::fail(bind::Error::system(code, "uv_interface_addresses"));
  std::vector<v8::Local<v8::Value>> values;
  for (int i = 0; i < count; i++) {
    const uv_interface_address_t& one = addresses[i];
    char ip[INET6_ADDRSTRLEN];
    char netmask[INET6_ADDRSTRLEN];
    int scope = -1;
    const char* family = "unknown";
    if (one.address.address4.sin_family == AF_INET) {
      family = "IPv4";
      uv_ip4_name(&one.address.address4, ip, sizeof(ip));
      uv_ip4_name(&one.netmask.netmask4, netmask, sizeof(netmask));
    } else if (one.address.address4.sin_family == AF_INET6) {
      family = "IPv6";
      uv_ip6_name(&one.address.address6, ip, sizeof(ip));
      uv_ip6_name(&one.netmask.netmask6, netmask, sizeof(netmask));
      scope = static_cast<int>(one.address.address6.sin6_scope_id);
    } else {
      std::snprintf(ip, sizeof(ip), "<unknown sa family>");
      netmask[0] = '\0';
    }
    const auto byte = [&](int n) { return static_cast<unsigned>(static_cast<unsigned char>(one.phys_addr[n])); };
    const std::string mac =
        std::format("{:02x}:{:02x}:{:02x}:{:02x}:{:02x}:{:02x}", byte(0), byte(1), byte(2), byte(3), byte(4), byte(5));
    values.insert(values.end(),
                  {bind::to_js(cx, static_cast<const char*>(one.name)), bind::to_js(cx, static_cast<const char*>(ip)),
                   bind::to_js(cx, static_cast<const char*>(netmask)), bind::to_js(cx, family), bind::to_js(cx, mac),
                   v8::Boolean::New(cx.isolate, one.is_internal != 0), v8::Integer::New(cx.isolate, scope)});
  }
  uv_free_interface_addresses(addresses, count);
  return v8::Array::New(cx.isolate, values.data(), values.size());
}

Result<v8::Local<v8::Array>> uname(bind::Context& cx) {
  uv_utsname_t info;
  if (const int code = uv_os_uname(&info)) return bind::fail(bind::Error::system(code, "uv_os_uname"));
  v8::Local<v8::Value> values[] = {bind::to_js(cx, info.sysname), bind::to_js(cx, info.version),
                                   bind::to_js(cx, info.release), bind::to_js(cx, info.machine)};
  return v8::Array::New(cx.isolate, values, 4);
}

Result<std::string> hostname() {
  char buffer[UV_MAXHOSTNAMESIZE];
  size_t size = sizeof(buffer);
  if (const int code = uv_os_gethostname(buffer, &size))
    return bind::fail(bind::Error::system(code, "uv_os_gethostname"));
  return std::string(buffer, size);
}

Result<std::string> homedir() {
  std::string path(512, '\0');
  size_t size = path.size();
  int code = uv_os_homedir(path.data(), &size);
  if (code == UV_ENOBUFS) {
    path.resize(size);
    code = uv_os_homedir(path.data(), &size);
  }
  if (code != 0) return bind::fail(bind::Error::system(code, "uv_os_homedir"));
  path.resize(size);
  return path;
}

Result<double> uptime() {
  double seconds = 0;
  if (const int code = uv_uptime(&seconds)) return bind::fail(bind::Error::system(code, "uv_uptime"));
  return seconds;
}

void load_average(bind::Bytes out) {
  if (out.size() < 3 * sizeof(double)) return;
  double values[3];
  uv_loadavg(values);
  std::memcpy(out.data(), values, sizeof(values));
}

Result<v8::Local<v8::Object>> user_info(bind::Context& cx, bool as_buffers) {
  uv_passwd_t info;
  if (const int code = uv_os_get_passwd(&info)) return bind::fail(bind::Error::system(code, "uv_os_get_passwd"));
  const auto text = [&](const char* value) -> v8::Local<v8::Value> {
    if (value == nullptr) return v8::Null(cx.isolate);
    if (as_buffers) return bind::to_js(cx, bind::OwnedBytes(std::string_view(value)));
    return bind::to_js(cx, value);
  };
  v8::Local<v8::Object> object = v8::Object::New(cx.isolate, v8::Null(cx.isolate), nullptr, nullptr, 0);
  set(cx, object, "uid", v8::Number::New(cx.isolate, static_cast<double>(info.uid)));
  set(cx, object, "gid", v8::Number::New(cx.isolate, static_cast<double>(info.gid)));
  set(cx, object, "username", text(info.username));
  set(cx, object, "homedir", text(info.homedir));
  set(cx, object, "shell", text(info.shell));
  uv_os_free_passwd(&info);
  return object;
}

Result<int32_t> get_priority(int32_t pid) {
  int priority = 0;
  if (const int code = uv_os_getpriority(pid, &priority))
    return bind::fail(bind::Error::system(code, "uv_os_getpriority"));
  return priority;
}

Result<void> set_priority(int32_t pid, int32_t priority) {
  if (const int code = uv_os_setpriority(pid, priority))
    return bind::fail(bind::Error::system(code, "uv_os_setpriority"));
  return {};
}

double free_memory() { return static_cast<double>(uv_get_available_memory()); }
double total_memory() { return static_cast<double>(uv_get_total_memory()); }
uint32_t available_parallelism() { return uv_available_parallelism(); }

}  // namespace

BIND_MODULE(os) {
  module.function<cpus>("cpus");
  module.function<interface_addresses>("interfaceAddresses");
  module.function<uname>("uname");
  module.function<hostname>("hostname");
  module.function<homedir>("homedir");
  module.function<uptime>("uptime");
  module.function<load_average>("loadAverage");
  module.function<user_info>("userInfo");
  module.function<get_priority>("getPriority");
  module.function<set_priority>("setPriority");
  module.function<free_memory>("freeMemory");
  module.function<total_memory>("totalMemory");
  module.function<available_parallelism>("availableParallelism");
}

}  // namespace vireo::os
