// Reading directories and removing whole trees.
#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>
#include <uv.h>

#include <algorithm>
#include <chrono>
#include <thread>

#include "fs/system.h"

namespace vireo::fs {

namespace {

using bind::Path;
using bind::Result;

struct Entry {
  std::string name;
  uint8_t type;
};

/// Names, or with types `[names, types]`; names as strings or as Buffers.
struct Listing {
  std::vector<Entry> entries;
  bool with_types = false;
  bool as_buffers = false;
};

v8::Local<v8::Value> to_js(bind::Context& cx, const Listing& listing) {
  const size_t count = listing.entries.size();
  std::vector<v8::Local<v8::Value>> values;
  values.reserve(count);
  for (const Entry& entry : listing.entries) {
    values.push_back(listing.as_buffers ? bind::to_js(cx, bind::OwnedBytes(std::string_view(entry.name)))
                                        : v8::Local<v8::Value>(bind::string_to_js(cx, std::string_view(entry.name))));
  }
  v8::Local<v8::Array> names = v8::Array::New(cx.isolate, values.data(), count);
  if (!listing.with_types) return names;
  values.clear();
  for (const Entry& entry : listing.entries) values.push_back(v8::Integer::New(cx.isolate, entry.type));
  v8::Local<v8::Value> pair[] = {names, v8::Array::New(cx.isolate, values.data(), count)};
  return v8::Array::New(cx.isolate, pair, 2);
}

uint8_t type_of_mode(mode_t mode) {
  switch (mode & S_IFMT) {
    case S_IFREG: return UV_DIRENT_FILE;
    case S_IFDIR: return UV_DIRENT_DIR;
    case S_IFLNK: return UV_DIRENT_LINK;
    case S_IFIFO: return UV_DIRENT_FIFO;
    case S_IFSOCK: return UV_DIRENT_SOCKET;
    case S_IFCHR: return UV_DIRENT_CHAR;
    case S_IFBLK: return UV_DIRENT_BLOCK;
    default: return UV_DIRENT_UNKNOWN;
  }
}

/// libuv's number for a directory entry's type; asks the file system where the directory does not know.
uint8_t type_of(int directory, const char* name, unsigned char type) {
  switch (type) {
    case DT_REG: return UV_DIRENT_FILE;
    case DT_DIR: return UV_DIRENT_DIR;
    case DT_LNK: return UV_DIRENT_LINK;
    case DT_FIFO: return UV_DIRENT_FIFO;
    case DT_SOCK: return UV_DIRENT_SOCKET;
    case DT_CHR: return UV_DIRENT_CHAR;
    case DT_BLK: return UV_DIRENT_BLOCK;
    default: break;
  }
  struct stat info{};
  if (::fstatat(directory, name, &info, AT_SYMLINK_NOFOLLOW) != 0) return UV_DIRENT_UNKNOWN;
  return type_of_mode(info.st_mode);
}

bool is_dots(const char* name) { return name[0] == '.' && (name[1] == '\0' || (name[1] == '.' && name[2] == '\0')); }

/// The next entries of an open directory, appended. False at the end; the error is in errno.
struct RawEntry {
  uint64_t ino;
  int64_t offset;
  uint16_t length;
  uint8_t type;
  char name[1];
};

ssize_t next_entries(int fd, std::vector<Entry>& out, bool with_types) {
  alignas(RawEntry) char buffer[32 * 1024];
  const ssize_t size = ::syscall(SYS_getdents64, fd, buffer, sizeof(buffer));
  for (ssize_t at = 0; at < size;) {
    const auto* entry = reinterpret_cast<const RawEntry*>(buffer + at);
    if (!is_dots(entry->name))
      out.push_back({entry->name, with_types ? type_of(fd, entry->name, entry->type) : uint8_t{0}});
    at += entry->length;
  }
  return size;
}

Result<Listing> read_directory(Path path, bool with_types, bool as_buffers) {
  ScopedFd fd(retry([&] { return ::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC); }));
  if (!fd) return fail("scandir", path);
  Listing listing{{}, with_types, as_buffers};
  ssize_t size = 0;
  while ((size = next_entries(fd.get(), listing.entries, with_types)) > 0) {}
  if (size < 0) return fail("scandir", path);
  std::ranges::sort(listing.entries, {}, &Entry::name);
  return listing;
}

/// For `Dir`: a descriptor of the directory.
Result<int32_t> open_directory(Path path) {
  const int fd = retry([&] { return ::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC); });
  if (fd < 0) return fail("opendir", path);
  return fd;
}

/// A bunch of entries in the directory's own order; empty at its end.
Result<Listing> next_directory_entries(int32_t fd, bool as_buffers) {
  Listing listing{{}, true, as_buffers};
  // A bunch may consist of "." and ".." only.
  for (;;) {
    const ssize_t size = next_entries(fd, listing.entries, true);
    if (size < 0) return fail("scandir");
    if (size == 0 || !listing.entries.empty()) return listing;
  }
}

/// 0: done, 1: a directory, which needs `recursive`.
enum Removal : int32_t { kRemoved = 0, kIsDirectory = 1 };

class TreeRemover {
 public:
  TreeRemover(uint32_t retries, uint32_t delay_ms) : retries_(retries), delay_ms_(delay_ms) {}

  /// 0 or a negative error; `failed_` and `syscall_` say where.
  int remove_tree(const std::string& path) {
    int error = attempt("rmdir", path, [&] { return ::rmdir(path.c_str()); }, true);
    if (error != -ENOTEMPTY && error != -EEXIST) return error == -ENOENT ? 0 : error;
    // Names are gathered first: removing while reading would skip some. No recursion into links: types come from lstat.
    for (;;) {
      std::vector<Entry> entries;
      {
        ScopedFd fd(retry([&] { return ::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW); }));
        // Somebody else was faster.
        if (!fd && errno == ENOENT) return 0;
        if (!fd) return note("scandir", path, last_error());
        while (next_entries(fd.get(), entries, true) > 0) {}
      }
      for (const Entry& entry : entries) {
        const std::string child = path + '/' + entry.name;
        if (const int code = entry.type == UV_DIRENT_DIR ? remove_tree(child) : remove_file(child)) return code;
      }
      error = attempt("rmdir", path, [&] { return ::rmdir(path.c_str()); }, !entries.empty());
      if (error == 0 || error == -ENOENT) return 0;
      if (error != -ENOTEMPTY || entries.empty() || ++rounds_ > 100) return note("rmdir", path, error);
    }
  }

  int remove_file(const std::string& path) {
    const int error = attempt("unlink", path, [&] { return ::unlink(path.c_str()); }, false);
    if (error == -ENOENT) return 0;
    if (error == -EISDIR) return remove_tree(path);
    return error;
  }

  [[nodiscard]] bind::Error error(int code) const { return bind::Error::system(code, syscall_, failed_); }
  int note(const char* syscall, const std::string& path, int code) {
    syscall_ = syscall;
    failed_ = path;
    return code;
  }

 private:
  template <class Call>
  int attempt(const char* syscall, const std::string& path, Call&& call, bool not_empty_is_fine) {
    for (uint32_t tries = 0;; tries++) {
      if (call() == 0) return 0;
      const int code = last_error();
      const bool passing = code == -EBUSY || code == -EMFILE || code == -ENFILE || code == -EPERM ||
                           (code == -ENOTEMPTY && !not_empty_is_fine);
      if (!passing || tries >= retries_) return note(syscall, path, code);
      std::this_thread::sleep_for(std::chrono::milliseconds(static_cast<uint64_t>(tries + 1) * delay_ms_));
    }
  }

  uint32_t retries_;
  uint32_t delay_ms_;
  int rounds_ = 0;
  const char* syscall_ = "rm";
  std::string failed_;
};

/// `fs.rm`. Gives `kIsDirectory` when the path is a directory and `recursive` is not set.
Result<int32_t> remove(Path path, bool force, bool recursive, uint32_t retries, uint32_t delay_ms) {
  struct stat info{};
  if (::lstat(path.c_str(), &info) != 0) {
    if (force && errno == ENOENT) return kRemoved;
    return fail("lstat", path);
  }
  TreeRemover remover(retries, delay_ms);
  int code = 0;
  if (S_ISDIR(info.st_mode)) {
    if (!recursive) return kIsDirectory;
    std::string root = path;
    while (root.size() > 1 && root.back() == '/') root.pop_back();
    code = remover.remove_tree(root);
  } else {
    code = remover.remove_file(path);
  }
  if (code != 0) return bind::fail(remover.error(code));
  return kRemoved;
}

}  // namespace

void declare_directories(bind::Module& module) {
  module.async<read_directory>("readdir");
  module.async<open_directory>("opendir");
  module.async<next_directory_entries>("nextEntries");
  module.async<remove>("rm");
}

}  // namespace vireo::fs
