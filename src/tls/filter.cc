// TLS under a native listener (HTTP): bytes go through the engine without JavaScript.
#include <openssl/err.h>

#include "engine/environment.h"
#include "loop/callback_scope.h"
#include "tls/engine.h"
#include "tls/errors.h"

namespace vireo::tls {

void Engine::decode(net::Stream& stream, std::span<uint8_t> bytes) {
  receive(bind::Bytes(bytes.data(), bytes.size()));
  deliver(stream);
}

/// Gives the stream's listener data until there is no more. What else comes up is JavaScript's (`onevents`), and so is
/// all of it once the listener has gone.
void Engine::deliver(net::Stream& stream) {
  if (failed_ || busy_) return;
  hold();
  bind::Context cx(isolate(), env().context(), env());
  uint8_t buffer[16 * 1024];
  while (!failed_ && !stream.is_closing()) {
    net::StreamListener* listener = stream.listener();
    if (listener == nullptr) {
      tell(0);
      break;
    }
    if (auto bytes = take_data()) {
      listener->on_stream_read({bytes->data(), bytes->size()});
      continue;
    }
    if (ended_) break;
    events_ = 0;
    int status;
    {
      const Busy busy(*this);
      const v8::HandleScope handles(isolate());
      ERR_clear_error();
      status = read(buffer);
      if (status <= 0) note_end(cx, status);
      note_queues();
      if (!thrown_.IsEmpty()) {
        // A callback of the program's has thrown in a renegotiation: that ends the connection.
        error_.Reset(isolate(), thrown_.Get(isolate()));
        thrown_.Reset();
        failed_ = true;
        events_ |= kFailed;
      }
    }
    const bool has_ended = (events_ & kEnd) != 0;
    const int32_t others = events_ & ~kEnd;
    if (others != 0 && !tell(others)) break;
    if (status > 0) {
      if (listener == stream.listener()) listener->on_stream_read({buffer, static_cast<size_t>(status)});
      else data_.emplace_back(std::span<const uint8_t>(buffer, static_cast<size_t>(status)));
      continue;
    }
    if (has_ended && listener == stream.listener()) listener->on_stream_end();
    if ((others & kSession) == 0) break;
  }
  release();
}

/// False when JavaScript cannot be called any more.
bool Engine::tell(int32_t events) {
  if (!env().can_call_into_js() || !has_wrapper()) return false;
  const v8::HandleScope handles(isolate());
  v8::Local<v8::Value> function;
  if (!wrapper()->Get(env().context(), bind::name(isolate(), "onevents")).ToLocal(&function) || !function->IsFunction())
    return true;
  v8::Local<v8::Value> argument = v8::Integer::New(isolate(), events);
  (void)loop::call_into_js(env(), loop::AsyncContext(), wrapper(), function.As<v8::Function>(), 1, &argument);
  return env().can_call_into_js();
}

bool Engine::encode(std::span<const std::string_view> parts, std::string& out) {
  if (failed_ || busy_) return false;
  const Busy busy(*this);
  ERR_clear_error();
  for (std::string_view part : parts) {
    while (!part.empty()) {
      size_t count = 0;
      if (SSL_write_ex(ssl_.get(), part.data(), part.size(), &count) != 1) {
        ERR_clear_error();
        return false;
      }
      part.remove_prefix(count);
    }
  }
  BIO* sealed = SSL_get_wbio(ssl_.get());
  const size_t size = BIO_ctrl_pending(sealed);
  const size_t before = out.size();
  out.resize_and_overwrite(before + size, [&](char* data, size_t) {
    const int count = BIO_read(sealed, data + before, static_cast<int>(size));
    return before + static_cast<size_t>(std::max(count, 0));
  });
  return true;
}

}  // namespace vireo::tls
