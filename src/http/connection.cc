#include "http/connection.h"

#include <sys/ioctl.h>
#include <sys/socket.h>

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <memory>
#include <utility>
#include <vector>

#include "engine/environment.h"
#include "loop/callback_scope.h"

namespace vireo::http {

namespace {

/// A body from this size on is not copied behind the head.
constexpr size_t kNoCopy = 32 * 1024;

v8::Local<v8::String> latin1(v8::Isolate* isolate, std::string_view text) {
  if (text.empty()) return v8::String::Empty(isolate);
  return v8::String::NewFromOneByte(isolate, reinterpret_cast<const uint8_t*>(text.data()), v8::NewStringType::kNormal,
                                    static_cast<int>(text.size()))
      .FromMaybe(v8::String::Empty(isolate));
}

/// What the kernel takes at once, or a negative error: uv_try_write, without its detour where there is a socket.
int send_now(net::Stream& stream, std::string& bytes) {
  uv_stream_t* handle = stream.uv_stream();
  const int fd = stream.fd();
  if (fd >= 0 && uv_stream_get_write_queue_size(handle) == 0) {
    ssize_t sent = 0;
    do sent = send(fd, bytes.data(), bytes.size(), MSG_DONTWAIT | MSG_NOSIGNAL);
    while (sent < 0 && errno == EINTR);
    if (sent >= 0) return static_cast<int>(sent);
    if (errno != ENOTSOCK) return errno == EAGAIN || errno == EWOULDBLOCK ? UV_EAGAIN : -errno;
  }
  uv_buf_t buffer = uv_buf_init(bytes.data(), static_cast<unsigned>(bytes.size()));
  return uv_try_write(handle, &buffer, 1);
}

std::string_view text_of(std::span<uint8_t> bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

}  // namespace

/// What the kernel did not take at once.
class Connection::WriteRequest final : public loop::Request {
 public:
  WriteRequest(Connection& connection, std::string bytes, std::shared_ptr<v8::BackingStore> store,
               std::string_view rest, std::string tail)
      : Request(connection.env()),
        connection_(connection),
        bytes_(std::move(bytes)),
        store_(std::move(store)),
        rest_(rest),
        tail_(std::move(tail)) {
    connection_.hold();
    connection_.requests_in_flight_++;
  }

  void start(uv_stream_t* stream) {
    request_.data = this;
    uv_buf_t buffers[3];
    unsigned count = 0;
    for (const std::string_view part : {std::string_view(bytes_), rest_, std::string_view(tail_)}) {
      if (!part.empty())
        buffers[count++] = uv_buf_init(const_cast<char*>(part.data()), static_cast<unsigned>(part.size()));
    }
    const int status = uv_write(&request_, stream, buffers, count, [](uv_write_t* request, int status) {
      std::unique_ptr<WriteRequest> self(static_cast<WriteRequest*>(request->data));
      self->done(status);
    });
    if (status < 0) {
      std::unique_ptr<WriteRequest> self(this);
      done(status);
    }
  }

  void cancel() override {}  // ends with its stream
  [[nodiscard]] const char* type_name() const override { return "HTTPWrite"; }

 private:
  void done(int status) {
    Connection& connection = connection_;
    connection.requests_in_flight_--;
    if (env().can_call_into_js()) {
      loop::LoopEntry entry(env());
      connection.wrote(status);
    }
    connection.release();
  }

  Connection& connection_;
  std::string bytes_;
  std::shared_ptr<v8::BackingStore> store_;
  std::string_view rest_;
  std::string tail_;
  uv_write_t request_{};
};

Connection::Connection(Environment& env, Group* group, v8::Local<v8::Object> owner)
    : Object(env),
      group_(group),
      parser_(group->parser_options()),
      owner_(env.isolate(), owner),
      async_context_(loop::AsyncContext::current(env.isolate())) {
  link_.owner = idle_link_.owner = this;
  group_->hold();
  group_->add(link_);
  started_at_ = std::max<uint64_t>(uv_now(env.loop()), 1);
  // V8 must know what hangs on the small wrapper, or closed connections pile up between collections.
  adjust_external_memory(static_cast<int64_t>(sizeof(Connection) + 1024));
  // Without a stream nothing happens to us unless the owner makes it happen: no need to keep it alive.
  owner_.SetWeak();
}

Connection::~Connection() {
  link_.remove();
  idle_link_.remove();
  if (stream_ != nullptr) {
    stream_->set_listener(nullptr);
    stream_->release();
  }
  group_->release();
}

bool Connection::attach_stream(net::Stream* stream) {
  if (stream_ != nullptr || stream->is_closing()) return false;
  stream_ = stream;
  stream_->hold();
  hold();
  owner_.ClearWeak();
  stream_->set_listener(this);
  {
    const loop::TriggerScope trigger(env(), stream_->async_context());
    announce();
  }
  stream_->read_start();
  return true;
}

void Connection::announce() {
  async_context_.announce(env(), group_->parses_responses() ? "HTTPClientRequest" : "HTTPIncomingMessage", {});
}

void Connection::detach_stream() {
  if (stream_ == nullptr) return;
  flush();
  stream_->set_listener(nullptr);
  release_stream();
}

void Connection::release_stream() {
  idle_link_.remove();
  net::Stream* stream = stream_;
  stream_ = nullptr;
  owner_.SetWeak();
  stream->release();
  release();
}

void Connection::stop() {
  stopped_ = true;
  if (calling_ == 0) async_context_.retire(env());
  link_.remove();
  idle_link_.remove();
}

void Connection::reset() {
  parser_.reset(group_->parser_options());
  async_context_ = loop::AsyncContext::current(isolate());
  stopped_ = finish_later_ = false;
  later_.clear();
}

// --- into JavaScript
// ----------------------------------------------------------------------------------------------------

/// False when no further call must be made now: stopped, or an exception is on its way out.
bool Connection::call(Group::Call which, std::initializer_list<v8::Local<v8::Value>> args,
                      v8::Local<v8::Value>* result) {
  if (stopped_ || owner_.IsEmpty()) return false;
  v8::Local<v8::Function> function = group_->function(which);
  auto* argv = const_cast<v8::Local<v8::Value>*>(args.begin());
  const int argc = static_cast<int>(args.size());
  v8::Local<v8::Value> value;
  bool ok = false;
  calling_++;
  if (from_js_) {
    // The context is that of whom the message concerns, not that of whoever brings its bytes.
    v8::Local<v8::Value> previous = async_context_.enter(isolate());
    if (async_context_.is_announced()) async_context_.before(env());
    ok = function->Call(env().context(), owner(), argc, argv).ToLocal(&value);
    if (async_context_.is_announced()) async_context_.after(env());
    isolate()->SetContinuationPreservedEmbedderData(previous);
  } else {
    ok = loop::call_into_js(env(), async_context_, owner(), function, argc, argv).ToLocal(&value);
  }
  if (--calling_ == 0 && stopped_) async_context_.retire(env());
  if (!ok) return !from_js_ && !stopped_ && env().can_call_into_js();
  if (result != nullptr) *result = value;
  return !stopped_;
}

v8::Local<v8::Value> Connection::block_of(const HeaderBlock& headers) { return latin1(isolate(), headers.bytes()); }

bool Connection::report_body() {
  v8::HandleScope handles(isolate());
  bind::Context cx(isolate(), env().context(), env());
  // Every chunk on its own, as the peer cut it: programs take one for a message.
  for (const std::string_view part : parser_.body()) {
    if (!call(Group::Call::kBody, {bind::bytes_to_js(cx, bind::OwnedBytes(part))})) return false;
  }
  return true;
}

bool Connection::report_end() {
  v8::HandleScope handles(isolate());
  started_at_ = 0;
  v8::Local<v8::Value> trailers = v8::Undefined(isolate());
  if (!parser_.headers().empty()) trailers = block_of(parser_.headers());
  return call(Group::Call::kEnd, {trailers});
}

bool Connection::report_error(std::string_view packet, size_t left) {
  v8::HandleScope handles(isolate());
  bind::Context cx(isolate(), env().context(), env());
  v8::Local<v8::Value> raw = v8::Undefined(isolate());
  if (packet.data() != nullptr) raw = bind::bytes_to_js(cx, bind::OwnedBytes(packet));
  return call(Group::Call::kError, {latin1(isolate(), parser_.error_code()), latin1(isolate(), parser_.error_reason()),
                                    v8::Number::New(isolate(), static_cast<double>(packet.size() - left)), raw});
}

/// Tells JavaScript of a head, and with a request of as much of its body as is at hand, in one call.
bool Connection::report_head(std::string_view& input, Event& next, bool& has_next) {
  v8::HandleScope handles(isolate());
  const Head head = parser_.head();
  uint32_t flags = head.flags;
  const bool is_request = !group_->parses_responses();
  v8::Local<v8::Value> target = latin1(isolate(), parser_.target());
  v8::Local<v8::Value> block = block_of(parser_.headers());
  v8::Local<v8::Value> body = v8::Undefined(isolate()), trailers = v8::Undefined(isolate()), answer;
  idle_after_ = false;

  if (is_request && !(flags & kUpgradeWanted) && !group_->tells_pieces()) {
    next = parser_.next(input);
    if (next == Event::kBody && parser_.body().size() == 1) {
      bind::Context cx(isolate(), env().context(), env());
      body = bind::bytes_to_js(cx, bind::OwnedBytes(parser_.body().front()));
      next = parser_.next(input);
    }
    if (next == Event::kMessageEnd) {
      flags |= kComplete;
      started_at_ = 0;
      if (!parser_.headers().empty()) trailers = block_of(parser_.headers());
    } else {
      has_next = true;
    }
    more_input_ = !input.empty();
    const v8::Local<v8::Value> flags_value = v8::Integer::NewFromUnsigned(isolate(), flags);
    const v8::Local<v8::Value> method = v8::Integer::New(isolate(), head.method);
    reporting_head_ = true;
    const bool go_on = body->IsUndefined() && trailers->IsUndefined()
                           ? call(Group::Call::kHead, {flags_value, method, target, block})
                           : call(Group::Call::kHead, {flags_value, method, target, block, body, trailers});
    reporting_head_ = false;
    return go_on;
  }

  more_input_ = !input.empty();
  const int32_t number = is_request ? head.method : head.status;
  const bool go_on = call(
      Group::Call::kHead,
      {v8::Integer::NewFromUnsigned(isolate(), flags), v8::Integer::New(isolate(), number), target, block}, &answer);
  const uint32_t bits = !answer.IsEmpty() && answer->IsUint32() ? answer.As<v8::Uint32>()->Value() : 0;
  if (bits & Group::kTakeUpgrade) parser_.accept_upgrade();
  else if (bits & Group::kSkipBody) parser_.skip_body();
  if (!(bits & Group::kTakeUpgrade)) parser_.refuse_upgrade();
  return go_on;
}

/// Takes a packet apart. False when it stopped early.
bool Connection::feed(std::string_view input) {
  const std::string_view packet = input;
  feeding_ = true;
  bool go_on = true;
  Event next{};
  bool has_next = false;
  while (go_on && !stopped_) {
    const Event event = has_next ? next : parser_.next(input);
    has_next = false;
    more_input_ = !input.empty();
    // An empty line after a message is nothing: the connection stays idle.
    if (started_at_ == 0 && (parser_.in_message() || event == Event::kHead)) {
      idle_link_.remove();
      started_at_ = std::max<uint64_t>(uv_now(env().loop()), 1);
    }
    if (event == Event::kNeedMore) break;
    switch (event) {
      case Event::kHead: go_on = report_head(input, next, has_next); break;
      case Event::kBody: go_on = report_body(); break;
      case Event::kMessageEnd: go_on = report_end(); break;
      case Event::kUpgrade: {
        v8::HandleScope handles(isolate());
        bind::Context cx(isolate(), env().context(), env());
        call(Group::Call::kUpgrade, {bind::bytes_to_js(cx, bind::OwnedBytes(input))});
        go_on = false;
        break;
      }
      case Event::kError:
        report_error(packet, input.size());
        go_on = false;
        break;
      case Event::kNeedMore: break;
    }
  }
  more_input_ = false;
  feeding_ = false;
  return go_on;
}

// --- bytes from JavaScript
// ----------------------------------------------------------------------------------------------

bind::Result<void> Connection::execute(bind::Context& cx, bind::SharedBytes bytes) {
  if (stopped_) return {};
  if (feeding_) {
    later_.append(bytes.text());
    return {};
  }
  v8::TryCatch try_catch(cx.isolate);
  hold();
  from_js_ = true;
  bool go_on = feed(text_of(bytes));
  while (go_on && !later_.empty()) {
    const std::string next = std::exchange(later_, {});
    go_on = feed(next);
  }
  later_.clear();
  from_js_ = false;
  if (std::exchange(finish_later_, false) && !try_catch.HasCaught()) (void)finish(cx);
  release();
  if (!try_catch.HasCaught()) return {};
  try_catch.ReThrow();
  return bind::fail(bind::Error::pending());
}

bind::Result<void> Connection::finish(bind::Context& cx) {
  if (stopped_) return {};
  if (feeding_) {
    finish_later_ = true;
    return {};
  }
  v8::TryCatch try_catch(cx.isolate);
  from_js_ = true;
  const Event event = parser_.finish();
  if (event == Event::kMessageEnd) report_end();
  else if (event == Event::kError) report_error({}, 0);
  from_js_ = false;
  if (!try_catch.HasCaught()) return {};
  try_catch.ReThrow();
  return bind::fail(bind::Error::pending());
}

// --- bytes from the stream
// ----------------------------------------------------------------------------------------------

void Connection::on_stream_read(std::span<uint8_t> data) {
  hold();
  feed(text_of(data));
  if (stream_ != nullptr && !output_.empty()) {
    flush();
    settle_output();
  }
  release();
}

void Connection::on_stream_end() {
  hold();
  if (!stopped_) {
    const Event event = parser_.finish();
    if (event == Event::kMessageEnd) report_end();
    else if (event == Event::kError) report_error({}, 0);
    call(Group::Call::kEof, {});
  }
  release();
}

void Connection::on_stream_error(int error) {
  hold();
  v8::HandleScope handles(isolate());
  call(Group::Call::kFail, {v8::Integer::New(isolate(), error), bind::name(isolate(), "read")});
  release();
}

void Connection::on_stream_closed() {
  if (stream_ == nullptr) return;
  v8::HandleScope handles(isolate());
  hold();
  link_.remove();
  release_stream();
  std::string().swap(output_);
  parser_.reset(group_->parser_options());
  parser_.release_memory();
  if (!owner_.IsEmpty()) {
    stopped_ = false;
    call(Group::Call::kClose, {});
    stopped_ = true;
  }
  release();
}

void Connection::read_start() {
  if (stream_ != nullptr && !stream_->is_closing()) stream_->read_start();
}

void Connection::read_stop() {
  if (stream_ != nullptr && !stream_->is_closing()) stream_->read_stop();
}

// --- output
// -------------------------------------------------------------------------------------------------------------

bool Connection::append(bind::Context& cx, v8::Local<v8::Value> value, bool is_latin1) {
  if (!value->IsString()) return true;
  v8::Local<v8::String> text = value.As<v8::String>();
  const auto length = static_cast<uint32_t>(text->Length());
  if (length == 0) return true;
  const size_t before = output_.size();
  if (is_latin1) {
    output_.resize_and_overwrite(before + length, [&](char* data, size_t size) {
      text->WriteOneByteV2(cx.isolate, 0, length, reinterpret_cast<uint8_t*>(data) + before);
      return size;
    });
    return true;
  }
  const size_t size = text->Utf8LengthV2(cx.isolate);
  output_.resize_and_overwrite(before + size, [&](char* data, size_t total) {
    text->WriteUtf8V2(cx.isolate, data + before, size, v8::String::WriteFlags::kReplaceInvalidUtf8);
    return total;
  });
  return true;
}

int32_t Connection::write(bind::Context& cx, v8::Local<v8::Value> head, v8::Local<v8::Value> body,
                          v8::Local<v8::Value> tail, uint32_t mode, uint32_t body_length) {
  if (stream_ == nullptr || stream_->is_closing()) return UV_EPIPE;
  append(cx, head, true);
  if (mode & kChunk) {
    char size[16];
    const auto end = std::to_chars(size, size + sizeof(size), body_length, 16);
    output_.append(size, static_cast<size_t>(end.ptr - size)).append("\r\n");
  }
  std::string_view big;
  std::shared_ptr<v8::BackingStore> store;
  if (body->IsString()) {
    append(cx, body, (mode & kLatin1) != 0);
  } else if (body->IsArrayBufferView()) {
    v8::Local<v8::ArrayBufferView> view = body.As<v8::ArrayBufferView>();
    bind::Bytes bytes;
    bind::bytes_of(view, bytes);
    if (bytes.size() < kNoCopy) {
      output_.append(bytes.text());
    } else {
      store = view->Buffer()->GetBackingStore();
      big = bytes.text();
    }
  }
  std::string after;
  if (mode & kChunk) after = "\r\n";
  if (tail->IsString()) {
    v8::Local<v8::String> text = tail.As<v8::String>();
    const size_t before = after.size();
    after.resize(before + static_cast<size_t>(text->Length()));
    text->WriteOneByteV2(cx.isolate, 0, static_cast<uint32_t>(text->Length()),
                         reinterpret_cast<uint8_t*>(after.data()) + before);
  }
  if (mode & kIdleAfter) idle_after_ = true;

  if (big.empty()) {
    output_.append(after);
    // Of pipelined requests in one packet the answers leave together.
    if (mode & kFlush && !more_input_) {
      const int32_t rest = flush();
      if (rest == 0) {
        waiting_drain_ = false;  // the caller sees it
        if (idle_after_) start_idle();
      }
      return rest;
    }
    if (output_.size() > 256 * 1024) flush();
    waiting_drain_ = true;
    return static_cast<int32_t>(std::min<size_t>(output_.size() + write_queue_size(), INT32_MAX));
  }

  uv_stream_t* stream = stream_->uv_stream();
  std::string_view parts[3] = {output_, big, after};
  std::string sealed;
  if (net::StreamFilter* filter = stream_->filter(); filter != nullptr) {
    if (!filter->encode(parts, sealed)) {
      output_.clear();
      return UV_EPIPE;
    }
    parts[0] = sealed;
    parts[1] = parts[2] = {};
    store.reset();
  }
  if (requests_in_flight_ == 0) {
    uv_buf_t buffers[3];
    unsigned count = 0;
    for (const std::string_view part : parts) {
      if (!part.empty())
        buffers[count++] = uv_buf_init(const_cast<char*>(part.data()), static_cast<unsigned>(part.size()));
    }
    const int written = uv_try_write(stream, buffers, count);
    if (written > 0) {
      stream_->add_bytes_written(static_cast<size_t>(written));
      auto left = static_cast<size_t>(written);
      for (std::string_view& part : parts) {
        const size_t taken = std::min(left, part.size());
        part.remove_prefix(taken);
        left -= taken;
      }
    } else if (written < 0 && written != UV_EAGAIN) {
      output_.clear();
      return written;
    }
  }
  const size_t rest = parts[0].size() + parts[1].size() + parts[2].size();
  if (rest == 0) {
    output_.clear();
    if (idle_after_) start_idle();
    return 0;
  }
  waiting_drain_ = true;
  stream_->add_bytes_written(rest);
  auto* request = new WriteRequest(*this, std::string(parts[0]), std::move(store), parts[1], std::string(parts[2]));
  output_.clear();
  request->start(stream);
  return static_cast<int32_t>(std::min<size_t>(write_queue_size(), INT32_MAX));
}

int32_t Connection::flush() {
  if (stream_ == nullptr || stream_->is_closing()) {
    output_.clear();
    return UV_EPIPE;
  }
  if (!output_.empty() && stream_->filter() != nullptr) {
    std::string sealed;
    const std::string_view plain[] = {output_};
    const bool ok = stream_->filter()->encode(plain, sealed);
    output_ = std::move(sealed);
    if (!ok) {
      output_.clear();
      return UV_EPIPE;
    }
  }
  if (!output_.empty()) {
    size_t written = 0;
    if (requests_in_flight_ == 0) {
      const int result = send_now(*stream_, output_);
      if (result < 0 && result != UV_EAGAIN) {
        output_.clear();
        return result;
      }
      if (result > 0) written = static_cast<size_t>(result);
    }
    stream_->add_bytes_written(output_.size());
    if (written == output_.size()) {
      output_.clear();
      if (output_.capacity() > 64 * 1024) output_.shrink_to_fit();
    } else {
      waiting_drain_ = true;
      auto* request = new WriteRequest(*this, output_.substr(written), nullptr, {}, {});
      output_.clear();
      request->start(stream_->uv_stream());
    }
  }
  return static_cast<int32_t>(std::min<size_t>(write_queue_size(), INT32_MAX));
}

/// After a flush that nobody in JavaScript saw: those who wait hear of it.
void Connection::settle_output() {
  if (!waiting_drain_ || requests_in_flight_ != 0 || !output_.empty() || stream_ == nullptr) return;
  waiting_drain_ = false;
  if (idle_after_) start_idle();
  v8::HandleScope handles(isolate());
  call(Group::Call::kDrain, {});
}

void Connection::wrote(int status) {
  if (status < 0) {
    if (status != UV_ECANCELED)
      call(Group::Call::kFail, {v8::Integer::New(isolate(), status), bind::name(isolate(), "write")});
    return;
  }
  settle_output();
}

void Connection::close_soon() {
  if (stream_ == nullptr || stream_->is_closing() || closing_) return;
  closing_ = true;
  flush();
  idle_link_.remove();
  hold();
  // After everything written so far; then there is no more to do here.
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
  if (stream_ == nullptr || stream_->is_closing()) return;
  flush();
  idle_link_.remove();
  stream_->close();
}

bool Connection::has_input() const {
  int count = 0;
  return stream_ != nullptr && !stream_->is_closing() && ioctl(stream_->fd(), FIONREAD, &count) == 0 && count > 0;
}

double Connection::bytes_written() const {
  return stream_ == nullptr ? 0 : static_cast<double>(stream_->bytes_written());
}

uint32_t Connection::write_queue_size() const {
  if (stream_ == nullptr) return 0;
  return static_cast<uint32_t>(
      std::min<size_t>(uv_stream_get_write_queue_size(stream_->uv_stream()) + output_.size(), INT32_MAX));
}

void Connection::start_idle() {
  if (stream_ != nullptr && started_at_ == 0 && !closing_) group_->start_idle(*this);
}

// --- time limits
// --------------------------------------------------------------------------------------------------------

bool Connection::is_late(uint64_t now, uint64_t headers_limit, uint64_t request_limit) const {
  if (started_at_ == 0 || stopped_) return false;
  const uint64_t age = now - std::min(now, started_at_);
  if (headers_limit != 0 && age >= headers_limit && !(parser_.in_message() && parser_.headers_done())) return true;
  return request_limit != 0 && age >= request_limit;
}

void Connection::timed_out(Group::Timeout kind) {
  hold();
  v8::HandleScope handles(isolate());
  call(Group::Call::kTimeout, {v8::Integer::New(isolate(), static_cast<int32_t>(kind))});
  release();
}

}  // namespace vireo::http
