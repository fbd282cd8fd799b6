// What is done to names in the file system.
#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>
#include <uv.h>

#include "fs/system.h"

namespace vireo::fs {

namespace {

using bind::Path;
using bind::Result;

/// A name in the file system on its way to JavaScript: a string, or a Buffer when asked for.
struct Name {
  std::string bytes;
  bool as_buffer = false;
};

v8::Local<v8::Value> to_js(bind::Context& cx, const Name& name) {
  if (name.as_buffer) return bind::to_js(cx, bind::OwnedBytes(std::string_view(name.bytes)));
  return bind::string_to_js(cx, std::string_view(name.bytes));
}

bool exists(Path path) { return ::access(path.c_str(), F_OK) == 0; }

Result<void> access(Path path, int32_t mode) {
  if (::access(path.c_str(), mode) != 0) return fail("access", path);
  return {};
}

Result<void> rename(Path from, Path to) {
  if (::rename(from.c_str(), to.c_str()) != 0) return fail("rename", from, to);
  return {};
}

Result<void> unlink(Path path) {
  if (::unlink(path.c_str()) != 0) return fail("unlink", path);
  return {};
}

Result<void> rmdir(Path path) {
  if (::rmdir(path.c_str()) != 0) return fail("rmdir", path);
  return {};
}

Result<void> mkdir(Path path, uint32_t mode) {
  if (::mkdir(path.c_str(), mode) != 0) return fail("mkdir", path);
  return {};
}

/// The part of `path` before its last component; empty when there is none.
std::string parent_of(std::string_view path) {
  while (path.size() > 1 && path.back() == '/') path.remove_suffix(1);
  const size_t slash = path.rfind('/');
  if (slash == std::string_view::npos) return {};
  return std::string(path.substr(0, slash == 0 ? 1 : slash));
}

/// Makes a directory and its parents; gives the first that had to be made.
Result<std::optional<std::string>> mkdir_all(Path path, uint32_t mode) {
  std::vector<std::string> todo{path};
  std::optional<std::string> first;
  while (!todo.empty()) {
    std::string& current = todo.back();
    if (::mkdir(current.c_str(), mode) == 0) {
      if (!first) first = current;
      todo.pop_back();
      continue;
    }
    const int error = errno;
    if (error == ENOENT) {
      std::string parent = parent_of(current);
      if (parent.empty() || parent == current) return bind::fail(bind::Error::system(-error, "mkdir", path));
      todo.push_back(std::move(parent));
      continue;
    }
    struct stat info{};
    if (error != EEXIST && error != EISDIR && error != EROFS && error != EPERM && error != EACCES) {
      return bind::fail(bind::Error::system(-error, "mkdir", path));
    }
    if (::stat(current.c_str(), &info) != 0) return bind::fail(bind::Error::system(-error, "mkdir", path));
    if (!S_ISDIR(info.st_mode)) {
      const int code = error == EEXIST && todo.size() > 1 ? -ENOTDIR : -error;
      return bind::fail(bind::Error::system(code, "mkdir", path));
    }
    todo.pop_back();
  }
  return first;
}

Result<void> symlink(Path target, Path path) {
  if (::symlink(target.c_str(), path.c_str()) != 0) return fail("symlink", target, path);
  return {};
}

Result<void> link(Path from, Path to) {
  if (::link(from.c_str(), to.c_str()) != 0) return fail("link", from, to);
  return {};
}

Result<Name> readlink(Path path, bool as_buffer) {
  std::string target(256, '\0');
  for (;;) {
    const ssize_t length = ::readlink(path.c_str(), target.data(), target.size());
    if (length < 0) return fail("readlink", path);
    if (static_cast<size_t>(length) < target.size()) {
      target.resize(length);
      return Name{std::move(target), as_buffer};
    }
    target.resize(target.size() * 2);
  }
}

Result<Name> realpath(Path path, bool as_buffer) {
  std::unique_ptr<char, decltype(&::free)> resolved(::realpath(path.c_str(), nullptr), &::free);
  if (!resolved) return fail("realpath", path);
  return Name{std::string(resolved.get()), as_buffer};
}

Result<Name> mkdtemp(Path prefix, bool as_buffer) {
  std::string path = prefix + "XXXXXX";
  if (::mkdtemp(path.data()) == nullptr) return fail("mkdtemp", prefix + "XXXXXX");
  return Name{std::move(path), as_buffer};
}

Result<void> chmod(Path path, uint32_t mode) {
  if (retry([&] { return ::chmod(path.c_str(), mode); }) != 0) return fail("chmod", path);
  return {};
}

Result<void> chown(Path path, uint32_t uid, uint32_t gid) {
  if (retry([&] { return ::chown(path.c_str(), uid, gid); }) != 0) return fail("chown", path);
  return {};
}

Result<void> lchown(Path path, uint32_t uid, uint32_t gid) {
  if (retry([&] { return ::lchown(path.c_str(), uid, gid); }) != 0) return fail("lchown", path);
  return {};
}

/// libuv knows the fast ways (reflink, copy_file_range, sendfile) and the kernels where they fail.
Result<void> copy_file(Path from, Path to, int32_t mode) {
  uv_fs_t request;
  const int result = uv_fs_copyfile(nullptr, &request, from.c_str(), to.c_str(), mode, nullptr);
  uv_fs_req_cleanup(&request);
  if (result < 0) return bind::fail(bind::Error::system(result, "copyfile", from, to));
  return {};
}

}  // namespace

void declare_paths(bind::Module& module) {
  module.async<exists>("exists");
  module.async<access>("access");
  module.async<rename>("rename");
  module.async<unlink>("unlink");
  module.async<rmdir>("rmdir");
  module.async<mkdir>("mkdir");
  module.async<mkdir_all>("mkdirAll");
  module.async<symlink>("symlink");
  module.async<link>("link");
  module.async<readlink>("readlink");
  module.async<realpath>("realpath");
  module.async<mkdtemp>("mkdtemp");
  module.async<chmod>("chmod");
  module.async<chown>("chown");
  module.async<lchown>("lchown");
  module.async<copy_file>("copyFile");
}

}  // namespace vireo::fs
