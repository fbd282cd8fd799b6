#include "net/tcp.h"

#include <net/if.h>
#include <netinet/tcp.h>
#include <unistd.h>

#include "engine/environment.h"
#include "loop/callback_scope.h"

namespace vireo::net {

int parse_address(const std::string& address, int32_t port, sockaddr_storage& out) {
  if (address.find(':') == std::string::npos)
    return uv_ip4_addr(address.c_str(), port, reinterpret_cast<sockaddr_in*>(&out));
  return uv_ip6_addr(address.c_str(), port, reinterpret_cast<sockaddr_in6*>(&out));
}

v8::Local<v8::String> ip_to_js(bind::Context& cx, const sockaddr* address) {
  char text[INET6_ADDRSTRLEN + IF_NAMESIZE + 1];
  uv_ip_name(address, text, sizeof(text));
  std::string name(text);
  if (address->sa_family == AF_INET6) {
    const auto* v6 = reinterpret_cast<const sockaddr_in6*>(address);
    // Link-local addresses mean nothing without their interface.
    if (IN6_IS_ADDR_LINKLOCAL(&v6->sin6_addr) && v6->sin6_scope_id > 0) {
      char interface[UV_IF_NAMESIZE];
      size_t size = sizeof(interface);
      if (uv_if_indextoname(v6->sin6_scope_id, interface, &size) == 0) name += std::string("%") + interface;
    }
  }
  return bind::string_to_js(cx, name);
}

v8::Local<v8::Object> address_to_js(bind::Context& cx, const sockaddr* address) {
  const bool is_v6 = address->sa_family == AF_INET6;
  const uint16_t port = is_v6 ? reinterpret_cast<const sockaddr_in6*>(address)->sin6_port
                              : reinterpret_cast<const sockaddr_in*>(address)->sin_port;
  v8::Local<v8::Object> object = v8::Object::New(cx.isolate);
  const auto set = [&](const char* name, v8::Local<v8::Value> value) {
    object->CreateDataProperty(cx.context, bind::name(cx.isolate, name), value).Check();
  };
  set("address", ip_to_js(cx, address));
  set("family", bind::string_to_js(cx, is_v6 ? "IPv6" : "IPv4"));
  set("port", v8::Integer::New(cx.isolate, ntohs(port)));
  return object;
}

Tcp::Tcp(Environment& env, bool server) : Stream(env), listening_(server) {
  uv_tcp_init(env.loop(), &tcp_);
  opened(reinterpret_cast<uv_handle_t*>(&tcp_));
}

int32_t Tcp::open(int32_t fd) { return uv_tcp_open(&tcp_, fd); }

int32_t Tcp::bind(std::string address, int32_t port, uint32_t flags) {
  sockaddr_storage storage{};
  if (const int status = parse_address(address, port, storage); status != 0) return status;
  return uv_tcp_bind(&tcp_, reinterpret_cast<sockaddr*>(&storage), flags);
}

int32_t Tcp::listen(int32_t backlog) {
  listening_ = true;
  return uv_listen(uv_stream(), backlog, [](uv_stream_t* server, int status) {
    auto* self = from<Tcp>(server);
    Environment& env = self->env();
    if (!env.can_call_into_js()) return;
    loop::LoopEntry entry(env);
    v8::Local<v8::Value> client = v8::Undefined(env.isolate());
    Tcp* accepted = nullptr;
    if (status == 0) {
      const loop::TriggerScope trigger(env, self->async_context());
      accepted = vireo::bind::make<Tcp>(env);
      status = uv_accept(server, accepted->uv_stream());
      if (status == 0) client = accepted->wrapper();
      else accepted->close();
    }
    self->emit(vireo::bind::name(env.isolate(), "onconnection"), {v8::Integer::New(env.isolate(), status), client});
    if (accepted != nullptr) accepted->release();
  });
}

int32_t Tcp::connect(std::string address, int32_t port) {
  sockaddr_storage storage{};
  if (const int status = parse_address(address, port, storage); status != 0) return status;
  return start_request<uv_connect_t>(*this, "TCPConnectWrap", [&](uv_connect_t* request) {
    return uv_tcp_connect(request, &tcp_, reinterpret_cast<sockaddr*>(&storage), [](uv_connect_t* done, int status) {
      StreamRequest<uv_connect_t>::of(done)->finish(*from<Tcp>(done->handle), "onconnect", status);
    });
  });
}

int32_t Tcp::set_no_delay(bool enable) { return uv_tcp_nodelay(&tcp_, enable ? 1 : 0); }
int Tcp::set_option(int level, int name, int value) {
  return setsockopt(fd(), level, name, &value, sizeof(value)) == 0 ? 0 : -errno;
}

int32_t Tcp::set_keep_alive(bool enable, uint32_t seconds, std::optional<uint32_t> interval,
                            std::optional<uint32_t> count) {
  // Not libuv's function: it refuses a delay of 0, and it would set what nobody asked for.
  if (const int status = set_option(SOL_SOCKET, SO_KEEPALIVE, enable ? 1 : 0); status != 0 || !enable) return status;
  constexpr uint32_t kInterval = 1;  // Node's own defaults
  constexpr uint32_t kCount = 10;
  const std::pair<int, uint32_t> values[] = {
      {TCP_KEEPIDLE, seconds}, {TCP_KEEPINTVL, interval.value_or(kInterval)}, {TCP_KEEPCNT, count.value_or(kCount)}};
  for (const auto& [name, value] : values) {
    if (value == 0) continue;
    if (const int status = set_option(IPPROTO_TCP, name, static_cast<int>(value)); status != 0) return status;
  }
  return 0;
}

bool Tcp::is_v6() {
  sockaddr_storage storage{};
  int size = sizeof(storage);
  return uv_tcp_getsockname(&tcp_, reinterpret_cast<sockaddr*>(&storage), &size) == 0 && storage.ss_family == AF_INET6;
}

int32_t Tcp::set_type_of_service(int32_t value) {
  if (!is_v6()) return set_option(IPPROTO_IP, IP_TOS, value);
  // A v6 socket may carry v4.
  (void)set_option(IPPROTO_IP, IP_TOS, value);
  return set_option(IPPROTO_IPV6, IPV6_TCLASS, value);
}

int32_t Tcp::type_of_service() {
  int value = 0;
  socklen_t size = sizeof(value);
  const bool v6 = is_v6();
  if (getsockopt(fd(), v6 ? IPPROTO_IPV6 : IPPROTO_IP, v6 ? IPV6_TCLASS : IP_TOS, &value, &size) != 0) return -errno;
  return value;
}

int32_t Tcp::reset(std::optional<vireo::bind::Callback> callback) {
  if (is_closing()) return 0;
  // An RST is what a closed socket with a linger time of zero sends.
  const linger now{1, 0};
  const int descriptor = fd();
  if (descriptor < 0 || setsockopt(descriptor, SOL_SOCKET, SO_LINGER, &now, sizeof(now)) != 0) return -errno;
  close(std::move(callback));
  return 0;
}

v8::Local<v8::Value> Tcp::socket_name(vireo::bind::Context& cx) {
  sockaddr_storage storage{};
  int size = sizeof(storage);
  const int status = uv_tcp_getsockname(&tcp_, reinterpret_cast<sockaddr*>(&storage), &size);
  if (status != 0) return v8::Integer::New(cx.isolate, status);
  return address_to_js(cx, reinterpret_cast<sockaddr*>(&storage));
}

v8::Local<v8::Value> Tcp::peer_name(vireo::bind::Context& cx) {
  sockaddr_storage storage{};
  int size = sizeof(storage);
  const int status = uv_tcp_getpeername(&tcp_, reinterpret_cast<sockaddr*>(&storage), &size);
  if (status != 0) return v8::Integer::New(cx.isolate, status);
  return address_to_js(cx, reinterpret_cast<sockaddr*>(&storage));
}

}  // namespace vireo::net
