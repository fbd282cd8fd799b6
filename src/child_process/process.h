// What the asynchronous and the synchronous spawn share: options on their way to libuv, and standard streams.
#pragma once

#include <uv.h>

#include <string>
#include <vector>

#include "bind/bind.h"

namespace vireo::child_process {

/// A standard stream of the child: a file descriptor to inherit, or one of these.
enum Stdio : int32_t { kIgnore = -1, kPipe = -2 };

/// Options of a process, owning what libuv only points to.
class SpawnOptions {
 public:
  SpawnOptions(std::string file, std::vector<std::string> args, std::optional<std::string> cwd,
               std::vector<std::string> env, int32_t flags, int32_t uid, int32_t gid);

  uv_process_options_t& uv() { return options_; }
  [[nodiscard]] std::vector<uv_stdio_container_t>& stdio() { return stdio_; }

  /// Makes the standard streams; for each pipe a connected pair of sockets, the child's end of which closes with this
  /// object. Gives 0 or a negative error. `parent_ends` gets one descriptor a stream, -1 where there is no pipe.
  int open_stdio(const std::vector<int32_t>& kinds, std::vector<int32_t>& parent_ends);
  /// The child has its ends: without ours, its exit is seen as the end of the stream.
  void close_child_ends();
  ~SpawnOptions() { close_child_ends(); }
  SpawnOptions(const SpawnOptions&) = delete;

 private:
  std::string file_;
  std::vector<std::string> args_;
  std::vector<std::string> env_;
  std::optional<std::string> cwd_;
  std::vector<char*> arg_pointers_;
  std::vector<char*> env_pointers_;
  std::vector<uv_stdio_container_t> stdio_;
  std::vector<int> child_ends_;
  uv_process_options_t options_{};
};

}  // namespace vireo::child_process
