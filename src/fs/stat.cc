// stat in all its forms. Numbers go to JavaScript packed in one typed array; fs/stats.js knows the order.
#include <fcntl.h>
#include <sys/stat.h>
#include <sys/statfs.h>
#include <sys/sysmacros.h>
#include <sys/vfs.h>
#include <unistd.h>
#include <uv.h>

#include <array>
#include <cstring>

#include "fs/stat.h"
#include "fs/system.h"

namespace vireo::fs {

namespace {

using bind::Path;
using bind::Result;

/// 0, or a negative error. With `path` null: the file behind `fd`.
int query(int fd, const char* path, bool follow, StatNumbers& out) {
  struct statx info{};
  const int flags = path == nullptr ? AT_EMPTY_PATH : follow ? 0 : AT_SYMLINK_NOFOLLOW;
  if (::statx(fd, path == nullptr ? "" : path, flags, STATX_BASIC_STATS | STATX_BTIME, &info) == 0) {
    out.numbers = {static_cast<int64_t>(makedev(info.stx_dev_major, info.stx_dev_minor)),
                   info.stx_mode,
                   info.stx_nlink,
                   info.stx_uid,
                   info.stx_gid,
                   static_cast<int64_t>(makedev(info.stx_rdev_major, info.stx_rdev_minor)),
                   info.stx_blksize,
                   static_cast<int64_t>(info.stx_ino),
                   static_cast<int64_t>(info.stx_size),
                   static_cast<int64_t>(info.stx_blocks)};
    const auto time = [](const statx_timestamp& t) {
      return uv_timespec64_t{t.tv_sec, static_cast<int32_t>(t.tv_nsec)};
    };
    out.times = {time(info.stx_atime), time(info.stx_mtime), time(info.stx_ctime), time(info.stx_btime)};
    return 0;
  }
  if (errno != ENOSYS && errno != EPERM) return last_error();
  // Old containers forbid statx.
  struct stat old{};
  const int result = path == nullptr ? ::fstat(fd, &old) : follow ? ::stat(path, &old) : ::lstat(path, &old);
  if (result != 0) return last_error();
  out.numbers = {static_cast<int64_t>(old.st_dev),
                 old.st_mode,
                 static_cast<int64_t>(old.st_nlink),
                 old.st_uid,
                 old.st_gid,
                 static_cast<int64_t>(old.st_rdev),
                 old.st_blksize,
                 static_cast<int64_t>(old.st_ino),
                 old.st_size,
                 old.st_blocks};
  const auto time = [](const timespec& t) { return uv_timespec64_t{t.tv_sec, static_cast<int32_t>(t.tv_nsec)}; };
  out.times = {time(old.st_atim), time(old.st_mtim), time(old.st_ctim), time(old.st_ctim)};
  return 0;
}

Result<StatNumbers> stat(Path path, bool as_bigint) {
  StatNumbers numbers;
  numbers.as_bigint = as_bigint;
  if (const int error = query(AT_FDCWD, path.c_str(), true, numbers))
    return bind::fail(bind::Error::system(error, "stat", path));
  return numbers;
}

Result<StatNumbers> lstat(Path path, bool as_bigint) {
  StatNumbers numbers;
  numbers.as_bigint = as_bigint;
  if (const int error = query(AT_FDCWD, path.c_str(), false, numbers))
    return bind::fail(bind::Error::system(error, "lstat", path));
  return numbers;
}

Result<StatNumbers> fstat(int32_t fd, bool as_bigint) {
  StatNumbers numbers;
  numbers.as_bigint = as_bigint;
  if (const int error = query(fd, nullptr, true, numbers)) return bind::fail(bind::Error::system(error, "fstat"));
  return numbers;
}

void store(const StatNumbers& numbers, bind::Bytes out, bool as_bigint) {
  if (out.size() < kFields * sizeof(double) || reinterpret_cast<uintptr_t>(out.data()) % alignof(double) != 0) return;
  if (as_bigint) numbers.write_integers(reinterpret_cast<int64_t*>(out.data()));
  else numbers.write_doubles(reinterpret_cast<double*>(out.data()));
}

/// Writes into an array that the caller keeps for all calls. False: no such file, and `may_miss` allows that.
Result<bool> stat_into(Path path, bool follow, bind::Bytes out, bool as_bigint, bool may_miss) {
  StatNumbers numbers;
  if (const int error = query(AT_FDCWD, path.c_str(), follow, numbers)) {
    if (may_miss && (error == -ENOENT || (follow && error == -ENOTDIR))) return false;
    return bind::fail(bind::Error::system(error, follow ? "stat" : "lstat", path));
  }
  store(numbers, out, as_bigint);
  return true;
}

Result<void> fstat_into(int32_t fd, bind::Bytes out, bool as_bigint) {
  StatNumbers numbers;
  if (const int error = query(fd, nullptr, true, numbers)) return bind::fail(bind::Error::system(error, "fstat"));
  store(numbers, out, as_bigint);
  return {};
}

/// 0: a file or anything that is no directory, 1: a directory, below 0: an error. For module resolution.
int32_t stat_kind(Path path) {
  struct stat info{};
  if (::stat(path.c_str(), &info) != 0) return last_error();
  return S_ISDIR(info.st_mode) ? 1 : 0;
}

struct StatFsNumbers {
  std::array<uint64_t, 8> numbers;  // type, bsize, frsize, blocks, bfree, bavail, files, ffree
  bool as_bigint = false;
};

v8::Local<v8::Value> to_js(bind::Context& cx, const StatFsNumbers& stat) {
  v8::Local<v8::ArrayBuffer> buffer = v8::ArrayBuffer::New(cx.isolate, sizeof(stat.numbers));
  if (stat.as_bigint) {
    std::memcpy(buffer->Data(), stat.numbers.data(), sizeof(stat.numbers));
    return v8::BigInt64Array::New(buffer, 0, stat.numbers.size());
  }
  auto* out = static_cast<double*>(buffer->Data());
  for (size_t i = 0; i < stat.numbers.size(); i++) out[i] = static_cast<double>(stat.numbers[i]);
  return v8::Float64Array::New(buffer, 0, stat.numbers.size());
}

Result<StatFsNumbers> statfs(Path path, bool as_bigint) {
  struct statfs info{};
  if (retry([&] { return ::statfs(path.c_str(), &info); }) != 0) return fail("statfs", path);
  return StatFsNumbers{
      {static_cast<uint64_t>(info.f_type), static_cast<uint64_t>(info.f_bsize), static_cast<uint64_t>(info.f_frsize),
       info.f_blocks, info.f_bfree, info.f_bavail, info.f_files, info.f_ffree},
      as_bigint};
}

}  // namespace

void declare_stat(bind::Module& module) {
  module.async<stat>("stat");
  module.async<lstat>("lstat");
  module.async<fstat>("fstat");
  module.function<stat_into>("statInto");
  module.function<fstat_into>("fstatInto");
  module.function<stat_kind>("statKindSync");
  module.async<statfs>("statfs");
}

}  // namespace vireo::fs
