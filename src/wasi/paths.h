// Paths within a directory that a program must not leave.
#pragma once

#include <unistd.h>

#include <expected>
#include <string>
#include <utility>

namespace vireo::wasi {

/// A descriptor that closes itself.
class Descriptor {
 public:
  explicit Descriptor(int fd = -1) : fd_(fd) {}
  ~Descriptor() {
    if (fd_ >= 0) ::close(fd_);
  }
  Descriptor(Descriptor&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
  Descriptor& operator=(Descriptor&& other) noexcept {
    std::swap(fd_, other.fd_);
    return *this;
  }
  [[nodiscard]] int get() const { return fd_; }

 private:
  int fd_;
};

/// Where a path ends: a name in an open directory. Neither "..", nor a link unless it was not to be followed.
struct Place {
  Descriptor directory;
  std::string name;
};

/// Errors are WASI's numbers.
enum : int { kInvalid = 28, kNoEntry = 44, kLoop = 32, kNotDirectory = 54, kNotCapable = 76 };

/// WASI's number for one of the system's.
int wasi_error(int error);

/// Walks `path` from the directory `root`, one component at a time, itself following links, so that nothing outside of
/// `root` is ever reached, also while somebody else moves things about. `follow`: a link at the end, too.
std::expected<Place, int> resolve(int root, const std::string& path, bool follow);

}  // namespace vireo::wasi
