// The life of a session, and what carries its bytes.
#include "http2/session.h"

#include <algorithm>
#include <utility>

#include "engine/environment.h"
#include "http2/session_calls.h"
#include "loop/callback_scope.h"
#include "loop/request.h"

namespace vireo::http2 {

/// While the protocol is at work (or JavaScript is told of what it found): output waits, and nothing is deleted.
class Session::Busy {
 public:
  explicit Busy(Session& session) : session_(session) {
    session_.hold();
    *session_.busy_ += 1;
  }
  ~Busy() {
    *session_.busy_ -= 1;
    if (*session_.busy_ == 0 && session_.destroying_) session_.say_goodbye();
    session_.release();
  }
  Busy(const Busy&) = delete;

 private:
  Session& session_;
};

/// What the kernel did not take at once.
class Session::WriteRequest final : public loop::Request {
 public:
  WriteRequest(Session& session, std::string bytes)
      : Request(session.env()), session_(session), bytes_(std::move(bytes)) {
    session_.hold();
    session_.requests_in_flight_++;
  }

  void start(uv_stream_t* stream) {
    request_.data = this;
    uv_buf_t buffer = uv_buf_init(bytes_.data(), static_cast<unsigned>(bytes_.size()));
    const int status = uv_write(&request_, stream, &buffer, 1, [](uv_write_t* request, int status) {
      const std::unique_ptr<WriteRequest> self(static_cast<WriteRequest*>(request->data));
      self->done(status);
    });
    if (status < 0) {
      const std::unique_ptr<WriteRequest> self(this);
      done(status);
    }
  }

  void cancel() override {}  // ends with its stream
  [[nodiscard]] const char* type_name() const override { return "HTTP2Write"; }

 private:
  void done(int status) {
    Session& session = session_;
    session.requests_in_flight_--;
    if (env().can_call_into_js()) {
      loop::LoopEntry entry(env());
      session.wrote(status);
    }
    session.release();
  }

  Session& session_;
  std::string bytes_;
  uv_write_t request_{};
};

Session::Session(Environment& env, v8::Local<v8::Object> owner, v8::Local<v8::Object> calls, int32_t role,
                 v8::Local<v8::Object> options)
    : Object(env),
      protocol_(
          std::make_unique<Protocol>(static_cast<Role>(role), read_options(env, options), static_cast<Events&>(*this))),
      owner_(env.isolate(), owner) {
  env.state<Calls>().use(calls);
  v8::Local<v8::ArrayBuffer> buffer = v8::ArrayBuffer::New(env.isolate(), sizeof(uint32_t));
  busy_ = static_cast<uint32_t*>(buffer->Data());
  shared_.Reset(env.isolate(), v8::Uint32Array::New(buffer, 0, 1));
  // V8 must know what hangs on the small wrapper.
  adjust_external_memory(static_cast<int64_t>(sizeof(Session) + 16 * 1024));
  owner_.SetWeak();
  protocol_->want_cuts(true);
}

Session::~Session() {
  if (stream_ == nullptr) return;
  stream_->set_listener(nullptr);
  stream_->release();
}

bool Session::attach_stream(net::Stream* stream) {
  if (stream_ != nullptr || stream->is_closing() || !protocol_) return false;
  protocol_->want_cuts(false);
  stream_ = stream;
  stream_->hold();
  hold();
  owner_.ClearWeak();
  stream_->set_listener(this);
  stream_->read_start();
  return true;
}

/// The stream is JavaScript's again.
void Session::let_go() {
  if (stream_ == nullptr) return;
  net::Stream* stream = std::exchange(stream_, nullptr);
  if (!stream->is_closing()) stream->set_listener(nullptr);
  owner_.SetWeak();
  stream->release();
  release();
}

bool Session::destroy(uint32_t code, bool is_gone) {
  if (!protocol_) return true;
  destroying_ = true;
  gone_ = gone_ || is_gone;
  last_code_ = code;
  if (*busy_ != 0) return false;
  say_goodbye();
  return true;
}

void Session::say_goodbye() {
  if (!protocol_) return;
  hold();
  const bool tells = *busy_ == 0 && env().can_call_into_js();
  if (can_write()) {
    (void)protocol_->send(output_);
    for (const auto& [id, code] : std::exchange(resets_, {})) protocol_->reset(id, code);
    protocol_->terminate(last_code_);
    (void)protocol_->send(output_);
    write_output();
  }
  protocol_.reset();
  destroying_ = false;
  let_go();
  if (tells) {
    const v8::HandleScope handles(isolate());
    call(Call::kDone, {});
  }
  release();
}

// --- input
// --------------------------------------------------------------------------------------------------------------

void Session::feed(std::span<const uint8_t> bytes) {
  if (!protocol_ || destroying_) return;
  const Busy busy(*this);
  const int status = protocol_->receive(bytes);
  tell();
  if (status < 0 && !destroying_) on_error(status);
}

void Session::receive(bind::SharedBytes bytes) {
  // Two sessions of one program, joined by a Duplex that passes on at once, call each other while they work.
  if (*busy_ != 0) {
    later_.append(bytes.text());
    return;
  }
  feed(bytes);
  flush();
}

void Session::on_stream_read(std::span<uint8_t> data) {
  hold();
  const v8::HandleScope handles(isolate());
  feed(data);
  flush();
  release();
}

void Session::on_stream_end() {
  const v8::HandleScope handles(isolate());
  hold();
  call(Call::kEnd, {});
  release();
}

void Session::on_stream_error(int error) {
  const v8::HandleScope handles(isolate());
  hold();
  call(Call::kFail, {v8::Integer::New(isolate(), error), bind::name(isolate(), "read")});
  release();
}

void Session::on_stream_closed() {
  const v8::HandleScope handles(isolate());
  hold();
  gone_ = true;
  call(Call::kClose, {});
  let_go();
  release();
}

// --- output
// -------------------------------------------------------------------------------------------------------------

bool Session::can_write() const {
  if (gone_) return false;
  if (stream_ != nullptr) return !stream_->is_closing();
  return !js_output_;
}

void Session::flush() {
  if (!protocol_ || *busy_ != 0) return;
  const v8::HandleScope handles(isolate());
  hold();
  make_output();
  while (!later_.empty() && protocol_) {
    const std::string bytes = std::exchange(later_, {});
    feed({reinterpret_cast<const uint8_t*>(bytes.data()), bytes.size()});
    make_output();
  }
  release();
}

void Session::make_output() {
  if (!protocol_) return;
  const Busy busy(*this);
  while (protocol_ && !destroying_) {
    // One write at a time: what the peer takes slowly waits as frames not yet made.
    if (requests_in_flight_ == 0 && can_write()) {
      int status = protocol_->send(output_);
      if (status >= 0 && !resets_.empty()) {
        for (const auto& [id, code] : std::exchange(resets_, {})) protocol_->reset(id, code);
        status = protocol_->send(output_);
      }
      write_output();
      if (status < 0) {
        on_error(status);
        break;
      }
    }
    if (!tell()) break;
  }
}

/// Hands over what has been made.
void Session::write_output() {
  if (output_.empty()) return;
  if (stream_ == nullptr) {
    js_output_ = true;
    bind::Context cx(isolate(), env().context(), env());
    const v8::HandleScope handles(isolate());
    std::vector<v8::Local<v8::Value>> pieces;
    size_t at = 0;
    for (const size_t end : protocol_->take_cuts()) {
      pieces.push_back(bind::bytes_to_js(cx, bind::OwnedBytes(std::string_view(output_).substr(at, end - at))));
      at = end;
    }
    output_.clear();
    call(Call::kOutput, {v8::Array::New(isolate(), pieces.data(), pieces.size())});
    return;
  }
  if (net::StreamFilter* filter = stream_->filter(); filter != nullptr) {
    std::string sealed;
    const std::string_view plain[] = {output_};
    const bool ok = filter->encode(plain, sealed);
    output_ = std::move(sealed);
    if (!ok) {
      output_.clear();
      return;
    }
  }
  size_t written = 0;
  if (requests_in_flight_ == 0) {
    uv_buf_t buffer = uv_buf_init(output_.data(), static_cast<unsigned>(output_.size()));
    const int result = uv_try_write(stream_->uv_stream(), &buffer, 1);
    if (result < 0 && result != UV_EAGAIN) {
      output_.clear();
      gone_ = true;
      call(Call::kFail, {v8::Integer::New(isolate(), result), bind::name(isolate(), "write")});
      return;
    }
    if (result > 0) written = static_cast<size_t>(result);
  }
  stream_->add_bytes_written(output_.size());
  if (written == output_.size()) {
    output_.clear();
    if (output_.capacity() > 128 * 1024) output_.shrink_to_fit();
    return;
  }
  auto* request = new WriteRequest(*this, written == 0 ? std::exchange(output_, {}) : output_.substr(written));
  output_.clear();
  request->start(stream_->uv_stream());
}

void Session::wrote(int status) {
  if (status < 0) {
    gone_ = true;
    if (status != UV_ECANCELED && protocol_)
      call(Call::kFail, {v8::Integer::New(isolate(), status), bind::name(isolate(), "write")});
    return;
  }
  flush();
}

void Session::output_done() {
  js_output_ = false;
  flush();
}

/// Tells JavaScript of streams that have been written, want trailers or are closed. False when there was nothing.
bool Session::tell() {
  if (!protocol_) return false;
  Tidings tidings = protocol_->take_tidings();
  written_.insert(written_.end(), tidings.written.begin(), tidings.written.end());
  const bool on_its_way = requests_in_flight_ != 0 || js_output_;
  if ((written_.empty() || on_its_way) && tidings.wants_trailers.empty() && tidings.closed.empty()) return false;
  const v8::HandleScope handles(isolate());
  const auto list = [&](const std::vector<int32_t>& ids) -> v8::Local<v8::Value> {
    if (ids.empty()) return v8::Undefined(isolate());
    std::vector<v8::Local<v8::Value>> values;
    values.reserve(ids.size());
    for (const int32_t id : ids) values.push_back(v8::Integer::New(isolate(), id));
    return v8::Array::New(isolate(), values.data(), values.size());
  };
  const std::vector<int32_t> written = on_its_way ? std::vector<int32_t>() : std::exchange(written_, {});
  v8::Local<v8::Value> closed = v8::Undefined(isolate());
  if (!tidings.closed.empty()) {
    std::vector<v8::Local<v8::Value>> values;
    values.reserve(tidings.closed.size() * 2);
    for (const auto& [id, code] : tidings.closed) {
      values.push_back(v8::Integer::New(isolate(), id));
      values.push_back(v8::Integer::NewFromUnsigned(isolate(), code));
    }
    closed = v8::Array::New(isolate(), values.data(), values.size());
  }
  call(Call::kTidings, {list(written), list(tidings.wants_trailers), closed});
  return true;
}

void Session::call(Call which, std::initializer_list<v8::Local<v8::Value>> args) {
  if (owner_.IsEmpty() || !env().can_call_into_js()) return;
  v8::Local<v8::Function> function = env().state<Calls>().function(which);
  if (function.IsEmpty()) return;
  (void)loop::call_into_js(env(), loop::AsyncContext(), owner_.Get(isolate()), function, static_cast<int>(args.size()),
                           const_cast<v8::Local<v8::Value>*>(args.begin()));
}

}  // namespace vireo::http2
