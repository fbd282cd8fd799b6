// A file on its way to a socket by sendfile(2): its bytes never enter this process.
#pragma once

#include "loop/handle.h"
#include "net/stream.h"

namespace vireo::serve {

class FileSender final : public loop::Handle {
 public:
  /// Nothing else may write to `stream` until `ondone` has been called. Takes `file`, a descriptor, and closes it.
  FileSender(Environment& env, net::Stream* stream, int32_t file, double offset, double length);
  ~FileSender() override;

  /// 0 or a negative error; `wrapper.ondone(status)` follows when 0.
  int32_t start();
  [[nodiscard]] const char* type_name() const override { return "FileSender"; }

 private:
  void go_on();
  void done(int status);

  net::Stream* stream_;
  uv_poll_t poll_{};
  int socket_ = -1;  // a duplicate of our own: libuv watches the other one
  int file_;
  int64_t offset_;
  int64_t left_;
};

}  // namespace vireo::serve
