// What JavaScript asks of a session.
#include "http2/session_calls.h"

#include <cmath>

#include "http2/session.h"

namespace vireo::http2 {

namespace {

constexpr int32_t kGone = NGHTTP2_ERR_INVALID_STATE;

std::string latin1_of(v8::Isolate* isolate, v8::Local<v8::String> text) {
  std::string out;
  out.resize_and_overwrite(static_cast<size_t>(text->Length()), [&](char* data, size_t size) {
    text->WriteOneByteV2(isolate, 0, static_cast<uint32_t>(size), reinterpret_cast<uint8_t*>(data));
    return size;
  });
  return out;
}

}  // namespace

Options read_options(Environment& env, v8::Local<v8::Object> object) {
  Options options;
  v8::Local<v8::Context> context = env.context();
  const auto get = [&](const char* name) {
    v8::Local<v8::Value> value;
    if (!object->Get(context, bind::name(env.isolate(), name)).ToLocal(&value)) value = v8::Undefined(env.isolate());
    return value;
  };
  const auto number = [&]<class T>(const char* name, T& out) {
    v8::Local<v8::Value> value = get(name);
    if (!value->IsNumber()) return;
    const double wanted = value.As<v8::Number>()->Value();
    if (wanted >= 0) out = wanted >= 4294967295.0 ? static_cast<T>(4294967295U) : static_cast<T>(wanted);
  };
  number("maxDeflateDynamicTableSize", options.max_deflate_table);
  number("maxSettings", options.max_settings);
  number("maxSendHeaderBlockLength", options.max_send_header_block);
  number("maxReservedRemoteStreams", options.max_reserved_streams);
  number("peerMaxConcurrentStreams", options.peer_max_streams);
  number("maxHeaderListPairs", options.max_header_pairs);
  number("maxSessionInvalidFrames", options.max_invalid_frames);
  number("maxSessionRejectedStreams", options.max_rejected_streams);
  number("streamResetBurst", options.reset_burst);
  number("streamResetRate", options.reset_rate);
  double memory = 10;
  number("maxSessionMemory", memory);
  options.max_memory = static_cast<uint64_t>(memory * 1e6);
  uint32_t padding = 0;
  number("paddingStrategy", padding);
  if (padding <= 2) options.padding = static_cast<Padding>(padding);
  options.strict_whitespace = !get("strictFieldWhitespaceValidation")->IsFalse();
  if (v8::Local<v8::Value> list = get("remoteCustomSettings"); list->IsArray()) {
    bind::Context cx(env.isolate(), context, env);
    std::vector<uint32_t> ids;
    if (bind::FromJs<std::vector<uint32_t>>::convert(cx, list, ids))
      for (const uint32_t id : ids) options.custom_settings.push_back(static_cast<uint16_t>(id));
  }
  return options;
}

std::optional<FieldBlock> Session::block(bind::Context& cx, v8::Local<v8::String> fields, uint32_t count) const {
  return FieldBlock::parse(latin1_of(cx.isolate, fields), count);
}

int32_t Session::request(bind::Context& cx, v8::Local<v8::String> fields, uint32_t count, bool end, bool trailers) {
  if (!protocol_) return kGone;
  const auto parsed = block(cx, fields, count);
  return parsed ? protocol_->request(*parsed, end, trailers) : NGHTTP2_ERR_HTTP_HEADER;
}

int32_t Session::respond(bind::Context& cx, int32_t id, v8::Local<v8::String> fields, uint32_t count, bool end,
                         bool trailers) {
  if (!protocol_) return kGone;
  const auto parsed = block(cx, fields, count);
  return parsed ? protocol_->respond(id, *parsed, end, trailers) : NGHTTP2_ERR_HTTP_HEADER;
}

int32_t Session::push(bind::Context& cx, int32_t parent, v8::Local<v8::String> fields, uint32_t count) {
  if (!protocol_) return kGone;
  const auto parsed = block(cx, fields, count);
  return parsed ? protocol_->push(parent, *parsed) : NGHTTP2_ERR_HTTP_HEADER;
}

int32_t Session::inform(bind::Context& cx, int32_t id, v8::Local<v8::String> fields, uint32_t count) {
  if (!protocol_) return kGone;
  const auto parsed = block(cx, fields, count);
  return parsed ? protocol_->inform(id, *parsed) : NGHTTP2_ERR_HTTP_HEADER;
}

int32_t Session::trailers(bind::Context& cx, int32_t id, v8::Local<v8::String> fields, uint32_t count) {
  if (!protocol_) return kGone;
  const auto parsed = block(cx, fields, count);
  return parsed ? protocol_->trailers(id, *parsed) : NGHTTP2_ERR_HTTP_HEADER;
}

void Session::reset(int32_t id, uint32_t code) {
  if (!protocol_) return;
  if (code == NGHTTP2_CANCEL) protocol_->reset(id, code);
  else resets_.emplace_back(id, code);
}

int32_t Session::settings(std::vector<uint32_t> entries) {
  if (!protocol_) return kGone;
  std::vector<nghttp2_settings_entry> list;
  for (size_t i = 0; i + 1 < entries.size(); i += 2) list.push_back({static_cast<int32_t>(entries[i]), entries[i + 1]});
  return protocol_->settings(list);
}

int32_t Session::ping(bind::Bytes payload) {
  if (!protocol_ || payload.size() != 8) return kGone;
  return protocol_->ping(payload.data());
}

int32_t Session::goaway(uint32_t code, int32_t last_stream, std::optional<bind::Bytes> data) {
  if (!protocol_) return kGone;
  return protocol_->goaway(code, last_stream, data ? std::span<const uint8_t>(*data) : std::span<const uint8_t>());
}

int32_t Session::altsvc(int32_t id, std::string origin, std::string value) {
  return protocol_ ? protocol_->altsvc(id, origin, value) : kGone;
}

int32_t Session::origin(std::vector<std::string> origins) { return protocol_ ? protocol_->origin(origins) : kGone; }

int32_t Session::set_local_window(int32_t size) { return protocol_ ? protocol_->set_local_window(size) : kGone; }

int32_t Session::set_next_id(double id) {
  if (!protocol_) return kGone;
  if (!(id > 0 && id <= 2147483647)) return NGHTTP2_ERR_INVALID_ARGUMENT;
  return protocol_->set_next_id(static_cast<int32_t>(id));
}

// --- bodies
// -------------------------------------------------------------------------------------------------------------

bool Session::append(bind::Context& cx, Stream& stream, v8::Local<v8::Value> chunk, int32_t encoding) {
  const size_t before = stream.out.size();
  if (chunk->IsString()) {
    v8::Local<v8::String> text = chunk.As<v8::String>();
    const auto length = static_cast<uint32_t>(text->Length());
    if (length == 0) return true;
    std::string& out = stream.out.open();
    const size_t start = out.size();
    if (encoding == 1) {
      out.resize_and_overwrite(start + length, [&](char* data, size_t size) {
        text->WriteOneByteV2(cx.isolate, 0, length, reinterpret_cast<uint8_t*>(data) + start);
        return size;
      });
    } else if (encoding == 2) {
      out.resize(start + length * size_t{2});
      std::u16string wide(length, u'\0');
      text->WriteV2(cx.isolate, 0, length, reinterpret_cast<uint16_t*>(wide.data()));
      std::memcpy(out.data() + start, wide.data(), length * size_t{2});
    } else {
      const size_t size = text->Utf8LengthV2(cx.isolate);
      out.resize_and_overwrite(start + size, [&](char* data, size_t total) {
        text->WriteUtf8V2(cx.isolate, data + start, size, v8::String::WriteFlags::kReplaceInvalidUtf8);
        return total;
      });
    }
    stream.out.appended(out.size() - start);
  } else {
    bind::Bytes bytes;
    if (!bind::bytes_of(chunk, bytes)) return false;
    std::shared_ptr<const void> owner;
    if (chunk->IsArrayBufferView()) owner = chunk.As<v8::ArrayBufferView>()->Buffer()->GetBackingStore();
    if (owner) stream.out.append(bytes.text(), std::move(owner));
    else stream.out.append(bytes.text());
  }
  protocol_->account(static_cast<int64_t>(stream.out.size() - before));
  return true;
}

bool Session::write(bind::Context& cx, int32_t id, v8::Local<v8::Value> chunk, int32_t encoding, bool end) {
  Stream* stream = protocol_ ? protocol_->find(id) : nullptr;
  if (stream == nullptr || stream->ended || !append(cx, *stream, chunk, encoding)) return false;
  stream->ended = end;
  stream->waits_for_output = true;
  protocol_->queued(*stream);
  return true;
}

bool Session::write_all(bind::Context& cx, int32_t id, v8::Local<v8::Array> chunks, bool end) {
  Stream* stream = protocol_ ? protocol_->find(id) : nullptr;
  if (stream == nullptr || stream->ended) return false;
  for (uint32_t i = 0; i + 1 < chunks->Length(); i += 2) {
    v8::Local<v8::Value> chunk;
    v8::Local<v8::Value> encoding;
    if (!chunks->Get(cx.context, i).ToLocal(&chunk) || !chunks->Get(cx.context, i + 1).ToLocal(&encoding)) return false;
    if (!append(cx, *stream, chunk, encoding->Int32Value(cx.context).FromMaybe(0))) return false;
  }
  stream->ended = end;
  stream->waits_for_output = true;
  protocol_->queued(*stream);
  return true;
}

bool Session::end_stream(int32_t id) {
  Stream* stream = protocol_ ? protocol_->find(id) : nullptr;
  if (stream == nullptr || stream->end_sent) return false;
  stream->ended = true;
  stream->waits_for_output = true;
  protocol_->queued(*stream);
  return true;
}

void Session::set_reading(int32_t id, bool reading) {
  Stream* stream = protocol_ ? protocol_->find(id) : nullptr;
  if (stream != nullptr) protocol_->set_reading(*stream, reading);
}

void Session::forget(int32_t id) {
  if (protocol_) protocol_->forget(id);
}

// --- questions
// ----------------------------------------------------------------------------------------------------------

std::vector<double> Session::state() const {
  if (!protocol_) return {};
  nghttp2_session* session = protocol_->native();
  return {static_cast<double>(nghttp2_session_get_effective_local_window_size(session)),
          static_cast<double>(nghttp2_session_get_effective_recv_data_length(session)),
          static_cast<double>(nghttp2_session_get_next_stream_id(session)),
          static_cast<double>(nghttp2_session_get_local_window_size(session)),
          static_cast<double>(nghttp2_session_get_last_proc_stream_id(session)),
          static_cast<double>(nghttp2_session_get_remote_window_size(session)),
          static_cast<double>(nghttp2_session_get_outbound_queue_size(session)),
          static_cast<double>(nghttp2_session_get_hd_deflate_dynamic_table_size(session)),
          static_cast<double>(nghttp2_session_get_hd_inflate_dynamic_table_size(session))};
}

std::optional<std::vector<double>> Session::stream_state(int32_t id) const {
  if (!protocol_) return std::nullopt;
  nghttp2_session* session = protocol_->native();
  nghttp2_stream* stream = nghttp2_session_find_stream(session, id);
  if (stream == nullptr) return std::vector<double>{NGHTTP2_STREAM_STATE_IDLE, 0, 0, 0, 0, 0};
  return std::vector<double>{static_cast<double>(nghttp2_stream_get_state(stream)),
                             static_cast<double>(nghttp2_stream_get_weight(stream)),
                             static_cast<double>(nghttp2_stream_get_sum_dependency_weight(stream)),
                             static_cast<double>(nghttp2_session_get_stream_local_close(session, id)),
                             static_cast<double>(nghttp2_session_get_stream_remote_close(session, id)),
                             static_cast<double>(nghttp2_session_get_stream_local_window_size(session, id))};
}

std::vector<uint32_t> Session::current_settings(bool remote) const {
  if (!protocol_) return {};
  const auto get = [&](nghttp2_settings_id id) {
    return remote ? nghttp2_session_get_remote_settings(protocol_->native(), id)
                  : nghttp2_session_get_local_settings(protocol_->native(), id);
  };
  std::vector<uint32_t> values = {
      get(NGHTTP2_SETTINGS_HEADER_TABLE_SIZE),      get(NGHTTP2_SETTINGS_ENABLE_PUSH),
      get(NGHTTP2_SETTINGS_INITIAL_WINDOW_SIZE),    get(NGHTTP2_SETTINGS_MAX_FRAME_SIZE),
      get(NGHTTP2_SETTINGS_MAX_CONCURRENT_STREAMS), get(NGHTTP2_SETTINGS_MAX_HEADER_LIST_SIZE),
      get(NGHTTP2_SETTINGS_ENABLE_CONNECT_PROTOCOL)};
  if (remote) {
    for (const nghttp2_settings_entry& entry : protocol_->custom_settings()) {
      values.push_back(static_cast<uint32_t>(entry.settings_id));
      values.push_back(entry.value);
    }
  }
  return values;
}

std::vector<double> Session::counts() const {
  if (!protocol_) return {};
  const SessionCounts& counts = protocol_->counts();
  return {static_cast<double>(counts.frames_received),
          static_cast<double>(counts.frames_sent),
          static_cast<double>(counts.bytes_received),
          static_cast<double>(counts.bytes_sent),
          static_cast<double>(counts.streams),
          static_cast<double>(counts.most_streams),
          counts.stream_milliseconds};
}

void Session::measure(bool wanted) {
  if (!protocol_) return;
  protocol_->measure(wanted);
  if (!wanted) return;
  protocol_->stream_ended = [this](const Stream& stream) {
    const v8::HandleScope handles(isolate());
    bind::Context cx(isolate(), env().context(), env());
    const auto since = [&](uint64_t at) { return at == 0 ? 0.0 : static_cast<double>(at - stream.started_at) / 1e6; };
    const std::vector<double> numbers = {static_cast<double>(stream.started_at - env().time_origin()) / 1e6,
                                         since(uv_hrtime()),
                                         static_cast<double>(stream.bytes_read),
                                         static_cast<double>(stream.bytes_written),
                                         since(stream.first_byte_at),
                                         since(stream.first_byte_sent_at),
                                         since(stream.first_header_at)};
    call(Call::kStreamEnded, {v8::Integer::New(isolate(), stream.id), bind::to_js(cx, numbers)});
  };
}

}  // namespace vireo::http2
