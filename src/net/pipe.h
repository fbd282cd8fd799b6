// Unix domain sockets and pipes.
#pragma once

#include "net/stream.h"

namespace vireo::net {

class Pipe final : public Stream {
 public:
  using BindBase = Stream;
  /// `ipc`: descriptors can be passed; `server`: it will listen.
  explicit Pipe(Environment& env, bool ipc = false, bool server = false);

  [[nodiscard]] uv_stream_t* uv_stream() override { return reinterpret_cast<uv_stream_t*>(&pipe_); }
  [[nodiscard]] const char* type_name() const override { return listening_ ? "PipeServerWrap" : "PipeWrap"; }

  int32_t open(int32_t fd);
  int32_t bind(std::string path);
  int32_t listen(int32_t backlog);
  int32_t connect(std::string path);
  /// UV_READABLE | UV_WRITABLE for everybody.
  int32_t chmod(int32_t mode);

 private:
  uv_pipe_t pipe_{};
  bool listening_ = false;
};

}  // namespace vireo::net
