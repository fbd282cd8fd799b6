#include "serve/file_sender.h"

#include <fcntl.h>
#include <sys/sendfile.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>

#include "engine/environment.h"
#include "loop/callback_scope.h"

namespace vireo::serve {

namespace {
/// How much leaves before other connections have their turn.
constexpr int64_t kTurn = 1 << 20;
}  // namespace

FileSender::FileSender(Environment& env, net::Stream* stream, int32_t file, double offset, double length)
    : Handle(env),
      stream_(stream),
      file_(file),
      offset_(static_cast<int64_t>(offset)),
      left_(static_cast<int64_t>(length)) {
  stream_->hold();
}

FileSender::~FileSender() {
  if (socket_ >= 0) ::close(socket_);
  if (file_ >= 0) ::close(file_);
  if (env().can_call_into_js()) stream_->release();
}

int32_t FileSender::start() {
  if (stream_->is_closing() || stream_->fd() < 0) return UV_EPIPE;
  socket_ = fcntl(stream_->fd(), F_DUPFD_CLOEXEC, 0);
  if (socket_ < 0) return -errno;
  if (const int status = uv_poll_init(env().loop(), &poll_, socket_); status != 0) return status;
  opened(reinterpret_cast<uv_handle_t*>(&poll_));
  return uv_poll_start(&poll_, UV_WRITABLE, [](uv_poll_t* poll, int status, int) {
    auto* self = from<FileSender>(poll);
    if (!self->env().can_call_into_js()) return;
    loop::LoopEntry entry(self->env());
    if (status < 0) self->done(status);
    else self->go_on();
  });
}

void FileSender::go_on() {
  if (stream_->is_closing()) return done(UV_ECANCELED);
  int64_t turn = std::min(left_, kTurn);
  while (turn > 0) {
    off_t at = offset_;
    const ssize_t sent = sendfile(socket_, file_, &at, static_cast<size_t>(turn));
    if (sent < 0) {
      if (errno == EINTR) continue;
      if (errno == EAGAIN) return;
      return done(-errno);
    }
    // The file has become shorter than we have said.
    if (sent == 0) return done(UV_EOF);
    offset_ += sent;
    left_ -= sent;
    turn -= sent;
    stream_->add_bytes_written(static_cast<size_t>(sent));
  }
  if (left_ == 0) done(0);
}

void FileSender::done(int status) {
  uv_poll_stop(&poll_);
  close();
  emit(bind::name(isolate(), "ondone"), {v8::Integer::New(isolate(), status)});
}

}  // namespace vireo::serve
