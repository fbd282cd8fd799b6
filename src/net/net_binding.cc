#include <arpa/inet.h>

#include <algorithm>

#include "bind/bind.h"
#include "net/pipe.h"
#include "net/tcp.h"

namespace vireo::net {

namespace {

/// 4, 6, or 0 for what is no IP address. A zone ("%eth0") is part of a v6 address.
int32_t is_ip(std::string text) {
  unsigned char buffer[sizeof(in6_addr)];
  if (text.find('\0') != std::string::npos) return 0;
  if (uv_inet_pton(AF_INET, text.c_str(), buffer) == 0) return 4;
  if (const size_t zone = text.find('%'); zone != std::string::npos) {
    const bool is_name = std::all_of(text.begin() + static_cast<ptrdiff_t>(zone) + 1, text.end(), [](char c) {
      return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '-' || c == '.' ||
             c == ':';
    });
    if (zone + 1 == text.size() || !is_name) return 0;
    text.resize(zone);
  }
  return uv_inet_pton(AF_INET6, text.c_str(), buffer) == 0 ? 6 : 0;
}

/// The 4 or 16 bytes of an address; empty for what is none.
bind::OwnedBytes address_bytes(std::string text) {
  unsigned char buffer[sizeof(in6_addr)];
  if (text.find('\0') != std::string::npos) return bind::OwnedBytes(0);
  if (uv_inet_pton(AF_INET, text.c_str(), buffer) == 0) return bind::OwnedBytes(std::span<const uint8_t>(buffer, 4));
  if (uv_inet_pton(AF_INET6, text.c_str(), buffer) == 0) return bind::OwnedBytes(std::span<const uint8_t>(buffer, 16));
  return bind::OwnedBytes(0);
}

/// The address as it is written shortest; empty for what is none.
std::string canonical_address(std::string text) {
  char out[INET6_ADDRSTRLEN];
  unsigned char buffer[sizeof(in6_addr)];
  for (const int family : {AF_INET, AF_INET6}) {
    if (uv_inet_pton(family, text.c_str(), buffer) == 0 && uv_inet_ntop(family, buffer, out, sizeof(out)) == 0)
      return out;
  }
  return {};
}

/// "FILE", "PIPE", "TCP", "TTY", "UDP" or "UNKNOWN".
std::string guess_handle_type(int32_t fd) {
  switch (uv_guess_handle(fd)) {
    case UV_FILE: return "FILE";
    case UV_NAMED_PIPE: return "PIPE";
    case UV_TCP: return "TCP";
    case UV_TTY: return "TTY";
    case UV_UDP: return "UDP";
    default: return "UNKNOWN";
  }
}

}  // namespace

BIND_MODULE(net) {
  module.function<is_ip>("isIP");
  module.function<address_bytes>("addressBytes");
  module.function<canonical_address>("canonicalAddress");
  module.function<guess_handle_type>("guessHandleType");
  module.constant("UV_TCP_IPV6ONLY", UV_TCP_IPV6ONLY);
  module.constant("UV_TCP_REUSEPORT", UV_TCP_REUSEPORT);
  module.constant("UV_EOF", UV_EOF);
  module.constant("UV_EINVAL", UV_EINVAL);
  module.constant("UV_ECANCELED", UV_ECANCELED);
  module.constant("UV_ENOTCONN", UV_ENOTCONN);
  module.constant("UV_EADDRINUSE", UV_EADDRINUSE);
  module.constant("UV_ETIMEDOUT", UV_ETIMEDOUT);
  module.constant("UV_READABLE", UV_READABLE);
  module.constant("UV_WRITABLE", UV_WRITABLE);
  module.class_<Stream>("Stream");
  auto tcp = module.class_<Tcp>("TCP");
  Stream::bind_stream(tcp);
  tcp.constructor<bool>()
      .method<&Tcp::open>("open")
      .method<&Tcp::bind>("bind")
      .method<&Tcp::listen>("listen")
      .method<&Tcp::connect>("connect")
      .method<&Tcp::set_no_delay>("setNoDelay")
      .method<&Tcp::set_keep_alive>("setKeepAlive")
      .method<&Tcp::set_type_of_service>("setTypeOfService")
      .method<&Tcp::type_of_service>("getTypeOfService")
      .method<&Tcp::reset>("reset")
      .method<&Tcp::socket_name>("getsockname")
      .method<&Tcp::peer_name>("getpeername");
  auto pipe = module.class_<Pipe>("Pipe");
  Stream::bind_stream(pipe);
  pipe.constructor<bool, bool>()
      .method<&Pipe::open>("open")
      .method<&Pipe::bind>("bind")
      .method<&Pipe::listen>("listen")
      .method<&Pipe::connect>("connect")
      .method<&Pipe::chmod>("chmod");
}

}  // namespace vireo::net
