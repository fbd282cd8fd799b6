// Names to addresses and back by the system's resolver, on the thread pool.
#include <arpa/inet.h>
#include <netdb.h>
#include <uv.h>

#include "bind/bind.h"

namespace vireo::dns {

namespace {

/// libuv's number for an error of getaddrinfo.
int uv_error_of(int error) {
  switch (error) {
    case EAI_AGAIN: return UV_EAI_AGAIN;
    case EAI_BADFLAGS: return UV_EAI_BADFLAGS;
    case EAI_FAIL: return UV_EAI_FAIL;
    case EAI_FAMILY: return UV_EAI_FAMILY;
    case EAI_MEMORY: return UV_EAI_MEMORY;
    case EAI_NODATA: return UV_EAI_NODATA;
    case EAI_NONAME: return UV_EAI_NONAME;
    case EAI_OVERFLOW: return UV_EAI_OVERFLOW;
    case EAI_SERVICE: return UV_EAI_SERVICE;
    case EAI_SOCKTYPE: return UV_EAI_SOCKTYPE;
    case EAI_SYSTEM: return -errno;
    default: return UV_EAI_FAIL;
  }
}

/// Addresses of `host` as text, in the resolver's order. `family`: 0 any, 4 or 6. A failure is [number of the error] as
/// text behind a "!": JavaScript makes the error, which names the host.
std::vector<std::string> getaddrinfo_(std::string host, int32_t family, int32_t flags) {
  addrinfo hints{};
  hints.ai_socktype = SOCK_STREAM;
  hints.ai_flags = flags;
  hints.ai_family = family == 4 ? AF_INET : family == 6 ? AF_INET6 : AF_UNSPEC;
  addrinfo* list = nullptr;
  if (const int error = ::getaddrinfo(host.c_str(), nullptr, &hints, &list); error != 0)
    return {"!" + std::to_string(uv_error_of(error))};
  std::vector<std::string> addresses;
  for (const addrinfo* each = list; each != nullptr; each = each->ai_next) {
    char text[INET6_ADDRSTRLEN];
    const void* address = nullptr;
    if (each->ai_family == AF_INET) address = &reinterpret_cast<sockaddr_in*>(each->ai_addr)->sin_addr;
    else if (each->ai_family == AF_INET6) address = &reinterpret_cast<sockaddr_in6*>(each->ai_addr)->sin6_addr;
    if (address != nullptr && uv_inet_ntop(each->ai_family, address, text, sizeof(text)) == 0)
      addresses.emplace_back(text);
  }
  ::freeaddrinfo(list);
  return addresses;
}

/// [host, service], or ["!" + error].
std::vector<std::string> getnameinfo_(std::string address, int32_t port) {
  sockaddr_storage storage{};
  socklen_t size = sizeof(sockaddr_in);
  if (uv_ip4_addr(address.c_str(), port, reinterpret_cast<sockaddr_in*>(&storage)) != 0) {
    size = sizeof(sockaddr_in6);
    if (uv_ip6_addr(address.c_str(), port, reinterpret_cast<sockaddr_in6*>(&storage)) != 0)
      return {"!" + std::to_string(UV_EINVAL)};
  }
  char host[NI_MAXHOST];
  char service[NI_MAXSERV];
  const int error = ::getnameinfo(reinterpret_cast<sockaddr*>(&storage), size, host, sizeof(host), service,
                                  sizeof(service), NI_NAMEREQD);
  if (error != 0) return {"!" + std::to_string(uv_error_of(error))};
  return {host, service};
}

}  // namespace

}  // namespace vireo::dns

template <>
struct vireo::bind::AsyncTypeName<vireo::dns::getaddrinfo_> {
  static constexpr const char* kCallback = "GetAddrInfoReqWrap";
  static constexpr const char* kPromise = "GetAddrInfoReqWrap";
};
template <>
struct vireo::bind::AsyncTypeName<vireo::dns::getnameinfo_> {
  static constexpr const char* kCallback = "GetNameInfoReqWrap";
  static constexpr const char* kPromise = "GetNameInfoReqWrap";
};

namespace vireo::dns {

void declare_resolver(bind::Module& module);

BIND_MODULE(dns) {
  declare_resolver(module);
  module.async<getaddrinfo_>("getaddrinfo");
  module.async<getnameinfo_>("getnameinfo");
  module.constant("AI_ADDRCONFIG", AI_ADDRCONFIG);
  module.constant("AI_ALL", AI_ALL);
  module.constant("AI_V4MAPPED", AI_V4MAPPED);
}

}  // namespace vireo::dns
