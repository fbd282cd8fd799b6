#include "net/stream.h"

#include <memory>

#include "engine/environment.h"
#include "loop/callback_scope.h"

namespace vireo::net {

namespace {

/// Everything is read into one place; whoever wants to keep bytes copies them.
class ReadBuffer {
 public:
  explicit ReadBuffer(Environment&) {}
  static constexpr size_t kSize = 64 * 1024;
  std::unique_ptr<char[]> bytes = std::make_unique_for_overwrite<char[]>(kSize);
  bool in_use = false;
};

}  // namespace

int32_t Stream::read_start() {
  return uv_read_start(
      uv_stream(),
      [](uv_handle_t* handle, size_t, uv_buf_t* buffer) {
        auto& shared = from<Stream>(handle)->env().state<ReadBuffer>();
        *buffer = uv_buf_init(shared.bytes.get(), ReadBuffer::kSize);
      },
      on_read);
}

int32_t Stream::read_stop() { return uv_read_stop(uv_stream()); }

void Stream::on_read(uv_stream_t* stream, ssize_t count, const uv_buf_t* buffer) {
  auto* self = from<Stream>(stream);
  Environment& env = self->env();
  if (count == 0 || !env.can_call_into_js()) return;
  loop::LoopEntry entry(env);
  self->hold();
  if (count > 0) self->bytes_read_ += static_cast<uint64_t>(count);
  if (StreamListener* listener = self->listener_; listener != nullptr) {
    if (count > 0) {
      listener->on_stream_read({reinterpret_cast<uint8_t*>(buffer->base), static_cast<size_t>(count)});
    } else {
      uv_read_stop(stream);
      if (count == UV_EOF) listener->on_stream_end();
      else listener->on_stream_error(static_cast<int>(count));
    }
  } else {
    bind::Context cx(env.isolate(), env.context(), env);
    v8::Local<v8::String> onread = bind::name(env.isolate(), "onread");
    if (count > 0) {
      self->emit(onread, {bind::bytes_to_js(cx, bind::OwnedBytes(std::string_view(buffer->base, static_cast<size_t>(count))))});
    } else {
      uv_read_stop(stream);
      self->emit(onread, {v8::Undefined(env.isolate()), v8::Integer::New(env.isolate(), static_cast<int32_t>(count))});
    }
  }
  self->release();
}

void Stream::on_closed() {
  if (StreamListener* listener = listener_; listener != nullptr && env().can_call_into_js()) listener->on_stream_closed();
  listener_ = nullptr;
}

}  // namespace vireo::net
