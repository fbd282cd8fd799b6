#include "http2/protocol.h"

#include <malloc.h>
#include <uv.h>

#include <algorithm>
#include <array>
#include <cstdlib>

#include "http2/protocol_callbacks.h"

namespace vireo::http2 {

namespace {

/// Of one block, whatever the settings allow.
constexpr size_t kMaxFieldBytes = size_t{16} * 1024 * 1024;

/// nghttp2's memory is counted: a peer can make it grow.
nghttp2_mem counted_by(uint64_t& total) {
  return {&total,
          [](size_t size, void* total) {
            void* memory = std::malloc(size);
            if (memory != nullptr) *static_cast<uint64_t*>(total) += malloc_usable_size(memory);
            return memory;
          },
          [](void* memory, void* total) {
            if (memory != nullptr) *static_cast<uint64_t*>(total) -= malloc_usable_size(memory);
            std::free(memory);
          },
          [](size_t count, size_t size, void* total) {
            void* memory = std::calloc(count, size);
            if (memory != nullptr) *static_cast<uint64_t*>(total) += malloc_usable_size(memory);
            return memory;
          },
          [](void* memory, size_t size, void* total) {
            const size_t before = memory == nullptr ? 0 : malloc_usable_size(memory);
            void* moved = std::realloc(memory, size);
            if (moved != nullptr) *static_cast<uint64_t*>(total) += malloc_usable_size(moved) - before;
            return moved;
          }};
}

nghttp2_option* make_options(const Options& options, Role role) {
  nghttp2_option* out = nullptr;
  if (nghttp2_option_new(&out) != 0) std::abort();
  // The window opens when JavaScript reads, not when bytes arrive.
  nghttp2_option_set_no_auto_window_update(out, 1);
  nghttp2_option_set_no_closed_streams(out, 1);
  nghttp2_option_set_max_deflate_dynamic_table_size(out, options.max_deflate_table);
  nghttp2_option_set_max_settings(out, options.max_settings);
  nghttp2_option_set_max_send_header_block_length(out, options.max_send_header_block);
  nghttp2_option_set_max_reserved_remote_streams(out, options.max_reserved_streams);
  nghttp2_option_set_peer_max_concurrent_streams(out, options.peer_max_streams);
  nghttp2_option_set_stream_reset_rate_limit(out, options.reset_burst, options.reset_rate);
  if (!options.strict_whitespace) nghttp2_option_set_no_rfc9113_leading_and_trailing_ws_validation(out, 1);
  if (role == Role::kClient) {
    nghttp2_option_set_builtin_recv_extension_type(out, NGHTTP2_ALTSVC);
    nghttp2_option_set_builtin_recv_extension_type(out, NGHTTP2_ORIGIN);
  }
  return out;
}

}  // namespace

Protocol::Protocol(Role role, Options options, Events& events)
    : events_(events), options_(std::move(options)), memory_functions_(counted_by(memory_)) {
  nghttp2_option* native_options = make_options(options_, role);
  nghttp2_session_callbacks* callbacks = make_callbacks(options_.padding);
  const int status = role == Role::kServer
                         ? nghttp2_session_server_new3(&session_, callbacks, this, native_options, &memory_functions_)
                         : nghttp2_session_client_new3(&session_, callbacks, this, native_options, &memory_functions_);
  nghttp2_session_callbacks_del(callbacks);
  nghttp2_option_del(native_options);
  if (status != 0) std::abort();  // out of memory
}

Protocol::~Protocol() {
  // While it goes nghttp2 still tells of streams.
  fields_.clear();
  nghttp2_session_del(session_);
}

int Protocol::receive(std::span<const uint8_t> bytes) {
  counts_.bytes_received += bytes.size();
  const nghttp2_ssize result = nghttp2_session_mem_recv2(session_, bytes.data(), bytes.size());
  finish_data();
  if (result < 0) return static_cast<int>(result);
  return 0;
}

int Protocol::send(std::string& out) {
  const size_t before = out.size();
  out_ = &out;
  int result = 0;
  for (;;) {
    const uint8_t* bytes = nullptr;
    const nghttp2_ssize count = nghttp2_session_mem_send2(session_, &bytes);
    if (count < 0) {
      result = static_cast<int>(count);
      break;
    }
    if (count == 0) break;
    out.append(reinterpret_cast<const char*>(bytes), static_cast<size_t>(count));
    cut();
  }
  out_ = nullptr;
  counts_.bytes_sent += out.size() - before;
  return result;
}

// --- streams
// ------------------------------------------------------------------------------------------------------------

Stream* Protocol::find(int32_t id) {
  const auto found = streams_.find(id);
  return found == streams_.end() ? nullptr : found->second.get();
}

Stream& Protocol::add(int32_t id) {
  std::unique_ptr<Stream>& slot = streams_[id];
  if (!slot) {
    slot = std::make_unique<Stream>(id);
    const uint32_t limit = nghttp2_session_get_local_settings(session_, NGHTTP2_SETTINGS_MAX_HEADER_LIST_SIZE);
    slot->max_fields = std::min<size_t>(limit, kMaxFieldBytes);
    counts_.streams++;
    counts_.most_streams = std::max<uint64_t>(counts_.most_streams, streams_.size());
    if (measures_) slot->started_at = uv_hrtime();
  }
  return *slot;
}

/// Whether one more stream of the peer's fits.
bool Protocol::may_add() const {
  const uint32_t limit = nghttp2_session_get_local_settings(session_, NGHTTP2_SETTINGS_MAX_CONCURRENT_STREAMS);
  return streams_.size() < limit && memory() + sizeof(Stream) <= options_.max_memory;
}

void Protocol::forget(int32_t id) {
  Stream* stream = find(id);
  if (stream == nullptr) return;
  stream->waits_for_output = false;
  // What was received and never read must not keep the connection's other streams waiting.
  set_reading(*stream, true);
}

void Protocol::set_reading(Stream& stream, bool reading) {
  stream.reading = reading;
  if (!reading || stream.unconsumed == 0) return;
  nghttp2_session_consume_stream(session_, stream.id, stream.unconsumed);
  stream.unconsumed = 0;
}

/// Tells of the data that has been held back to see whether it is the last.
void Protocol::finish_data() {
  if (data_of_ == nullptr) return;
  Stream* stream = std::exchange(data_of_, nullptr);
  events_.on_data(*stream, std::exchange(data_, {}), false);
}

bool Protocol::too_many_invalid() {
  if (invalid_frames_++ <= options_.max_invalid_frames) return false;
  if (!flooded_) {
    flooded_ = true;
    events_.on_flood("ERR_HTTP2_TOO_MANY_INVALID_FRAMES");
  }
  return true;
}

// --- calls
// --------------------------------------------------------------------------------------------------------------

int32_t Protocol::request(const FieldBlock& fields, bool end, bool trailers) {
  const nghttp2_data_provider2 provider = data_provider();
  const int32_t id =
      nghttp2_submit_request2(session_, nullptr, fields.data(), fields.size(), end ? nullptr : &provider, nullptr);
  if (id < 0) return id;
  Stream& stream = add(id);
  stream.told = true;
  stream.ended = stream.end_sent = end;
  stream.wants_trailers = trailers;
  return id;
}

int32_t Protocol::respond(int32_t id, const FieldBlock& fields, bool end, bool trailers) {
  Stream* stream = find(id);
  if (stream == nullptr) return NGHTTP2_ERR_INVALID_ARGUMENT;
  const nghttp2_data_provider2 provider = data_provider();
  stream->wants_trailers = trailers;
  if (end) stream->ended = stream->end_sent = true;
  return nghttp2_submit_response2(session_, id, fields.data(), fields.size(), end ? nullptr : &provider);
}

int32_t Protocol::push(int32_t parent, const FieldBlock& fields) {
  const int32_t id =
      nghttp2_submit_push_promise(session_, NGHTTP2_FLAG_NONE, parent, fields.data(), fields.size(), nullptr);
  if (id > 0) add(id).told = true;
  return id;
}

int32_t Protocol::inform(int32_t id, const FieldBlock& fields) {
  return nghttp2_submit_headers(session_, NGHTTP2_FLAG_NONE, id, nullptr, fields.data(), fields.size(), nullptr);
}

int32_t Protocol::trailers(int32_t id, const FieldBlock& fields) {
  // An empty block would be no frame that ends the stream.
  if (fields.size() == 0) return end_without_trailers(id);
  return nghttp2_submit_trailer(session_, id, fields.data(), fields.size());
}

int32_t Protocol::end_without_trailers(int32_t id) {
  const nghttp2_data_provider2 provider = data_provider();
  if (Stream* stream = find(id); stream != nullptr) stream->wants_trailers = false;
  return nghttp2_submit_data2(session_, NGHTTP2_FLAG_END_STREAM, id, &provider);
}

int32_t Protocol::reset(int32_t id, uint32_t code) {
  return nghttp2_submit_rst_stream(session_, NGHTTP2_FLAG_NONE, id, code);
}

int32_t Protocol::settings(std::span<const nghttp2_settings_entry> entries) {
  return nghttp2_submit_settings(session_, NGHTTP2_FLAG_NONE, entries.data(), entries.size());
}

int32_t Protocol::ping(const uint8_t* payload) { return nghttp2_submit_ping(session_, NGHTTP2_FLAG_NONE, payload); }

int32_t Protocol::goaway(uint32_t code, int32_t last_stream, std::span<const uint8_t> data) {
  says_goodbye_ = true;
  if (last_stream <= 0) last_stream = nghttp2_session_get_last_proc_stream_id(session_);
  return nghttp2_submit_goaway(session_, NGHTTP2_FLAG_NONE, last_stream, code, data.data(), data.size());
}

int32_t Protocol::terminate(uint32_t code) {
  says_goodbye_ = true;
  return nghttp2_session_terminate_session(session_, code);
}

int32_t Protocol::altsvc(int32_t stream, std::string_view origin, std::string_view value) {
  return nghttp2_submit_altsvc(session_, NGHTTP2_FLAG_NONE, stream, reinterpret_cast<const uint8_t*>(origin.data()),
                               origin.size(), reinterpret_cast<const uint8_t*>(value.data()), value.size());
}

int32_t Protocol::origin(const std::vector<std::string>& origins) {
  std::vector<nghttp2_origin_entry> entries;
  entries.reserve(origins.size());
  for (const std::string& each : origins)
    entries.push_back({const_cast<uint8_t*>(reinterpret_cast<const uint8_t*>(each.data())), each.size()});
  return nghttp2_submit_origin(session_, NGHTTP2_FLAG_NONE, entries.data(), entries.size());
}

int32_t Protocol::set_local_window(int32_t size) {
  return nghttp2_session_set_local_window_size(session_, NGHTTP2_FLAG_NONE, 0, size);
}

}  // namespace vireo::http2
