#include "http2/protocol_callbacks.h"

#include <uv.h>

#include <algorithm>
#include <cstdlib>
#include <utility>

namespace vireo::http2 {

namespace {

constexpr size_t kFrameHeader = 9;

bool in(const std::vector<uint16_t>& ids, int32_t id) {
  return std::ranges::find(ids, static_cast<uint16_t>(id)) != ids.end();
}

}  // namespace

struct Protocol::Callbacks {
  static Protocol& of(void* data) { return *static_cast<Protocol*>(data); }

  /// The stream that a block of fields belongs to: with a PUSH_PROMISE the promised one.
  static int32_t id_of(const nghttp2_frame& frame) {
    return frame.hd.type == NGHTTP2_PUSH_PROMISE ? frame.push_promise.promised_stream_id : frame.hd.stream_id;
  }

  // --- receiving ---

  static int on_begin_headers(nghttp2_session*, const nghttp2_frame* frame, void* data) {
    Protocol& self = of(data);
    self.finish_data();
    const int32_t id = id_of(*frame);
    self.fields_.clear();
    self.fields_of_ = id;
    self.fields_refused_ = false;
    if (self.find(id) != nullptr) return 0;
    if (!self.may_add()) {
      // Who opens streams however often he is told to calm down is attacking.
      if (self.rejected_streams_++ > self.options_.max_rejected_streams) return NGHTTP2_ERR_CALLBACK_FAILURE;
      nghttp2_submit_rst_stream(self.session_, NGHTTP2_FLAG_NONE, id, NGHTTP2_ENHANCE_YOUR_CALM);
      self.fields_refused_ = true;
      return NGHTTP2_ERR_TEMPORAL_CALLBACK_FAILURE;
    }
    self.add(id);
    return 0;
  }

  static int on_header(nghttp2_session* session, const nghttp2_frame*, nghttp2_rcbuf* name, nghttp2_rcbuf* value,
                       uint8_t flags, void* data) {
    Protocol& self = of(data);
    if (self.fields_refused_) return 0;
    const nghttp2_vec name_bytes = nghttp2_rcbuf_get_buf(name);
    if (name_bytes.len == 0) return 0;  // not allowed; ignored
    const nghttp2_vec value_bytes = nghttp2_rcbuf_get_buf(value);
    const Stream* stream = self.find(self.fields_of_);
    const size_t limit = stream == nullptr ? 0 : stream->max_fields;
    // RFC 9113: each field counts 32 bytes besides its own.
    const size_t size = self.fields_.bytes() + 32 * (self.fields_.size() + 1) + name_bytes.len + value_bytes.len;
    if (self.fields_.size() >= self.options_.max_header_pairs || size > limit ||
        self.memory() + self.fields_.bytes() > self.options_.max_memory) {
      nghttp2_submit_rst_stream(session, NGHTTP2_FLAG_NONE, self.fields_of_, NGHTTP2_ENHANCE_YOUR_CALM);
      self.fields_refused_ = true;
      return NGHTTP2_ERR_TEMPORAL_CALLBACK_FAILURE;
    }
    self.fields_.add(name, value, (flags & NGHTTP2_NV_FLAG_NO_INDEX) != 0);
    return 0;
  }

  static int on_frame(nghttp2_session* session, const nghttp2_frame* frame, void* data) {
    Protocol& self = of(data);
    self.counts_.frames_received++;
    switch (frame->hd.type) {
      case NGHTTP2_DATA: on_data_frame(self, *frame); break;
      case NGHTTP2_HEADERS: on_fields(self, *frame, frame->headers.cat); break;
      case NGHTTP2_PUSH_PROMISE: on_fields(self, *frame, NGHTTP2_HCAT_REQUEST); break;
      case NGHTTP2_SETTINGS: on_settings(self, *frame); break;
      case NGHTTP2_PING:
        self.events_.on_ping((frame->hd.flags & NGHTTP2_FLAG_ACK) != 0, std::span(frame->ping.opaque_data, 8));
        break;
      case NGHTTP2_GOAWAY:
        self.events_.on_goaway(frame->goaway.error_code, frame->goaway.last_stream_id,
                               {frame->goaway.opaque_data, frame->goaway.opaque_data_len});
        break;
      case NGHTTP2_PRIORITY: {
        const nghttp2_priority_spec& spec = frame->priority.pri_spec;
        self.events_.on_priority(frame->hd.stream_id, spec.stream_id, spec.weight, spec.exclusive != 0);
        break;
      }
      case NGHTTP2_ALTSVC: {
        const auto* altsvc = static_cast<const nghttp2_ext_altsvc*>(frame->ext.payload);
        self.events_.on_altsvc(frame->hd.stream_id, {reinterpret_cast<const char*>(altsvc->origin), altsvc->origin_len},
                               {reinterpret_cast<const char*>(altsvc->field_value), altsvc->field_value_len});
        break;
      }
      case NGHTTP2_ORIGIN: {
        const auto* origin = static_cast<const nghttp2_ext_origin*>(frame->ext.payload);
        std::vector<std::string_view> list;
        for (size_t i = 0; i < origin->nov; i++)
          list.emplace_back(reinterpret_cast<const char*>(origin->ov[i].origin), origin->ov[i].origin_len);
        self.events_.on_origin(list);
        break;
      }
      default: break;
    }
    (void)session;
    return self.flooded_ ? NGHTTP2_ERR_CALLBACK_FAILURE : 0;
  }

  static void on_data_frame(Protocol& self, const nghttp2_frame& frame) {
    const bool end = (frame.hd.flags & NGHTTP2_FLAG_END_STREAM) != 0;
    Stream* stream = self.find(frame.hd.stream_id);
    if (frame.hd.length == 0 && !end) {
      // Means nothing and costs us time.
      (void)self.too_many_invalid();
      return;
    }
    if (stream == nullptr || !end) return;
    if (self.data_of_ != stream) self.finish_data();
    self.data_of_ = nullptr;
    self.events_.on_data(*stream, std::exchange(self.data_, {}), true);
  }

  static void on_fields(Protocol& self, const nghttp2_frame& frame, int32_t category) {
    if (self.fields_refused_) return;
    Stream* stream = self.find(id_of(frame));
    if (stream == nullptr) return;
    if (stream->started_at != 0 && stream->first_header_at == 0) stream->first_header_at = uv_hrtime();
    self.events_.on_headers(*stream, category, frame.hd.flags, self.fields_);
    self.fields_.clear();
  }

  static void on_settings(Protocol& self, const nghttp2_frame& frame) {
    const bool ack = (frame.hd.flags & NGHTTP2_FLAG_ACK) != 0;
    if (!ack) {
      for (size_t i = 0; i < frame.settings.niv; i++) {
        const nghttp2_settings_entry& entry = frame.settings.iv[i];
        if (!in(self.options_.custom_settings, entry.settings_id)) continue;
        auto& kept = self.custom_settings_;
        const auto same = std::ranges::find(kept, entry.settings_id, &nghttp2_settings_entry::settings_id);
        if (same != kept.end()) same->value = entry.value;
        else kept.push_back(entry);
      }
    }
    self.events_.on_settings(ack);
  }

  static int on_data(nghttp2_session* session, uint8_t, int32_t id, const uint8_t* bytes, size_t size, void* data) {
    Protocol& self = of(data);
    self.finish_data();
    // The connection's window is opened at once: a stream that nobody reads must not hold up the others.
    nghttp2_session_consume_connection(session, size);
    Stream* stream = self.find(id);
    if (stream == nullptr) return 0;
    if (stream->reading) nghttp2_session_consume_stream(session, id, size);
    else stream->unconsumed += static_cast<uint32_t>(size);
    stream->bytes_read += size;
    if (stream->started_at != 0 && stream->first_byte_at == 0) stream->first_byte_at = uv_hrtime();
    self.data_of_ = stream;
    self.data_ = {bytes, size};
    return 0;
  }

  static int on_invalid_frame(nghttp2_session*, const nghttp2_frame*, int error, void* data) {
    Protocol& self = of(data);
    if (self.too_many_invalid()) return NGHTTP2_ERR_CALLBACK_FAILURE;
    // Of these nghttp2 makes errors of the connection; others concern a stream.
    if (nghttp2_is_fatal(error) || error == NGHTTP2_ERR_STREAM_CLOSED || error == NGHTTP2_ERR_FLOW_CONTROL ||
        error == NGHTTP2_ERR_PROTO)
      self.events_.on_error(error);
    return 0;
  }

  static int on_stream_close(nghttp2_session*, int32_t id, uint32_t code, void* data) {
    close(of(data), id, code);
    return 0;
  }

  static void close(Protocol& self, int32_t id, uint32_t code) {
    if (self.data_of_ != nullptr && self.data_of_->id == id) self.finish_data();
    const auto found = self.streams_.find(id);
    if (found == self.streams_.end()) return;
    const std::unique_ptr<Stream> stream = std::move(found->second);
    self.streams_.erase(found);
    self.account(-static_cast<int64_t>(stream->out.size()));
    if (stream->started_at != 0) {
      self.counts_.stream_milliseconds += static_cast<double>(uv_hrtime() - stream->started_at) / 1e6;
      if (self.stream_ended) self.stream_ended(*stream);
    }
    if (stream->told) self.tidings_.closed.emplace_back(id, code);
  }

  // --- sending ---

  static nghttp2_ssize read_data(nghttp2_session*, int32_t id, uint8_t*, size_t length, uint32_t* flags,
                                 nghttp2_data_source*, void* data) {
    Protocol& self = of(data);
    Stream* stream = self.find(id);
    if (stream == nullptr) {
      *flags |= NGHTTP2_DATA_FLAG_EOF;
      return 0;
    }
    const size_t amount = std::min(length, stream->out.size());
    if (amount == 0 && !stream->ended) {
      // Nothing at hand: whoever waits for the queue to be taken may go on.
      written(self, *stream);
      return NGHTTP2_ERR_DEFERRED;
    }
    *flags |= NGHTTP2_DATA_FLAG_NO_COPY;
    if (amount == stream->out.size() && stream->ended) {
      *flags |= NGHTTP2_DATA_FLAG_EOF;
      stream->end_sent = true;
      if (stream->wants_trailers) {
        *flags |= NGHTTP2_DATA_FLAG_NO_END_STREAM;
        self.tidings_.wants_trailers.push_back(id);
      }
      if (amount == 0) written(self, *stream);
    }
    return static_cast<nghttp2_ssize>(amount);
  }

  static void written(Protocol& self, Stream& stream) {
    if (!stream.waits_for_output) return;
    stream.waits_for_output = false;
    self.tidings_.written.push_back(stream.id);
  }

  static int send_data(nghttp2_session*, nghttp2_frame* frame, const uint8_t* header, size_t length,
                       nghttp2_data_source*, void* data) {
    Protocol& self = of(data);
    std::string& out = *self.out_;
    out.append(reinterpret_cast<const char*>(header), kFrameHeader);
    self.cut();
    const size_t padding = frame->data.padlen;
    if (padding > 0) {
      out.push_back(static_cast<char>(padding - 1));
      self.cut();
    }
    if (Stream* stream = self.find(frame->hd.stream_id); stream != nullptr && length > 0) {
      stream->out.take(length, out);
      self.account(-static_cast<int64_t>(length));
      stream->bytes_written += length;
      if (stream->started_at != 0 && stream->first_byte_sent_at == 0) stream->first_byte_sent_at = uv_hrtime();
      if (stream->out.size() == 0) written(self, *stream);
    }
    self.cut();
    if (padding > 1) {
      out.append(padding - 1, '\0');
      self.cut();
    }
    return 0;
  }

  static int on_frame_send(nghttp2_session*, const nghttp2_frame* frame, void* data) {
    Protocol& self = of(data);
    self.counts_.frames_sent++;
    // nghttp2 gives the connection up by itself: the peer has broken the rules beyond repair.
    if (frame->hd.type == NGHTTP2_GOAWAY && frame->goaway.error_code != NGHTTP2_NO_ERROR && !self.says_goodbye_)
      self.events_.on_error(NGHTTP2_ERR_PROTO);
    return 0;
  }

  static int on_frame_not_send(nghttp2_session*, const nghttp2_frame* frame, int error, void* data) {
    Protocol& self = of(data);
    const bool is_request = frame->hd.type == NGHTTP2_HEADERS && frame->headers.cat == NGHTTP2_HCAT_REQUEST;
    // That the stream or the session has ended meanwhile is no news.
    const bool is_closing = error == NGHTTP2_ERR_SESSION_CLOSING || error == NGHTTP2_ERR_STREAM_CLOSED ||
                            error == NGHTTP2_ERR_STREAM_CLOSING || error == NGHTTP2_ERR_CANCEL;
    if (!is_closing) self.events_.on_frame_error(frame->hd.stream_id, frame->hd.type, error);
    // nghttp2 has no stream yet that it could close.
    if (is_request) close(self, frame->hd.stream_id, NGHTTP2_REFUSED_STREAM);
    return 0;
  }

  static nghttp2_ssize pad_fully(nghttp2_session*, const nghttp2_frame*, size_t limit, void*) {
    return static_cast<nghttp2_ssize>(limit);
  }

  /// So that the whole frame is a multiple of eight.
  static nghttp2_ssize pad_to_eight(nghttp2_session*, const nghttp2_frame* frame, size_t limit, void*) {
    const size_t length = frame->hd.length;
    const size_t over = (length + kFrameHeader) % 8;
    if (over == 0) return static_cast<nghttp2_ssize>(length);
    return static_cast<nghttp2_ssize>(std::min(limit, length + (8 - over)));
  }
};

nghttp2_session_callbacks* make_callbacks(Padding padding) {
  using C = Protocol::Callbacks;
  nghttp2_session_callbacks* callbacks = nullptr;
  if (nghttp2_session_callbacks_new(&callbacks) != 0) std::abort();
  nghttp2_session_callbacks_set_on_begin_headers_callback(callbacks, C::on_begin_headers);
  nghttp2_session_callbacks_set_on_header_callback2(callbacks, C::on_header);
  nghttp2_session_callbacks_set_on_frame_recv_callback(callbacks, C::on_frame);
  nghttp2_session_callbacks_set_on_data_chunk_recv_callback(callbacks, C::on_data);
  nghttp2_session_callbacks_set_on_invalid_frame_recv_callback(callbacks, C::on_invalid_frame);
  nghttp2_session_callbacks_set_on_stream_close_callback(callbacks, C::on_stream_close);
  nghttp2_session_callbacks_set_send_data_callback(callbacks, C::send_data);
  nghttp2_session_callbacks_set_on_frame_send_callback(callbacks, C::on_frame_send);
  nghttp2_session_callbacks_set_on_frame_not_send_callback(callbacks, C::on_frame_not_send);
  if (padding == Padding::kMax) nghttp2_session_callbacks_set_select_padding_callback2(callbacks, C::pad_fully);
  if (padding == Padding::kAligned) nghttp2_session_callbacks_set_select_padding_callback2(callbacks, C::pad_to_eight);
  return callbacks;
}

nghttp2_data_provider2 data_provider() { return {{}, Protocol::Callbacks::read_data}; }

}  // namespace vireo::http2
