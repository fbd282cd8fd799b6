#include "wasi/paths.h"

#include <fcntl.h>
#include <limits.h>

#include <cerrno>
#include <deque>
#include <vector>

namespace vireo::wasi {

namespace {

constexpr int kMaxLinks = 40;

void prepend(std::deque<std::string>& rest, const std::string& path) {
  std::vector<std::string> parts;
  size_t at = 0;
  while (at <= path.size()) {
    size_t end = path.find('/', at);
    if (end == std::string::npos) end = path.size();
    std::string part = path.substr(at, end - at);
    if (!part.empty() && part != ".") parts.push_back(std::move(part));
    at = end + 1;
  }
  rest.insert(rest.begin(), parts.begin(), parts.end());
}

/// The target of a link; empty when `name` is no link.
std::string link_target(int directory, const std::string& name) {
  char buffer[PATH_MAX];
  const ssize_t size = ::readlinkat(directory, name.c_str(), buffer, sizeof(buffer));
  return size <= 0 ? std::string() : std::string(buffer, static_cast<size_t>(size));
}

}  // namespace

int wasi_error(int error) {
  switch (error) {
    case 0: return 0;
    case E2BIG: return 1;
    case EACCES: return 2;
    case EADDRINUSE: return 3;
    case EADDRNOTAVAIL: return 4;
    case EAFNOSUPPORT: return 5;
    case EAGAIN: return 6;
    case EALREADY: return 7;
    case EBADF: return 8;
    case EBUSY: return 10;
    case ECANCELED: return 11;
    case ECONNABORTED: return 13;
    case ECONNREFUSED: return 14;
    case ECONNRESET: return 15;
    case EDEADLK: return 16;
    case EDQUOT: return 19;
    case EEXIST: return 20;
    case EFAULT: return 21;
    case EFBIG: return 22;
    case EHOSTUNREACH: return 23;
    case EILSEQ: return 25;
    case EINPROGRESS: return 26;
    case EINTR: return 27;
    case EINVAL: return kInvalid;
    case EIO: return 29;
    case EISCONN: return 30;
    case EISDIR: return 31;
    case ELOOP: return kLoop;
    case EMFILE: return 33;
    case EMLINK: return 34;
    case EMSGSIZE: return 35;
    case ENAMETOOLONG: return 37;
    case ENETDOWN: return 38;
    case ENETUNREACH: return 40;
    case ENFILE: return 41;
    case ENOBUFS: return 42;
    case ENODEV: return 43;
    case ENOENT: return kNoEntry;
    case ENOLCK: return 46;
    case ENOMEM: return 48;
    case ENOSPC: return 51;
    case ENOSYS: return 52;
    case ENOTCONN: return 53;
    case ENOTDIR: return kNotDirectory;
    case ENOTEMPTY: return 55;
    case ENOTSOCK: return 57;
    case ENOTSUP: return 58;
    case ENOTTY: return 59;
    case ENXIO: return 60;
    case EOVERFLOW: return 61;
    case EPERM: return 63;
    case EPIPE: return 64;
    case ERANGE: return 68;
    case EROFS: return 69;
    case ESPIPE: return 70;
    case ESTALE: return 72;
    case ETIMEDOUT: return 73;
    case ETXTBSY: return 74;
    case EXDEV: return 75;
    default: return 29;  // I/O error
  }
}

std::expected<Place, int> resolve(int root, const std::string& path, bool follow) {
  if (path.empty()) return std::unexpected(kNoEntry);
  if (path.find('\0') != std::string::npos) return std::unexpected(kInvalid);
  if (path.front() == '/') return std::unexpected(kNotCapable);
  std::vector<Descriptor> directories;
  directories.emplace_back(::fcntl(root, F_DUPFD_CLOEXEC, 0));
  if (directories.back().get() < 0) return std::unexpected(wasi_error(errno));
  std::deque<std::string> rest;
  prepend(rest, path);
  int links = 0;
  while (!rest.empty()) {
    const std::string name = std::move(rest.front());
    rest.pop_front();
    if (name == "..") {
      if (directories.size() == 1) return std::unexpected(kNotCapable);
      directories.pop_back();
      continue;
    }
    const int directory = directories.back().get();
    const bool is_last = rest.empty();
    if (!is_last) {
      Descriptor next(::openat(directory, name.c_str(), O_PATH | O_NOFOLLOW | O_DIRECTORY | O_CLOEXEC));
      if (next.get() >= 0) {
        directories.push_back(std::move(next));
        continue;
      }
      if (errno != ENOTDIR && errno != ELOOP) return std::unexpected(wasi_error(errno));
    } else if (!follow) {
      return Place{.directory = std::move(directories.back()), .name = name};
    }
    const std::string target = link_target(directory, name);
    if (target.empty()) {
      if (!is_last) return std::unexpected(kNotDirectory);
      return Place{.directory = std::move(directories.back()), .name = name};
    }
    if (++links > kMaxLinks) return std::unexpected(kLoop);
    if (target.front() == '/') return std::unexpected(kNotCapable);
    prepend(rest, target);
  }
  return Place{.directory = std::move(directories.back()), .name = "."};
}

}  // namespace vireo::wasi
