#include "websocket/connection.h"

#include <sys/socket.h>

#include <cerrno>
#include <memory>
#include <utility>

#include "engine/environment.h"
#include "loop/callback_scope.h"

namespace vireo::websocket {

namespace {

/// A peer that sends and does not read is not read from, once so much waits for it.
constexpr size_t kMaxQueue = 1 << 20;
constexpr size_t kLow = 16 * 1024;

Options options_of(bool server, uint32_t deflate, int32_t window_bits, double max_message) {
  Options options;
  options.server = server;
  options.deflate = (deflate & Connection::kOn) != 0;
  options.read_no_takeover = (deflate & Connection::kReadNoTakeover) != 0;
  options.write_no_takeover = (deflate & Connection::kWriteNoTakeover) != 0;
  options.write_window_bits = window_bits;
  options.max_message = max_message >= 0 && max_message < 1e15 ? static_cast<uint64_t>(max_message) : UINT64_MAX / 4;
  return options;
}

}  // namespace

Callbacks::Callbacks(Environment& env, v8::Local<v8::Object> functions) : Object(env) {
  static constexpr const char* kNames[] = {"text",  "binary", "ping", "pong",   "close",
                                           "error", "drain",  "end",  "closed", "write"};
  static_assert(std::size(kNames) == static_cast<size_t>(Call::kCount));
  for (size_t i = 0; i < std::size(kNames); i++) {
    v8::Local<v8::Value> value;
    if (functions->Get(env.context(), bind::name(env.isolate(), kNames[i])).ToLocal(&value) && value->IsFunction())
      functions_[i].Reset(env.isolate(), value.As<v8::Function>());
  }
}

/// What the kernel did not take at once.
class Connection::WriteRequest final : public loop::Request {
 public:
  WriteRequest(Connection& connection, std::string bytes)
      : Request(connection.env()), connection_(connection), bytes_(std::move(bytes)) {
    connection_.hold();
    connection_.queued_ += bytes_.size();
  }
  void start(uv_stream_t* stream) {
    request_.data = this;
    uv_buf_t buffer = uv_buf_init(bytes_.data(), static_cast<unsigned>(bytes_.size()));
    const int status = uv_write(&request_, stream, &buffer, 1, [](uv_write_t* request, int status) {
      std::unique_ptr<WriteRequest> self(static_cast<WriteRequest*>(request->data));
      self->done(status);
    });
    if (status < 0) {
      std::unique_ptr<WriteRequest> self(this);
      done(status);
    }
  }
  void cancel() override {}  // ends with its stream
  [[nodiscard]] const char* type_name() const override { return "WebSocketWrite"; }

 private:
  void done(int status) {
    Connection& connection = connection_;
    connection.queued_ -= bytes_.size();
    if (env().can_call_into_js()) {
      loop::LoopEntry entry(env());
      connection.wrote(status);
    }
    connection.release();
  }

  Connection& connection_;
  std::string bytes_;
  uv_write_t request_{};
};

Connection::Connection(Environment& env, Callbacks* callbacks, v8::Local<v8::Object> owner, bool server,
                       uint32_t deflate, int32_t window_bits, double max_message)
    : Object(env),
      callbacks_(callbacks),
      owner_(env.isolate(), owner),
      server_(server),
      reader_(options_of(server, deflate, window_bits, max_message)),
      writer_(options_of(server, deflate, window_bits, max_message)) {
  callbacks_->hold();
  adjust_external_memory(static_cast<int64_t>(sizeof(Connection) + 1024));
  owner_.SetWeak();
}

Connection::~Connection() {
  if (stream_ != nullptr) {
    stream_->set_listener(nullptr);
    stream_->release();
  }
  callbacks_->release();
}

bool Connection::attach_stream(net::Stream* stream) {
  if (stream_ != nullptr || stream->is_closing()) return false;
  stream_ = stream;
  stream_->hold();
  hold();
  owner_.ClearWeak();
  stream_->set_listener(this);
  stream_->read_start();
  return true;
}

bool Connection::call(Callbacks::Call which, std::initializer_list<v8::Local<v8::Value>> args) {
  if (owner_.IsEmpty()) return false;
  (void)loop::call_into_js(env(), loop::AsyncContext(), owner_.Get(isolate()), callbacks_->function(which),
                           static_cast<int>(args.size()), const_cast<v8::Local<v8::Value>*>(args.begin()));
  return env().can_call_into_js();
}

// --- in
// -----------------------------------------------------------------------------------------------------------------

void Connection::tell_message(bind::Context& cx) {
  if (reader_.is_text()) call(Callbacks::Call::kText, {bind::string_to_js(cx, reader_.payload())});
  else call(Callbacks::Call::kBinary, {bind::bytes_to_js(cx, bind::OwnedBytes(reader_.payload()))});
}

void Connection::feed(std::span<uint8_t> data) {
  hold();
  const bool was_feeding = std::exchange(feeding_, true);
  reader_.feed(data);
  for (bool more = true; more;) {
    v8::HandleScope handles(isolate());
    bind::Context cx(isolate(), env().context(), env());
    switch (reader_.next()) {
      case Reader::Event::kNeedMore: more = false; break;
      case Reader::Event::kMessage: tell_message(cx); break;
      case Reader::Event::kPing: {
        if (!closing_) writer_.frame(output_, Opcode::kPong, reader_.payload(), new_key());
        call(Callbacks::Call::kPing, {bind::bytes_to_js(cx, bind::OwnedBytes(reader_.payload()))});
        break;
      }
      case Reader::Event::kPong:
        call(Callbacks::Call::kPong, {bind::bytes_to_js(cx, bind::OwnedBytes(reader_.payload()))});
        break;
      case Reader::Event::kClose:
        call(Callbacks::Call::kClose,
             {v8::Integer::New(isolate(), reader_.code()), bind::string_to_js(cx, reader_.reason())});
        break;
      case Reader::Event::kError:
        if (!closing_) writer_.close(output_, reader_.code(), {}, new_key());
        closing_ = true;
        call(Callbacks::Call::kError,
             {v8::Integer::New(isolate(), reader_.code()), bind::string_to_js(cx, reader_.reason())});
        break;
    }
  }
  feeding_ = was_feeding;
  if (!feeding_) {
    flush();
    mind_queue();
  }
  release();
}

void Connection::receive(bind::SharedBytes bytes) {
  // A copy: frames are unmasked in place, and these bytes are the program's.
  std::string copy(bytes.text());
  feed({reinterpret_cast<uint8_t*>(copy.data()), copy.size()});
}

void Connection::on_stream_read(std::span<uint8_t> data) { feed(data); }

void Connection::on_stream_end() {
  hold();
  v8::HandleScope handles(isolate());
  call(Callbacks::Call::kEnd, {});
  release();
}

void Connection::on_stream_error(int) { on_stream_end(); }

void Connection::on_stream_closed() {
  if (stream_ == nullptr) return;
  v8::HandleScope handles(isolate());
  hold();
  net::Stream* stream = std::exchange(stream_, nullptr);
  stream->release();
  std::string().swap(output_);
  call(Callbacks::Call::kClosed, {});
  owner_.SetWeak();
  release();  // of attach()
  release();
}

/// Reads on, or not, by what waits to be sent. A client must read in any case, or two of us would wait for each other.
void Connection::mind_queue() {
  if (!server_ || stream_ == nullptr || stream_->is_closing()) return;
  const bool full = output_.size() + queued_ > kMaxQueue;
  if (full == held_back_) return;
  held_back_ = full;
  if (full) stream_->read_stop();
  else if (!stopped_by_js_) stream_->read_start();
}

void Connection::read_start() {
  stopped_by_js_ = false;
  if (stream_ != nullptr && !stream_->is_closing() && !held_back_) stream_->read_start();
}

void Connection::read_stop() {
  stopped_by_js_ = true;
  if (stream_ != nullptr && !stream_->is_closing()) stream_->read_stop();
}

// --- out
// ----------------------------------------------------------------------------------------------------------------

/// Four bytes that nobody can foresee (RFC 6455 §10.3); null for a server.
const uint8_t* Connection::new_key() {
  if (server_) return nullptr;
  if (random_left_ < 4) {
    if (uv_random(nullptr, nullptr, random_.data(), random_.size(), 0, nullptr) != 0) random_.fill(0);
    random_left_ = random_.size();
  }
  random_left_ -= 4;
  return random_.data() + random_left_;
}

double Connection::send_text(bind::Context& cx, v8::Local<v8::String> text) {
  if (closing_) return UV_EPIPE;
  const uint8_t* key = new_key();
  const size_t size = text->Utf8LengthV2(cx.isolate);
  if (writer_.is_plain(size)) {
    // Straight into the output.
    writer_.start(output_, Opcode::kText, size, key);
    const size_t at = output_.size();
    output_.resize_and_overwrite(at + size, [&](char* data, size_t total) {
      text->WriteUtf8V2(cx.isolate, data + at, size, v8::String::WriteFlags::kReplaceInvalidUtf8);
      return total;
    });
    writer_.finish(output_, at, key);
  } else {
    writer_.frame(output_, Opcode::kText, bind::utf8_of(cx.isolate, text), key);
  }
  return sent();
}

double Connection::send_bytes(bind::Bytes bytes) {
  if (closing_) return UV_EPIPE;
  writer_.frame(output_, Opcode::kBinary, bytes.text(), new_key());
  return sent();
}

double Connection::ping(bind::Bytes bytes) {
  if (closing_) return UV_EPIPE;
  writer_.frame(output_, Opcode::kPing, bytes.text().substr(0, 125), new_key());
  return sent();
}

double Connection::pong(bind::Bytes bytes) {
  if (closing_) return UV_EPIPE;
  writer_.frame(output_, Opcode::kPong, bytes.text().substr(0, 125), new_key());
  return sent();
}

double Connection::send_close(uint32_t code, std::string reason) {
  if (closing_) return UV_EPIPE;
  writer_.close(output_, static_cast<uint16_t>(code), reason, new_key());
  closing_ = true;
  return sent();
}

/// Of many messages in one packet the answers leave together.
double Connection::sent() {
  if (feeding_ && output_.size() < 128 * 1024) {
    // Who has seen a queue hears when it is gone.
    if (output_.size() + queued_ >= kLow) waiting_drain_ = true;
    return buffered();
  }
  return flush();
}

double Connection::buffered() const { return static_cast<double>(output_.size() + queued_); }

double Connection::flush() {
  if (output_.empty()) return static_cast<double>(queued_);
  if (stream_ == nullptr) {
    v8::HandleScope handles(isolate());
    bind::Context cx(isolate(), env().context(), env());
    const std::string bytes = std::exchange(output_, {});
    call(Callbacks::Call::kWrite, {bind::bytes_to_js(cx, bind::OwnedBytes(std::string_view(bytes)))});
    return 0;
  }
  if (stream_->is_closing()) {
    output_.clear();
    return UV_EPIPE;
  }
  if (net::StreamFilter* filter = stream_->filter(); filter != nullptr) {
    std::string sealed;
    const std::string_view plain[] = {output_};
    const bool ok = filter->encode(plain, sealed);
    output_ = std::move(sealed);
    if (!ok) {
      output_.clear();
      return UV_EPIPE;
    }
  }
  size_t written = 0;
  uv_stream_t* handle = stream_->uv_stream();
  if (queued_ == 0 && uv_stream_get_write_queue_size(handle) == 0) {
    uv_buf_t buffer = uv_buf_init(output_.data(), static_cast<unsigned>(output_.size()));
    ssize_t result = -1;
    if (const int fd = stream_->fd(); fd >= 0) {
      do result = ::send(fd, output_.data(), output_.size(), MSG_DONTWAIT | MSG_NOSIGNAL);
      while (result < 0 && errno == EINTR);
      if (result < 0)
        result = errno == EAGAIN || errno == EWOULDBLOCK ? UV_EAGAIN : errno == ENOTSOCK ? UV_ENOTSOCK : -errno;
    }
    if (result == UV_ENOTSOCK) result = uv_try_write(handle, &buffer, 1);
    if (result < 0 && result != UV_EAGAIN) {
      output_.clear();
      return static_cast<double>(result);
    }
    if (result > 0) written = static_cast<size_t>(result);
  }
  stream_->add_bytes_written(output_.size());
  if (written == output_.size()) {
    output_.clear();
    if (output_.capacity() > 64 * 1024) output_.shrink_to_fit();
    if (std::exchange(waiting_drain_, false) && !feeding_) {
      v8::HandleScope handles(isolate());
      call(Callbacks::Call::kDrain, {});
    }
  } else {
    waiting_drain_ = true;
    auto* request = new WriteRequest(*this, output_.substr(written));
    output_.clear();
    request->start(handle);
  }
  return static_cast<double>(queued_);
}

void Connection::wrote(int status) {
  if (status < 0) {
    if (status != UV_ECANCELED) on_stream_end();
    return;
  }
  if (!output_.empty()) flush();
  mind_queue();
  if (queued_ == 0 && output_.empty() && std::exchange(waiting_drain_, false)) {
    v8::HandleScope handles(isolate());
    call(Callbacks::Call::kDrain, {});
  }
}

void Connection::close_soon() {
  if (stream_ == nullptr || stream_->is_closing()) return;
  closing_ = true;
  flush();
  if (stream_ == nullptr || stream_->is_closing()) return;
  hold();
  class Shutdown final : public loop::Request {
   public:
    explicit Shutdown(Connection& connection) : Request(connection.env()), connection_(connection) {}
    void cancel() override {}
    uv_shutdown_t request{};
    Connection& connection_;
  };
  auto* shutdown = new Shutdown(*this);
  shutdown->request.data = shutdown;
  const int status = uv_shutdown(&shutdown->request, stream_->uv_stream(), [](uv_shutdown_t* request, int) {
    std::unique_ptr<Shutdown> self(static_cast<Shutdown*>(request->data));
    self->connection_.close();
    self->connection_.release();
  });
  if (status < 0) {
    delete shutdown;
    close();
    release();
  }
}

void Connection::close() {
  closing_ = true;
  if (stream_ == nullptr || stream_->is_closing()) return;
  stream_->close();
}

}  // namespace vireo::websocket
