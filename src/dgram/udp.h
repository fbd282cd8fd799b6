// UDP sockets.
#pragma once

#include <uv.h>

#include "bind/bind.h"
#include "loop/handle.h"

namespace vireo::dgram {

/// A UDP socket of one family. Datagrams go to `wrapper.onmessage(buffer, address, port)`, errors of receiving to
/// `wrapper.onmessage(undefined, error)`.
class Udp final : public loop::Handle {
 public:
  /// `v6`: addresses are IPv6.
  Udp(Environment& env, bool v6);

  [[nodiscard]] const char* type_name() const override { return "UDPWrap"; }

  // Each gives 0 or a negative error of libuv, unless it says otherwise.
  int32_t open(int32_t fd);
  int32_t bind(std::string address, int32_t port, uint32_t flags);
  int32_t connect(std::string address, int32_t port);
  int32_t disconnect();
  int32_t recv_start();
  int32_t recv_stop();

  /// Sends `data` (bytes, or an array of bytes that make one datagram) to the address, or to the peer of a connected
  /// socket when that is missing. Gives the number of bytes plus one when the datagram has left, 0 when it is queued:
  /// `callback(status, size)` follows. `at_once`: try without the queue.
  int32_t send(bind::Context& cx, v8::Local<v8::Value> data, std::optional<std::string> address, int32_t port,
               bool at_once, std::optional<bind::Callback> callback);

  int32_t set_broadcast(bool on);
  int32_t set_ttl(int32_t ttl);
  int32_t set_multicast_ttl(int32_t ttl);
  int32_t set_multicast_loopback(bool on);
  int32_t set_multicast_interface(std::string address);
  /// `interface` may be missing: the system chooses.
  int32_t set_membership(std::string group, std::optional<std::string> interface, bool join);
  int32_t set_source_membership(std::string source, std::string group, std::optional<std::string> interface, bool join);

  /// Sets the size of the kernel's buffer; 0 only asks. Gives the size, or a negative error.
  int32_t recv_buffer_size(double size);
  int32_t send_buffer_size(double size);

  [[nodiscard]] double send_queue_size() const { return static_cast<double>(uv_udp_get_send_queue_size(&udp_)); }
  [[nodiscard]] double send_queue_count() const { return static_cast<double>(uv_udp_get_send_queue_count(&udp_)); }
  [[nodiscard]] int32_t fd() const;
  /// {address, family, port}, or a number: the error.
  v8::Local<v8::Value> socket_name(bind::Context& cx);
  v8::Local<v8::Value> peer_name(bind::Context& cx);

 private:
  class SendRequest;

  static void on_alloc(uv_handle_t* handle, size_t suggested, uv_buf_t* buffer);
  static void on_receive(uv_udp_t* udp, ssize_t count, const uv_buf_t* buffer, const sockaddr* peer, unsigned flags);
  int parse(const std::string& address, int32_t port, sockaddr_storage& out) const;
  int collect(bind::Context& cx, v8::Local<v8::Value> data, std::vector<bind::SharedBytes>& out) const;
  v8::Local<v8::String> address_of(bind::Context& cx, const sockaddr* peer);

  uv_udp_t udp_{};
  const bool v6_;
  /// Other processes may read from the same socket.
  bool shared_ = false;
  // The last peer's address as text: most sockets hear from few peers.
  std::string known_peer_;
  v8::Global<v8::String> known_address_;
};

}  // namespace vireo::dgram
