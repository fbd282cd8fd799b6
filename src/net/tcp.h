// TCP connections and servers.
#pragma once

#include "net/stream.h"

namespace vireo::net {

/// A TCP socket: connected, listening or neither yet.
class Tcp final : public Stream {
 public:
  using BindBase = Stream;
  /// `server`: it will listen.
  explicit Tcp(Environment& env, bool server = false);

  [[nodiscard]] uv_stream_t* uv_stream() override { return reinterpret_cast<uv_stream_t*>(&tcp_); }
  [[nodiscard]] const char* type_name() const override { return listening_ ? "TCPServerWrap" : "TCPSocketWrap"; }

  // Each gives 0 or a negative error of libuv.
  int32_t open(int32_t fd);
  int32_t bind(std::string address, int32_t port, uint32_t flags);
  /// `wrapper.onconnection(status, Tcp)` for each connection.
  int32_t listen(int32_t backlog);
  /// `wrapper.onconnect(status)` follows.
  int32_t connect(std::string address, int32_t port);
  int32_t set_no_delay(bool enable);
  /// Times in seconds; 0 or missing leaves the system's value.
  int32_t set_keep_alive(bool enable, uint32_t seconds, std::optional<uint32_t> interval,
                         std::optional<uint32_t> count);
  int32_t set_type_of_service(int32_t value);
  /// The value, or a negative error.
  int32_t type_of_service();
  /// Closes with a RST; then as `close`.
  int32_t reset(std::optional<bind::Callback> callback);
  /// {address, family, port}, or a number: the error.
  v8::Local<v8::Value> socket_name(bind::Context& cx);
  v8::Local<v8::Value> peer_name(bind::Context& cx);

 private:
  int set_option(int level, int name, int value);
  bool is_v6();

  uv_tcp_t tcp_{};
  bool listening_ = false;
};

/// "127.0.0.1" or "::1%lo" and a port as a socket address; 0 or UV_EINVAL.
int parse_address(const std::string& address, int32_t port, sockaddr_storage& out);

/// The address without its port, with its interface where it needs one.
v8::Local<v8::String> ip_to_js(bind::Context& cx, const sockaddr* address);

/// {address, family: 'IPv4' or 'IPv6', port}
v8::Local<v8::Object> address_to_js(bind::Context& cx, const sockaddr* address);

}  // namespace vireo::net
