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
  const int status = uv_read_start(
      uv_stream(),
      [](uv_handle_t* handle, size_t, uv_buf_t* buffer) {
        auto& shared = from<Stream>(handle)->env().state<ReadBuffer>();
        *buffer = uv_buf_init(shared.bytes.get(), ReadBuffer::kSize);
      },
      on_read);
  return status == UV_EALREADY ? 0 : status;
}

void Stream::set_filter(StreamFilter* filter) {
  if (filter != nullptr) filter->hold();
  if (filter_ != nullptr) filter_->release();
  filter_ = filter;
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
      const std::span bytes(reinterpret_cast<uint8_t*>(buffer->base), static_cast<size_t>(count));
      if (self->filter_ != nullptr) self->filter_->decode(*self, bytes);
      else listener->on_stream_read(bytes);
    } else {
      uv_read_stop(stream);
      if (count == UV_EOF) listener->on_stream_end();
      else listener->on_stream_error(static_cast<int>(count));
    }
  } else {
    bind::Context cx(env.isolate(), env.context(), env);
    v8::Local<v8::String> onread = bind::name(env.isolate(), "onread");
    if (count > 0) {
      self->emit(onread,
                 {bind::bytes_to_js(cx, bind::OwnedBytes(std::string_view(buffer->base, static_cast<size_t>(count))))});
    } else {
      uv_read_stop(stream);
      self->emit(onread, {v8::Undefined(env.isolate()), v8::Integer::New(env.isolate(), static_cast<int32_t>(count))});
    }
  }
  self->release();
}

// --- writing for JavaScript
// ---------------------------------------------------------------------------------------------

/// Chunks that the kernel has not taken yet, and what keeps them alive.
class Stream::PendingWrite final : public StreamRequest<uv_write_t> {
 public:
  explicit PendingWrite(Environment& env) : StreamRequest(env, "WriteWrap") {}

  void add(bind::SharedBytes bytes) {
    if (bytes.empty()) return;
    buffers_.push_back(uv_buf_init(reinterpret_cast<char*>(bytes.data()), static_cast<unsigned>(bytes.size())));
    bytes_.push_back(std::move(bytes));
  }
  void add(std::string text) {
    if (text.empty()) return;
    texts_.push_back(std::make_unique<std::string>(std::move(text)));
    buffers_.push_back(uv_buf_init(texts_.back()->data(), static_cast<unsigned>(texts_.back()->size())));
  }
  void add(v8::Isolate* isolate, v8::Local<v8::String> text, int32_t encoding) {
    if (encoding == 1) {
      std::string latin1(static_cast<size_t>(text->Length()), '\0');
      text->WriteOneByteV2(isolate, 0, static_cast<uint32_t>(latin1.size()), reinterpret_cast<uint8_t*>(latin1.data()));
      add(std::move(latin1));
    } else if (encoding == 2) {
      std::string utf16(static_cast<size_t>(text->Length()) * 2, '\0');
      text->WriteV2(isolate, 0, static_cast<uint32_t>(text->Length()), reinterpret_cast<uint16_t*>(utf16.data()));
      add(std::move(utf16));
    } else {
      add(bind::utf8_of(isolate, text));
    }
  }

  /// Drops the first `count` bytes.
  void consume(size_t count) {
    while (count > 0 && first_ < buffers_.size()) {
      uv_buf_t& buffer = buffers_[first_];
      const size_t taken = std::min<size_t>(count, buffer.len);
      buffer.base += taken;
      buffer.len -= taken;
      count -= taken;
      if (buffer.len == 0) first_++;
    }
  }
  [[nodiscard]] size_t size() const {
    size_t total = 0;
    for (size_t i = first_; i < buffers_.size(); i++) total += buffers_[i].len;
    return total;
  }
  [[nodiscard]] const uv_buf_t* buffers() const { return buffers_.data() + first_; }
  [[nodiscard]] unsigned count() const { return static_cast<unsigned>(buffers_.size() - first_); }

 private:
  std::vector<uv_buf_t> buffers_;
  size_t first_ = 0;
  std::vector<bind::SharedBytes> bytes_;
  std::vector<std::unique_ptr<std::string>> texts_;
};

int32_t Stream::write_buffers(std::unique_ptr<PendingWrite> write) {
  if (is_closing()) return UV_EBADF;
  size_t total = write->size();
  bytes_written_ += total;
  if (total == 0) return 0;
  while (write->count() > 0) {
    const int written = uv_try_write(uv_stream(), write->buffers(), std::min(write->count(), 1024U));
    if (written == UV_EAGAIN || written == UV_ENOSYS) break;
    if (written < 0) return written;
    write->consume(static_cast<size_t>(written));
  }
  total = write->size();
  if (total == 0) return 0;
  const int status =
      uv_write(&write->uv, uv_stream(), write->buffers(), write->count(), [](uv_write_t* request, int status) {
        PendingWrite::of(request)->finish(*from<Stream>(request->handle), "onwrite", status);
      });
  if (status != 0) return status;
  write.release()->started(*this);
  return static_cast<int32_t>(std::min<size_t>(total, INT32_MAX));
}

int32_t Stream::write_bytes(bind::SharedBytes bytes) {
  auto write = std::make_unique<PendingWrite>(env());
  write->add(std::move(bytes));
  return write_buffers(std::move(write));
}

int32_t Stream::write_text(v8::Local<v8::String> text, int32_t encoding) {
  auto write = std::make_unique<PendingWrite>(env());
  write->add(isolate(), text, encoding);
  return write_buffers(std::move(write));
}

int32_t Stream::write_all(bind::Context& cx, v8::Local<v8::Array> chunks) {
  auto write = std::make_unique<PendingWrite>(env());
  for (uint32_t i = 0; i + 1 < chunks->Length(); i += 2) {
    v8::Local<v8::Value> chunk;
    v8::Local<v8::Value> encoding;
    if (!chunks->Get(cx.context, i).ToLocal(&chunk) || !chunks->Get(cx.context, i + 1).ToLocal(&encoding))
      return UV_EINVAL;
    bind::SharedBytes bytes;
    if (chunk->IsString())
      write->add(cx.isolate, chunk.As<v8::String>(), encoding->Int32Value(cx.context).FromMaybe(0));
    else if (bind::FromJs<bind::SharedBytes>::convert(cx, chunk, bytes)) write->add(std::move(bytes));
    else return UV_EINVAL;
  }
  return write_buffers(std::move(write));
}

int32_t Stream::shutdown() {
  if (is_closing()) return UV_EBADF;
  return start_request<uv_shutdown_t>(*this, "ShutdownWrap", [this](uv_shutdown_t* request) {
    return uv_shutdown(request, uv_stream(), [](uv_shutdown_t* done, int status) {
      StreamRequest<uv_shutdown_t>::of(done)->finish(*from<Stream>(done->handle), "onshutdown", status);
    });
  });
}

int32_t Stream::fd() const {
  uv_os_fd_t descriptor = -1;
  if (is_closing() || uv_fileno(uv_handle(), &descriptor) != 0) return -1;
  return descriptor;
}

void Stream::on_closed() {
  if (StreamListener* listener = listener_; listener != nullptr && env().can_call_into_js())
    listener->on_stream_closed();
  listener_ = nullptr;
  set_filter(nullptr);
}

}  // namespace vireo::net
