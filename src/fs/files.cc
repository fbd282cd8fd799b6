// What is done to an open file, by its descriptor.
#include <fcntl.h>
#include <limits.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <unistd.h>

#include <algorithm>
#include <cmath>

#include "fs/system.h"

namespace vireo::fs {

ScopedFd::~ScopedFd() {
  if (fd_ >= 0) ::close(fd_);
}

namespace {

using bind::Result;

Result<int32_t> open(bind::Path path, int32_t flags, uint32_t mode) {
  const int fd = retry([&] { return ::open(path.c_str(), flags | O_CLOEXEC, mode); });
  if (fd < 0) return fail("open", path);
  return fd;
}

Result<void> close(int32_t fd) {
  // Linux has closed it even when EINTR is reported.
  if (::close(fd) != 0 && errno != EINTR) return fail("close");
  return {};
}

/// `position` below zero: the file's own.
Result<int64_t> read_into(int fd, std::span<uint8_t> target, int64_t position) {
  const ssize_t count = retry([&] {
    return position < 0 ? ::read(fd, target.data(), target.size())
                        : ::pread(fd, target.data(), target.size(), position);
  });
  if (count < 0) return fail("read");
  return count;
}

Result<int64_t> write_from(int fd, std::span<const uint8_t> source, int64_t position) {
  const ssize_t count = retry([&] {
    return position < 0 ? ::write(fd, source.data(), source.size())
                        : ::pwrite(fd, source.data(), source.size(), position);
  });
  if (count < 0) return fail("write");
  return count;
}

/// JavaScript has checked the range; this makes sure once more.
std::span<uint8_t> slice(const bind::Bytes& bytes, int64_t offset, int64_t length) {
  if (offset < 0 || length < 0) return {};
  const size_t start = std::min<size_t>(offset, bytes.size());
  return bytes.subspan(start, std::min<size_t>(length, bytes.size() - start));
}

Result<int64_t> read(int32_t fd, bind::SharedBytes buffer, int64_t offset, int64_t length, int64_t position) {
  return read_into(fd, slice(buffer, offset, length), position);
}

Result<int64_t> read_now(int32_t fd, bind::Bytes buffer, int64_t offset, int64_t length, int64_t position) {
  return read_into(fd, slice(buffer, offset, length), position);
}

Result<int64_t> write(int32_t fd, bind::SharedBytes buffer, int64_t offset, int64_t length, int64_t position) {
  return write_from(fd, slice(buffer, offset, length), position);
}

Result<int64_t> write_now(int32_t fd, bind::Bytes buffer, int64_t offset, int64_t length, int64_t position) {
  return write_from(fd, slice(buffer, offset, length), position);
}

Result<int64_t> write_text(int32_t fd, std::string text, int64_t position) {
  return write_from(fd, std::span(reinterpret_cast<const uint8_t*>(text.data()), text.size()), position);
}

/// One readv or writev (or its positioned form) for at most IOV_MAX parts at a time, until a call comes up short.
template <class Plain, class Positioned>
Result<int64_t> vectored(const char* syscall, int fd, const std::vector<bind::SharedBytes>& buffers, int64_t position,
                         Plain plain, Positioned positioned) {
  std::vector<iovec> parts;
  parts.reserve(buffers.size());
  for (const bind::SharedBytes& buffer : buffers) parts.push_back({buffer.data(), buffer.size()});
  int64_t total = 0;
  for (size_t start = 0; start < parts.size();) {
    const int count = static_cast<int>(std::min<size_t>(parts.size() - start, IOV_MAX));
    const ssize_t done = retry([&] {
      return position < 0 ? plain(fd, &parts[start], count) : positioned(fd, &parts[start], count, position + total);
    });
    if (done < 0) {
      if (total > 0) break;
      return fail(syscall);
    }
    size_t wanted = 0;
    for (int i = 0; i < count; i++) wanted += parts[start + i].iov_len;
    total += done;
    start += count;
    if (static_cast<size_t>(done) < wanted) break;
  }
  return total;
}

Result<int64_t> readv(int32_t fd, std::vector<bind::SharedBytes> buffers, int64_t position) {
  return vectored("read", fd, buffers, position, ::readv, ::preadv);
}

Result<int64_t> writev(int32_t fd, std::vector<bind::SharedBytes> buffers, int64_t position) {
  return vectored("write", fd, buffers, position, ::writev, ::pwritev);
}

Result<void> fsync(int32_t fd) {
  if (retry([&] { return ::fsync(fd); }) != 0) return fail("fsync");
  return {};
}

Result<void> fdatasync(int32_t fd) {
  if (retry([&] { return ::fdatasync(fd); }) != 0) return fail("fdatasync");
  return {};
}

Result<void> ftruncate(int32_t fd, int64_t length) {
  if (retry([&] { return ::ftruncate(fd, length); }) != 0) return fail("ftruncate");
  return {};
}

Result<void> truncate(bind::Path path, int64_t length) {
  ScopedFd fd(retry([&] { return ::open(path.c_str(), O_RDWR | O_CLOEXEC); }));
  if (!fd) return fail("open", path);
  return ftruncate(fd.get(), length);
}

Result<void> fchmod(int32_t fd, uint32_t mode) {
  if (retry([&] { return ::fchmod(fd, mode); }) != 0) return fail("fchmod");
  return {};
}

Result<void> fchown(int32_t fd, uint32_t uid, uint32_t gid) {
  if (retry([&] { return ::fchown(fd, uid, gid); }) != 0) return fail("fchown");
  return {};
}

/// Seconds with a fraction; NaN: leave it, infinite: now.
timespec to_timespec(double seconds) {
  if (std::isnan(seconds)) return {0, UTIME_OMIT};
  if (std::isinf(seconds)) return {0, UTIME_NOW};
  const double whole = std::floor(seconds);
  // Times come as milliseconds or coarser: to microseconds, so that 1.1 does not become 1.099999999.
  auto nanoseconds = static_cast<int64_t>(std::llround((seconds - whole) * 1e6)) * 1000;
  auto full = static_cast<int64_t>(whole);
  if (nanoseconds >= 1'000'000'000) {
    nanoseconds -= 1'000'000'000;
    full++;
  }
  return {static_cast<time_t>(full), static_cast<long>(nanoseconds)};
}

Result<void> futimes(int32_t fd, double atime, double mtime) {
  const timespec times[] = {to_timespec(atime), to_timespec(mtime)};
  if (::futimens(fd, times) != 0) return fail("futime");
  return {};
}

Result<void> utimes(bind::Path path, double atime, double mtime) {
  const timespec times[] = {to_timespec(atime), to_timespec(mtime)};
  if (::utimensat(AT_FDCWD, path.c_str(), times, 0) != 0) return fail("utime", path);
  return {};
}

Result<void> lutimes(bind::Path path, double atime, double mtime) {
  const timespec times[] = {to_timespec(atime), to_timespec(mtime)};
  if (::utimensat(AT_FDCWD, path.c_str(), times, AT_SYMLINK_NOFOLLOW) != 0) return fail("lutime", path);
  return {};
}

}  // namespace

void declare_files(bind::Module& module) {
  module.async<open>("open");
  module.async<close>("close");
  module.async<read>("read");
  module.function<read_now>("readNow");
  module.async<write>("write");
  module.function<write_now>("writeNow");
  module.async<write_text>("writeText");
  module.async<readv>("readv");
  module.async<writev>("writev");
  module.async<fsync>("fsync");
  module.async<fdatasync>("fdatasync");
  module.async<ftruncate>("ftruncate");
  module.async<truncate>("truncate");
  module.async<fchmod>("fchmod");
  module.async<fchown>("fchown");
  module.async<futimes>("futimes");
  module.async<utimes>("utimes");
  module.async<lutimes>("lutimes");
}

}  // namespace vireo::fs
