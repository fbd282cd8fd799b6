// Whole files in one go: one trip to the thread pool, one crossing of the border.
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <format>

#include "fs/system.h"

namespace vireo::fs {

namespace {

using bind::OwnedBytes;
using bind::Path;
using bind::Result;

constexpr int64_t kMaxLength = 0x7fffffff;  // what fits one read or write, and Node's limit
constexpr size_t kFirstChunk = 8 * 1024;
constexpr size_t kMaxRead = 0x7ffff000;

/// A file's bytes that become a string.
struct Text {
  OwnedBytes bytes;
};

v8::Local<v8::Value> to_js(bind::Context& cx, Text text) {
  return bind::string_to_js(cx, std::string_view(reinterpret_cast<const char*>(text.bytes.data()), text.bytes.size()));
}

bind::Error out_of_memory() { return bind::Error::system(-ENOMEM, "read"); }

bind::Error too_large(int64_t size) {
  return bind::Error::coded("ERR_FS_FILE_TOO_LARGE", std::format("File size ({}) is greater than 2 GiB", size),
                            bind::ErrorType::kRangeError);
}

/// To the end of the file. Files that do not know their size (pipes, /proc) are read in growing chunks.
Result<OwnedBytes> read_all(int fd) {
  struct stat info{};
  if (::fstat(fd, &info) != 0) return fail("fstat");
  const bool knows_size = S_ISREG(info.st_mode) && info.st_size > 0;
  if (knows_size && info.st_size > kMaxLength) return bind::fail(too_large(info.st_size));
  OwnedBytes bytes(knows_size ? static_cast<size_t>(info.st_size) : kFirstChunk);
  if (!bytes) return bind::fail(out_of_memory());
  size_t length = 0;
  for (;;) {
    if (length == bytes.size()) {
      if (knows_size) break;
      if (length >= static_cast<size_t>(kMaxLength)) return bind::fail(too_large(static_cast<int64_t>(length)));
      OwnedBytes larger(bytes.size() * 2);
      if (!larger) return bind::fail(out_of_memory());
      std::memcpy(larger.data(), bytes.data(), length);
      bytes = std::move(larger);
    }
    const ssize_t count =
        retry([&] { return ::read(fd, bytes.data() + length, std::min(bytes.size() - length, kMaxRead)); });
    if (count < 0) return fail("read");
    if (count == 0) break;
    length += count;
  }
  bytes.shrink(length);
  return bytes;
}

Result<OwnedBytes> read_file(Path path, int32_t flags) {
  ScopedFd fd(retry([&] { return ::open(path.c_str(), flags | O_CLOEXEC, 0666); }));
  if (!fd) return fail("open", path);
  return read_all(fd.get());
}

Result<OwnedBytes> read_file_fd(int32_t fd) { return read_all(fd); }

Result<Text> as_text(Result<OwnedBytes> bytes) {
  if (!bytes) return bind::fail(std::move(bytes.error()));
  if (bytes->size() > static_cast<size_t>(v8::String::kMaxLength)) {
    return bind::fail(
        bind::Error::coded("ERR_STRING_TOO_LONG",
                           std::format("Cannot create a string longer than {:#x} characters", v8::String::kMaxLength)));
  }
  return Text{std::move(*bytes)};
}

Result<Text> read_text_file(Path path, int32_t flags) { return as_text(read_file(std::move(path), flags)); }
Result<Text> read_text_file_fd(int32_t fd) { return as_text(read_all(fd)); }

/// For module loading: the text of a small file without any allocation but the string's; `undefined` when it cannot be
/// read.
std::optional<v8::Local<v8::String>> try_read_text(bind::Context& cx, Path path) {
  ScopedFd fd(retry([&] { return ::open(path.c_str(), O_RDONLY | O_CLOEXEC); }));
  if (!fd) return std::nullopt;
  char buffer[16 * 1024];
  const ssize_t count = retry([&] { return ::read(fd.get(), buffer, sizeof(buffer)); });
  if (count < 0) return std::nullopt;
  if (static_cast<size_t>(count) < sizeof(buffer)) return bind::string_to_js(cx, std::string_view(buffer, count));
  if (::lseek(fd.get(), 0, SEEK_SET) != 0) return std::nullopt;
  Result<Text> text = as_text(read_all(fd.get()));
  if (!text) return std::nullopt;
  return bind::string_to_js(cx,
                            std::string_view(reinterpret_cast<const char*>(text->bytes.data()), text->bytes.size()));
}

Result<void> write_all(int fd, std::span<const uint8_t> data, bool flush) {
  while (!data.empty()) {
    const ssize_t count = retry([&] { return ::write(fd, data.data(), std::min(data.size(), kMaxRead)); });
    if (count < 0) return fail("write");
    data = data.subspan(count);
  }
  if (flush && retry([&] { return ::fsync(fd); }) != 0) return fail("fsync");
  return {};
}

std::span<const uint8_t> bytes_of(const std::string& text) {
  return {reinterpret_cast<const uint8_t*>(text.data()), text.size()};
}

Result<void> write_to_path(const Path& path, std::span<const uint8_t> data, int flags, uint32_t mode, bool flush) {
  const int fd = retry([&] { return ::open(path.c_str(), flags | O_CLOEXEC, mode); });
  if (fd < 0) return fail("open", path);
  Result<void> written = write_all(fd, data, flush);
  // Network file systems report at close what could not be written.
  if (::close(fd) != 0 && errno != EINTR && written) return fail("close");
  return written;
}

Result<void> write_file(Path path, bind::SharedBytes data, int32_t flags, uint32_t mode, bool flush) {
  return write_to_path(path, data, flags, mode, flush);
}
Result<void> write_file_fd(int32_t fd, bind::SharedBytes data, bool flush) { return write_all(fd, data, flush); }
Result<void> write_text_file(Path path, std::string text, int32_t flags, uint32_t mode, bool flush) {
  return write_to_path(path, bytes_of(text), flags, mode, flush);
}
Result<void> write_text_file_fd(int32_t fd, std::string text, bool flush) {
  return write_all(fd, bytes_of(text), flush);
}

}  // namespace

void declare_whole_files(bind::Module& module) {
  module.async<read_file>("readFile");
  module.async<read_file_fd>("readFileFd");
  module.async<read_text_file>("readTextFile");
  module.async<read_text_file_fd>("readTextFileFd");
  module.function<try_read_text>("tryReadTextSync");
  module.async<write_file>("writeFile");
  module.async<write_file_fd>("writeFileFd");
  module.async<write_text_file>("writeTextFile");
  module.async<write_text_file_fd>("writeTextFileFd");
}

}  // namespace vireo::fs
