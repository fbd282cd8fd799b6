// The system calls of WASI: results of 0 and above are values, those below are WASI's errors, negated.
#include <dirent.h>
#include <fcntl.h>
#include <poll.h>
#include <sched.h>
#include <sys/random.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <time.h>

#include <cerrno>
#include <cstring>

#include "bind/bind.h"
#include "wasi/paths.h"

namespace vireo::wasi {

namespace {

double checked(int64_t result) { return static_cast<double>(result < 0 ? -wasi_error(errno) : result); }

uint8_t file_type(mode_t mode) {
  switch (mode & S_IFMT) {
    case S_IFBLK: return 1;
    case S_IFCHR: return 2;
    case S_IFDIR: return 3;
    case S_IFREG: return 4;
    case S_IFSOCK: return 6;
    case S_IFLNK: return 7;
    default: return 0;
  }
}

uint64_t nanoseconds(const timespec& time) {
  return static_cast<uint64_t>(time.tv_sec) * 1'000'000'000 + static_cast<uint64_t>(time.tv_nsec);
}

template <class T>
void put(bind::Bytes out, size_t at, T value) {
  if (at + sizeof(value) <= out.size()) std::memcpy(out.data() + at, &value, sizeof(value));
}

/// `filestat` of the preview, 64 bytes.
void put_stat(bind::Bytes out, const struct stat& stat) {
  if (out.size() < 64) return;
  std::memset(out.data(), 0, 64);
  put<uint64_t>(out, 0, stat.st_dev);
  put<uint64_t>(out, 8, stat.st_ino);
  put<uint8_t>(out, 16, file_type(stat.st_mode));
  put<uint64_t>(out, 24, stat.st_nlink);
  put<uint64_t>(out, 32, static_cast<uint64_t>(stat.st_size));
  put<uint64_t>(out, 40, nanoseconds(stat.st_atim));
  put<uint64_t>(out, 48, nanoseconds(stat.st_mtim));
  put<uint64_t>(out, 56, nanoseconds(stat.st_ctim));
}

/// Resolves, and does something there.
template <class Do>
double at(int32_t root, const std::string& path, bool follow, Do&& action) {
  auto place = resolve(root, path, follow);
  if (!place) return -place.error();
  return checked(action(place->directory.get(), place->name.c_str()));
}

/// `flags`: WASI's oflags (1 create, 2 directory, 4 exclusive, 8 truncate) and, shifted by 8, fdflags (1 append, 2
/// dsync, 4 nonblock, 8 rsync, 16 sync).
double open_at(int32_t root, std::string path, bool follow, uint32_t flags, bool reads, bool writes) {
  int native = O_CLOEXEC | O_NOFOLLOW | O_NOCTTY;
  native |= writes ? (reads ? O_RDWR : O_WRONLY) : O_RDONLY;
  if (flags & 1) native |= O_CREAT;
  if (flags & 2) native |= O_DIRECTORY;
  if (flags & 4) native |= O_EXCL;
  if (flags & 8) native |= O_TRUNC;
  if (flags & 0x100) native |= O_APPEND;
  if (flags & 0x200) native |= O_DSYNC;
  if (flags & 0x400) native |= O_NONBLOCK;
  if (flags & 0x1800) native |= O_SYNC;
  // A new file is not made at the other end of a link.
  const bool follows = follow && !((flags & 1) != 0 && (flags & 4) != 0);
  return at(root, path, follows,
            [&](int directory, const char* name) { return ::openat(directory, name, native, 0666); });
}

/// A directory of the host, for a preopen.
double open_directory(std::string path) { return checked(::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC)); }

double stat_at(int32_t root, std::string path, bool follow, bind::Bytes out) {
  return at(root, path, follow, [&](int directory, const char* name) {
    struct stat stat{};
    const int result = ::fstatat(directory, name, &stat, AT_SYMLINK_NOFOLLOW);
    if (result == 0) put_stat(out, stat);
    return result;
  });
}

double stat_fd(int32_t fd, bind::Bytes out) {
  struct stat stat{};
  const int result = ::fstat(fd, &stat);
  if (result == 0) put_stat(out, stat);
  return checked(result);
}

double make_directory(int32_t root, std::string path) {
  return at(root, path, false, [](int directory, const char* name) { return ::mkdirat(directory, name, 0777); });
}

double remove_at(int32_t root, std::string path, bool is_directory) {
  return at(root, path, false, [&](int directory, const char* name) {
    return ::unlinkat(directory, name, is_directory ? AT_REMOVEDIR : 0);
  });
}

double rename_at(int32_t from_root, std::string from, int32_t to_root, std::string to) {
  auto target = resolve(to_root, to, false);
  if (!target) return -target.error();
  return at(from_root, from, false, [&](int directory, const char* name) {
    return ::renameat(directory, name, target->directory.get(), target->name.c_str());
  });
}

double symlink_at(std::string target, int32_t root, std::string path) {
  if (target.empty() || target.front() == '/') return -kNotCapable;
  return at(root, path, false,
            [&](int directory, const char* name) { return ::symlinkat(target.c_str(), directory, name); });
}

double link_at(int32_t from_root, std::string from, bool follow, int32_t to_root, std::string to) {
  auto target = resolve(to_root, to, false);
  if (!target) return -target.error();
  return at(from_root, from, follow, [&](int directory, const char* name) {
    return ::linkat(directory, name, target->directory.get(), target->name.c_str(), 0);
  });
}

double readlink_at(int32_t root, std::string path, bind::Bytes out) {
  return at(root, path, false, [&](int directory, const char* name) {
    return ::readlinkat(directory, name, reinterpret_cast<char*>(out.data()), out.size());
  });
}

/// `flags`: 1 set atime, 2 atime now, 4 set mtime, 8 mtime now.
void fill_times(timespec* times, uint64_t accessed, uint64_t modified, uint32_t flags) {
  const auto one = [](uint64_t time, bool set, bool now) {
    if (now) return timespec{0, UTIME_NOW};
    if (!set) return timespec{0, UTIME_OMIT};
    return timespec{static_cast<time_t>(time / 1'000'000'000), static_cast<long>(time % 1'000'000'000)};
  };
  times[0] = one(accessed, flags & 1, flags & 2);
  times[1] = one(modified, flags & 4, flags & 8);
}

double times_at(int32_t root, std::string path, bool follow, uint64_t accessed, uint64_t modified, uint32_t flags) {
  timespec times[2];
  fill_times(times, accessed, modified, flags);
  return at(root, path, follow,
            [&](int directory, const char* name) { return ::utimensat(directory, name, times, AT_SYMLINK_NOFOLLOW); });
}

double times_fd(int32_t fd, uint64_t accessed, uint64_t modified, uint32_t flags) {
  timespec times[2];
  fill_times(times, accessed, modified, flags);
  return checked(::futimens(fd, times));
}

double read_fd(int32_t fd, bind::Bytes out, int64_t position) {
  return checked(position < 0 ? ::read(fd, out.data(), out.size()) : ::pread(fd, out.data(), out.size(), position));
}

double write_fd(int32_t fd, bind::Bytes data, int64_t position) {
  return checked(position < 0 ? ::write(fd, data.data(), data.size())
                              : ::pwrite(fd, data.data(), data.size(), position));
}

double seek(int32_t fd, int64_t offset, int32_t whence) {
  constexpr int kWhence[] = {SEEK_SET, SEEK_CUR, SEEK_END};
  if (whence < 0 || whence > 2) return -kInvalid;
  return checked(::lseek(fd, offset, kWhence[whence]));
}

/// Entries from the `cookie`-th on; how many bytes of them fit. The last one may be cut.
double read_directory(int32_t fd, bind::Bytes out, double cookie) {
  const int copy = ::openat(fd, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (copy < 0) return checked(-1);
  DIR* directory = ::fdopendir(copy);
  if (directory == nullptr) {
    ::close(copy);
    return checked(-1);
  }
  size_t used = 0;
  double index = 0;
  while (used < out.size()) {
    const dirent* entry = ::readdir(directory);
    if (entry == nullptr) break;
    if (index++ < cookie) continue;
    struct stat stat{};
    const bool known = ::fstatat(copy, entry->d_name, &stat, AT_SYMLINK_NOFOLLOW) == 0;
    uint8_t head[24] = {};
    const bind::Bytes fields(head, sizeof(head));
    const size_t length = std::strlen(entry->d_name);
    put<uint64_t>(fields, 0, static_cast<uint64_t>(index));
    put<uint64_t>(fields, 8, entry->d_ino);
    put<uint32_t>(fields, 16, static_cast<uint32_t>(length));
    put<uint8_t>(fields, 20, known ? file_type(stat.st_mode) : 0);
    const auto add = [&](const void* data, size_t size) {
      size = std::min(size, out.size() - used);
      std::memcpy(out.data() + used, data, size);
      used += size;
    };
    add(head, sizeof(head));
    add(entry->d_name, length);
  }
  ::closedir(directory);
  return static_cast<double>(used);
}

double close_fd(int32_t fd) { return checked(::close(fd)); }
double duplicate(int32_t fd) { return checked(::fcntl(fd, F_DUPFD_CLOEXEC, 0)); }
double sync_fd(int32_t fd, bool data_only) { return checked(data_only ? ::fdatasync(fd) : ::fsync(fd)); }
double truncate_fd(int32_t fd, int64_t size) { return checked(::ftruncate(fd, size)); }
double allocate(int32_t fd, int64_t offset, int64_t size) { return -wasi_error(::posix_fallocate(fd, offset, size)); }
double advise(int32_t fd, int64_t offset, int64_t size, int32_t advice) {
  constexpr int kAdvices[] = {POSIX_FADV_NORMAL,   POSIX_FADV_SEQUENTIAL, POSIX_FADV_RANDOM,
                              POSIX_FADV_WILLNEED, POSIX_FADV_DONTNEED,   POSIX_FADV_NOREUSE};
  if (advice < 0 || advice > 5) return -kInvalid;
  return -wasi_error(::posix_fadvise(fd, offset, size, kAdvices[advice]));
}

/// WASI's fdflags of a descriptor.
double flags_of(int32_t fd) {
  const int native = ::fcntl(fd, F_GETFL);
  if (native < 0) return checked(-1);
  int flags = 0;
  if (native & O_APPEND) flags |= 1;
  if (native & O_DSYNC) flags |= 2;
  if (native & O_NONBLOCK) flags |= 4;
  if ((native & O_SYNC) == O_SYNC) flags |= 16;
  return flags;
}

double set_flags(int32_t fd, uint32_t flags) {
  const int native = ((flags & 1) != 0 ? O_APPEND : 0) | ((flags & 4) != 0 ? O_NONBLOCK : 0);
  return checked(::fcntl(fd, F_SETFL, native));
}

double type_of(int32_t fd) {
  struct stat stat{};
  if (::fstat(fd, &stat) != 0) return checked(-1);
  if (!S_ISSOCK(stat.st_mode)) return file_type(stat.st_mode);
  int kind = 0;
  socklen_t size = sizeof(kind);
  return ::getsockopt(fd, SOL_SOCKET, SO_TYPE, &kind, &size) == 0 && kind == SOCK_DGRAM ? 5 : 6;
}

constexpr clockid_t kClocks[] = {CLOCK_REALTIME, CLOCK_MONOTONIC, CLOCK_PROCESS_CPUTIME_ID, CLOCK_THREAD_CPUTIME_ID};

double clock_time(uint32_t id, bind::Bytes out, bool resolution) {
  if (id >= std::size(kClocks)) return -kInvalid;
  timespec time{};
  const int result = resolution ? ::clock_getres(kClocks[id], &time) : ::clock_gettime(kClocks[id], &time);
  if (result == 0) put<uint64_t>(out, 0, nanoseconds(time));
  return checked(result);
}

double random_bytes(bind::Bytes out) {
  size_t done = 0;
  while (done < out.size()) {
    const ssize_t got = ::getrandom(out.data() + done, out.size() - done, 0);
    if (got < 0 && errno != EINTR) return checked(-1);
    if (got > 0) done += static_cast<size_t>(got);
  }
  return 0;
}

/// Waits. Of each descriptor, what has happened: 1 readable, 2 writable, 4 hung up, 8 an error.
std::vector<int32_t> wait_for(std::vector<int32_t> fds, std::vector<int32_t> wanted, double milliseconds) {
  std::vector<pollfd> polled;
  for (size_t i = 0; i < fds.size() && i < wanted.size(); i++)
    polled.push_back(
        {.fd = fds[i], .events = static_cast<short>(wanted[i] == 2 ? POLLOUT : POLLIN | POLLRDHUP), .revents = 0});
  const int timeout = milliseconds < 0 ? -1 : static_cast<int>(std::min(milliseconds, 2147483647.0));
  ::poll(polled.data(), polled.size(), timeout);
  std::vector<int32_t> happened;
  for (const pollfd& one : polled) {
    happened.push_back(((one.revents & POLLIN) != 0 ? 1 : 0) | ((one.revents & POLLOUT) != 0 ? 2 : 0) |
                       ((one.revents & (POLLHUP | POLLRDHUP)) != 0 ? 4 : 0) |
                       ((one.revents & (POLLERR | POLLNVAL)) != 0 ? 8 : 0));
  }
  return happened;
}

void yield_thread() { ::sched_yield(); }

double socket_accept(int32_t fd, uint32_t flags) {
  return checked(::accept4(fd, nullptr, nullptr, SOCK_CLOEXEC | ((flags & 4) != 0 ? SOCK_NONBLOCK : 0)));
}
double socket_receive(int32_t fd, bind::Bytes out, uint32_t flags) {
  return checked(
      ::recv(fd, out.data(), out.size(), ((flags & 1) != 0 ? MSG_PEEK : 0) | ((flags & 2) != 0 ? MSG_WAITALL : 0)));
}
double socket_send(int32_t fd, bind::Bytes data) { return checked(::send(fd, data.data(), data.size(), MSG_NOSIGNAL)); }
double socket_shutdown(int32_t fd, uint32_t how) {
  if (how == 0 || how > 3) return -kInvalid;
  return checked(::shutdown(fd, how == 1 ? SHUT_RD : how == 2 ? SHUT_WR : SHUT_RDWR));
}

}  // namespace

BIND_MODULE(wasi) {
  module.function<open_at>("openAt");
  module.function<open_directory>("openDirectory");
  module.function<stat_at>("statAt");
  module.function<stat_fd>("stat");
  module.function<make_directory>("makeDirectory");
  module.function<remove_at>("removeAt");
  module.function<rename_at>("renameAt");
  module.function<symlink_at>("symlinkAt");
  module.function<link_at>("linkAt");
  module.function<readlink_at>("readlinkAt");
  module.function<times_at>("timesAt");
  module.function<times_fd>("times");
  module.function<read_fd>("read");
  module.function<write_fd>("write");
  module.function<seek>("seek");
  module.function<read_directory>("readDirectory");
  module.function<close_fd>("close");
  module.function<duplicate>("duplicate");
  module.function<sync_fd>("sync");
  module.function<truncate_fd>("truncate");
  module.function<allocate>("allocate");
  module.function<advise>("advise");
  module.function<flags_of>("flags");
  module.function<set_flags>("setFlags");
  module.function<type_of>("type");
  module.function<clock_time>("clockTime");
  module.function<random_bytes>("randomBytes");
  module.function<wait_for>("waitFor");
  module.function<yield_thread>("yieldThread");
  module.function<socket_accept>("socketAccept");
  module.function<socket_receive>("socketReceive");
  module.function<socket_send>("socketSend");
  module.function<socket_shutdown>("socketShutdown");
}

}  // namespace vireo::wasi
