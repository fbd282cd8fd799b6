#include "dgram/udp.h"

#include <net/if.h>

#include "engine/environment.h"
#include "loop/callback_scope.h"
#include "net/tcp.h"

namespace vireo::dgram {

namespace {

constexpr size_t kMaxDatagram = 64 * 1024;
/// Datagrams that one system call may bring.
constexpr size_t kBatch = 20;

/// Where the kernel puts datagrams: one place for all sockets of an Environment, as each is copied before JavaScript
/// sees it. Pages that no datagram reached cost nothing. JavaScript that handles a datagram may turn the loop: as the
/// rest of its batch must stay as it is, each level of that has a place of its own.
class ReceiveBuffer {
 public:
  explicit ReceiveBuffer(Environment&) {}

  char* bytes() {
    if (levels_.size() <= level) levels_.resize(level + 1);
    auto& bytes = levels_[level];
    if (bytes == nullptr) bytes = std::make_unique_for_overwrite<char[]>(kBatch * kMaxDatagram);
    return bytes.get();
  }
  /// How many datagrams JavaScript is handling.
  size_t level = 0;

 private:
  std::vector<std::unique_ptr<char[]>> levels_;
};

const sockaddr* as_sockaddr(const sockaddr_storage& storage) { return reinterpret_cast<const sockaddr*>(&storage); }

}  // namespace

/// Datagrams that wait in libuv's queue, and what keeps their bytes alive.
class Udp::SendRequest final : public loop::Request {
 public:
  SendRequest(Environment& env, std::vector<bind::SharedBytes> bytes, std::optional<bind::Callback> callback)
      : Request(env), bytes_(std::move(bytes)), callback_(std::move(callback)) {
    uv.data = this;
    for (const bind::SharedBytes& each : bytes_) size_ += each.size();
  }

  void started() { announce(); }
  void finish(int status) const {
    if (!callback_ || !env().can_call_into_js()) return;
    loop::LoopEntry entry(env());
    v8::Isolate* isolate = env().isolate();
    (void)callback_->call({v8::Integer::New(isolate, status), v8::Number::New(isolate, static_cast<double>(size_))});
  }

  void cancel() override {}  // ends when the socket is closed
  [[nodiscard]] const char* type_name() const override { return "UDPSendWrap"; }

  uv_udp_send_t uv{};

 private:
  std::vector<bind::SharedBytes> bytes_;
  std::optional<bind::Callback> callback_;
  size_t size_ = 0;
};

Udp::Udp(Environment& env, bool v6) : Handle(env), v6_(v6) {
  uv_udp_init_ex(env.loop(), &udp_, AF_UNSPEC | UV_UDP_RECVMMSG);
  opened(reinterpret_cast<uv_handle_t*>(&udp_));
}

int Udp::parse(const std::string& address, int32_t port, sockaddr_storage& out) const {
  // A C string ends at its first NUL: "127.0.0.1\0evil" is no address.
  if (address.find('\0') != std::string::npos) return UV_EINVAL;
  return v6_ ? uv_ip6_addr(address.c_str(), port, reinterpret_cast<sockaddr_in6*>(&out))
             : uv_ip4_addr(address.c_str(), port, reinterpret_cast<sockaddr_in*>(&out));
}

int32_t Udp::open(int32_t fd) {
  shared_ = true;
  return uv_udp_open(&udp_, fd);
}

int32_t Udp::bind(std::string address, int32_t port, uint32_t flags) {
  sockaddr_storage storage{};
  if (const int status = parse(address, port, storage); status != 0) return status;
  return uv_udp_bind(&udp_, as_sockaddr(storage), flags);
}

int32_t Udp::connect(std::string address, int32_t port) {
  sockaddr_storage storage{};
  if (const int status = parse(address, port, storage); status != 0) return status;
  return uv_udp_connect(&udp_, as_sockaddr(storage));
}

int32_t Udp::disconnect() { return uv_udp_connect(&udp_, nullptr); }

// --- receiving
// ----------------------------------------------------------------------------------------------------------

int32_t Udp::recv_start() {
  const int status = uv_udp_recv_start(&udp_, on_alloc, on_receive);
  return status == UV_EALREADY ? 0 : status;
}

int32_t Udp::recv_stop() { return uv_udp_recv_stop(&udp_); }

void Udp::on_alloc(uv_handle_t* handle, size_t, uv_buf_t* buffer) {
  auto* self = from<Udp>(handle);
  // What a batch has taken nobody else gets, even if this socket is closed at its first datagram.
  const size_t size = (self->shared_ ? 1 : kBatch) * kMaxDatagram;
  *buffer = uv_buf_init(self->env().state<ReceiveBuffer>().bytes(), static_cast<unsigned>(size));
}

void Udp::on_receive(uv_udp_t* udp, ssize_t count, const uv_buf_t* buffer, const sockaddr* peer, unsigned) {
  auto* self = from<Udp>(udp);
  Environment& env = self->env();
  auto& shared = env.state<ReceiveBuffer>();
  if ((count == 0 && peer == nullptr) || !env.can_call_into_js()) return;
  loop::LoopEntry entry(env);
  self->hold();
  shared.level++;
  bind::Context cx(env.isolate(), env.context(), env);
  v8::Local<v8::String> onmessage = bind::name(env.isolate(), "onmessage");
  if (count < 0) {
    self->emit(onmessage, {v8::Undefined(env.isolate()), v8::Integer::New(env.isolate(), static_cast<int32_t>(count))});
  } else {
    const uint16_t port = peer->sa_family == AF_INET6 ? reinterpret_cast<const sockaddr_in6*>(peer)->sin6_port
                                                      : reinterpret_cast<const sockaddr_in*>(peer)->sin_port;
    self->emit(onmessage,
               {bind::bytes_to_js(cx, bind::OwnedBytes(std::string_view(buffer->base, static_cast<size_t>(count)))),
                self->address_of(cx, peer), v8::Integer::New(env.isolate(), ntohs(port))});
  }
  shared.level--;
  self->release();
}

v8::Local<v8::String> Udp::address_of(bind::Context& cx, const sockaddr* peer) {
  // Family and address, less the port.
  std::string_view key;
  if (peer->sa_family == AF_INET6) {
    const auto* v6 = reinterpret_cast<const sockaddr_in6*>(peer);
    const char* begin = reinterpret_cast<const char*>(&v6->sin6_addr);
    key = {begin, static_cast<size_t>(reinterpret_cast<const char*>(&v6->sin6_scope_id + 1) - begin)};
  } else {
    const auto* v4 = reinterpret_cast<const sockaddr_in*>(peer);
    key = {reinterpret_cast<const char*>(&v4->sin_addr), sizeof(v4->sin_addr)};
  }
  if (!known_address_.IsEmpty() && key == known_peer_) return known_address_.Get(cx.isolate);
  v8::Local<v8::String> text = net::ip_to_js(cx, peer);
  known_peer_ = key;
  known_address_.Reset(cx.isolate, text);
  return text;
}

// --- sending
// ------------------------------------------------------------------------------------------------------------

int Udp::collect(bind::Context& cx, v8::Local<v8::Value> data, std::vector<bind::SharedBytes>& out) const {
  if (!data->IsArray()) return bind::FromJs<bind::SharedBytes>::convert(cx, data, out.emplace_back()) ? 0 : UV_EINVAL;
  v8::Local<v8::Array> list = data.As<v8::Array>();
  for (uint32_t i = 0; i < list->Length(); i++) {
    v8::Local<v8::Value> each;
    if (!list->Get(cx.context, i).ToLocal(&each) ||
        !bind::FromJs<bind::SharedBytes>::convert(cx, each, out.emplace_back()))
      return UV_EINVAL;
  }
  return 0;
}

int32_t Udp::send(bind::Context& cx, v8::Local<v8::Value> data, std::optional<std::string> address, int32_t port,
                  bool at_once, std::optional<bind::Callback> callback) {
  if (is_closing()) return UV_EBADF;
  sockaddr_storage storage{};
  const sockaddr* peer = nullptr;
  if (address) {
    if (const int status = parse(*address, port, storage); status != 0) return status;
    peer = as_sockaddr(storage);
  }
  std::vector<bind::SharedBytes> bytes;
  if (const int status = collect(cx, data, bytes); status != 0) return status;
  std::vector<uv_buf_t> buffers;
  buffers.reserve(bytes.size());
  for (const bind::SharedBytes& each : bytes)
    buffers.push_back(uv_buf_init(reinterpret_cast<char*>(each.data()), static_cast<unsigned>(each.size())));
  const auto count = static_cast<unsigned>(buffers.size());
  if (at_once) {
    const int sent = uv_udp_try_send(&udp_, buffers.data(), count, peer);
    if (sent >= 0) return sent + 1;
    if (sent != UV_EAGAIN && sent != UV_ENOSYS) return sent;
  }
  auto request = std::make_unique<SendRequest>(env(), std::move(bytes), std::move(callback));
  const int status = uv_udp_send(&request->uv, &udp_, buffers.data(), count, peer, [](uv_udp_send_t* done, int status) {
    const std::unique_ptr<SendRequest> ended(static_cast<SendRequest*>(done->data));
    ended->finish(status);
  });
  if (status != 0) return status;
  request.release()->started();
  return 0;
}

// --- options
// ------------------------------------------------------------------------------------------------------------

int32_t Udp::set_broadcast(bool on) { return uv_udp_set_broadcast(&udp_, on ? 1 : 0); }
int32_t Udp::set_ttl(int32_t ttl) { return uv_udp_set_ttl(&udp_, ttl); }
int32_t Udp::set_multicast_ttl(int32_t ttl) { return uv_udp_set_multicast_ttl(&udp_, ttl); }
int32_t Udp::set_multicast_loopback(bool on) { return uv_udp_set_multicast_loop(&udp_, on ? 1 : 0); }
int32_t Udp::set_multicast_interface(std::string address) {
  return uv_udp_set_multicast_interface(&udp_, address.c_str());
}

int32_t Udp::set_membership(std::string group, std::optional<std::string> interface, bool join) {
  return uv_udp_set_membership(&udp_, group.c_str(), interface ? interface->c_str() : nullptr,
                               join ? UV_JOIN_GROUP : UV_LEAVE_GROUP);
}

int32_t Udp::set_source_membership(std::string source, std::string group, std::optional<std::string> interface,
                                   bool join) {
  return uv_udp_set_source_membership(&udp_, group.c_str(), interface ? interface->c_str() : nullptr, source.c_str(),
                                      join ? UV_JOIN_GROUP : UV_LEAVE_GROUP);
}

namespace {

template <int (*Call)(uv_handle_t*, int*)>
int32_t buffer_size(uv_handle_t* handle, double wanted) {
  if (wanted > INT32_MAX) return UV_EINVAL;
  int size = static_cast<int>(wanted);
  const int status = Call(handle, &size);
  if (status != 0 || wanted != 0) return status;
  return size;
}

}  // namespace

int32_t Udp::recv_buffer_size(double size) {
  return is_closing() ? UV_EBADF : buffer_size<uv_recv_buffer_size>(uv_handle(), size);
}
int32_t Udp::send_buffer_size(double size) {
  return is_closing() ? UV_EBADF : buffer_size<uv_send_buffer_size>(uv_handle(), size);
}

int32_t Udp::fd() const {
  uv_os_fd_t descriptor = -1;
  if (is_closing() || uv_fileno(uv_handle(), &descriptor) != 0) return -1;
  return descriptor;
}

v8::Local<v8::Value> Udp::socket_name(bind::Context& cx) {
  sockaddr_storage storage{};
  int size = sizeof(storage);
  const int status = uv_udp_getsockname(&udp_, reinterpret_cast<sockaddr*>(&storage), &size);
  if (status != 0) return v8::Integer::New(cx.isolate, status);
  return net::address_to_js(cx, as_sockaddr(storage));
}

v8::Local<v8::Value> Udp::peer_name(bind::Context& cx) {
  sockaddr_storage storage{};
  int size = sizeof(storage);
  const int status = uv_udp_getpeername(&udp_, reinterpret_cast<sockaddr*>(&storage), &size);
  if (status != 0) return v8::Integer::New(cx.isolate, status);
  return net::address_to_js(cx, as_sockaddr(storage));
}

BIND_MODULE(dgram) {
  module.constant("UV_UDP_IPV6ONLY", UV_UDP_IPV6ONLY);
  module.constant("UV_UDP_REUSEADDR", UV_UDP_REUSEADDR);
  module.constant("UV_UDP_REUSEPORT", UV_UDP_REUSEPORT);
  module.constant("UV_EINVAL", UV_EINVAL);
  auto udp = module.class_<Udp>("UDP");
  Udp::bind_methods(udp);
  udp.constructor<bool>()
      .method<&Udp::open>("open")
      .method<&Udp::bind>("bind")
      .method<&Udp::connect>("connect")
      .method<&Udp::disconnect>("disconnect")
      .method<&Udp::recv_start>("recvStart")
      .method<&Udp::recv_stop>("recvStop")
      .method<&Udp::send>("send")
      .method<&Udp::set_broadcast>("setBroadcast")
      .method<&Udp::set_ttl>("setTTL")
      .method<&Udp::set_multicast_ttl>("setMulticastTTL")
      .method<&Udp::set_multicast_loopback>("setMulticastLoopback")
      .method<&Udp::set_multicast_interface>("setMulticastInterface")
      .method<&Udp::set_membership>("setMembership")
      .method<&Udp::set_source_membership>("setSourceMembership")
      .method<&Udp::recv_buffer_size>("recvBufferSize")
      .method<&Udp::send_buffer_size>("sendBufferSize")
      .method<&Udp::send_queue_size>("getSendQueueSize")
      .method<&Udp::send_queue_count>("getSendQueueCount")
      .method<&Udp::socket_name>("getsockname")
      .method<&Udp::peer_name>("getpeername")
      .getter<&Udp::fd>("fd");
}

}  // namespace vireo::dgram
