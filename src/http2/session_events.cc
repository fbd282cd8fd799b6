// What arrives, told to JavaScript.
#include <memory>

#include "http2/names.h"
#include "http2/session.h"
#include "http2/session_calls.h"

namespace vireo::http2 {

void Calls::use(v8::Local<v8::Object> calls) {
  if (!functions_[0].IsEmpty()) return;
  static constexpr const char* kNames[] = {"headers", "data",   "tidings",  "settings",   "ping",       "goaway",
                                           "altsvc",  "origin", "priority", "frameError", "error",      "output",
                                           "end",     "fail",   "close",    "done",       "streamEnded"};
  static_assert(std::size(kNames) == static_cast<size_t>(Call::kCount));
  for (size_t i = 0; i < std::size(kNames); i++) {
    v8::Local<v8::Value> value;
    if (calls->Get(env_.context(), bind::name(env_.isolate(), kNames[i])).ToLocal(&value) && value->IsFunction())
      functions_[i].Reset(env_.isolate(), value.As<v8::Function>());
  }
}

void Session::on_headers(Stream& stream, int32_t category, uint8_t flags, const Fields& fields) {
  if (destroying_) return;
  const v8::HandleScope handles(isolate());
  auto& strings = env().state<FieldStrings>();
  constexpr size_t kOnStack = 64;
  std::array<v8::Local<v8::Value>, kOnStack> on_stack;
  std::vector<v8::Local<v8::Value>> on_heap;
  v8::Local<v8::Value>* values = on_stack.data();
  if (fields.size() * 2 > kOnStack) {
    on_heap.resize(fields.size() * 2);
    values = on_heap.data();
  }
  std::vector<v8::Local<v8::Value>> sensitive;
  size_t at = 0;
  for (const Fields::Field& field : fields.list()) {
    const std::string_view name_text = field.name_text();
    FieldStrings::Entry* entry = strings.find(name_text);
    v8::Local<v8::String> name =
        entry != nullptr ? entry->name.Get(isolate()) : strings.make(name_text, v8::NewStringType::kNormal);
    values[at++] = name;
    values[at++] = field.sensitive ? strings.make(field.value_text(), v8::NewStringType::kNormal)
                                   : strings.value(entry, field.value_text());
    if (field.sensitive) sensitive.push_back(name);
  }
  v8::Local<v8::Value> sensitive_names = v8::Undefined(isolate());
  if (!sensitive.empty()) sensitive_names = v8::Array::New(isolate(), sensitive.data(), sensitive.size());
  const bool is_new = !std::exchange(stream.told, true);
  call(Call::kHeaders, {v8::Integer::New(isolate(), stream.id), v8::Boolean::New(isolate(), is_new),
                        v8::Integer::New(isolate(), category), v8::Integer::NewFromUnsigned(isolate(), flags),
                        v8::Array::New(isolate(), values, at), sensitive_names});
}

void Session::on_data(Stream& stream, std::span<const uint8_t> bytes, bool end) {
  if (destroying_) return;
  const v8::HandleScope handles(isolate());
  bind::Context cx(isolate(), env().context(), env());
  v8::Local<v8::Value> buffer = v8::Undefined(isolate());
  if (!bytes.empty()) buffer = bind::bytes_to_js(cx, bind::OwnedBytes(bytes));
  call(Call::kData, {v8::Integer::New(isolate(), stream.id), buffer, v8::Boolean::New(isolate(), end)});
}

void Session::on_settings(bool ack) {
  if (destroying_) return;
  const v8::HandleScope handles(isolate());
  call(Call::kSettings, {v8::Boolean::New(isolate(), ack)});
}

void Session::on_ping(bool ack, std::span<const uint8_t> payload) {
  if (destroying_) return;
  const v8::HandleScope handles(isolate());
  bind::Context cx(isolate(), env().context(), env());
  call(Call::kPing, {v8::Boolean::New(isolate(), ack), bind::bytes_to_js(cx, bind::OwnedBytes(payload))});
}

void Session::on_goaway(uint32_t code, int32_t last_stream, std::span<const uint8_t> data) {
  if (destroying_) return;
  const v8::HandleScope handles(isolate());
  bind::Context cx(isolate(), env().context(), env());
  v8::Local<v8::Value> opaque = v8::Undefined(isolate());
  if (!data.empty()) opaque = bind::bytes_to_js(cx, bind::OwnedBytes(data));
  call(Call::kGoaway,
       {v8::Integer::NewFromUnsigned(isolate(), code), v8::Integer::New(isolate(), last_stream), opaque});
}

void Session::on_altsvc(int32_t stream, std::string_view origin, std::string_view value) {
  if (destroying_) return;
  const v8::HandleScope handles(isolate());
  bind::Context cx(isolate(), env().context(), env());
  call(Call::kAltsvc,
       {v8::Integer::New(isolate(), stream), bind::latin1_to_js(cx, origin), bind::latin1_to_js(cx, value)});
}

void Session::on_origin(const std::vector<std::string_view>& origins) {
  if (destroying_) return;
  const v8::HandleScope handles(isolate());
  bind::Context cx(isolate(), env().context(), env());
  std::vector<v8::Local<v8::Value>> list;
  list.reserve(origins.size());
  for (const std::string_view origin : origins) list.push_back(bind::latin1_to_js(cx, origin));
  call(Call::kOrigin, {v8::Array::New(isolate(), list.data(), list.size())});
}

void Session::on_priority(int32_t stream, int32_t parent, int32_t weight, bool exclusive) {
  if (destroying_) return;
  const v8::HandleScope handles(isolate());
  call(Call::kPriority, {v8::Integer::New(isolate(), stream), v8::Integer::New(isolate(), parent),
                         v8::Integer::New(isolate(), weight), v8::Boolean::New(isolate(), exclusive)});
}

void Session::on_frame_error(int32_t stream, uint8_t type, int error) {
  if (destroying_) return;
  const v8::HandleScope handles(isolate());
  call(Call::kFrameError, {v8::Integer::New(isolate(), stream), v8::Integer::NewFromUnsigned(isolate(), type),
                           v8::Integer::New(isolate(), error)});
}

/// Once: what follows from the first error is no news.
void Session::on_error(int error) {
  if (destroying_ || std::exchange(error_told_, true)) return;
  const v8::HandleScope handles(isolate());
  call(Call::kError, {v8::Integer::New(isolate(), error)});
}

void Session::on_flood(const char* code) {
  if (destroying_ || std::exchange(error_told_, true)) return;
  const v8::HandleScope handles(isolate());
  call(Call::kError, {v8::Integer::New(isolate(), NGHTTP2_ERR_CALLBACK_FAILURE), bind::name(isolate(), code)});
}

}  // namespace vireo::http2
