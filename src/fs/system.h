// Small things that every blocking file function needs.
#pragma once

#include <cerrno>
#include <string_view>

#include "bind/bind.h"

namespace vireo::fs {

/// The last call's errno as libuv's code (they are the same numbers, negated, on POSIX systems).
inline int last_error() { return -errno; }

inline std::unexpected<bind::Error> fail(const char* syscall) {
  return bind::fail(bind::Error::system(last_error(), syscall));
}
inline std::unexpected<bind::Error> fail(const char* syscall, std::string_view path) {
  return bind::fail(bind::Error::system(last_error(), syscall, path));
}
inline std::unexpected<bind::Error> fail(const char* syscall, std::string_view path, std::string_view dest) {
  return bind::fail(bind::Error::system(last_error(), syscall, path, dest));
}

/// Repeats a system call that a signal has interrupted.
template <class Call>
auto retry(Call&& call) {
  auto result = call();
  while (result == -1 && errno == EINTR) result = call();
  return result;
}

/// A file descriptor that closes itself.
class ScopedFd {
 public:
  explicit ScopedFd(int fd) : fd_(fd) {}
  ScopedFd(const ScopedFd&) = delete;
  ~ScopedFd();
  [[nodiscard]] int get() const { return fd_; }
  explicit operator bool() const { return fd_ >= 0; }

 private:
  int fd_;
};

}  // namespace vireo::fs
