#include "websocket/frames.h"

#include <simdutf.h>

#include <algorithm>
#include <cstring>

namespace vireo::websocket {

namespace {

constexpr uint8_t kFin = 0x80, kRsv1 = 0x40, kRsv23 = 0x30, kMasked = 0x80;
/// What a sync flush ends with, and what is left out of a message (RFC 7692 §7.2.1).
constexpr std::string_view kTail("\x00\x00\xff\xff", 4);

bool is_control(Opcode opcode) { return static_cast<uint8_t>(opcode) >= 8; }

}  // namespace

bool is_valid_close_code(uint32_t code) {
  if (code >= 3000) return code <= 4999;
  return code >= 1000 && code <= 1014 && code != 1004 && code != 1005 && code != 1006;
}

void mask(std::span<uint8_t> bytes, const uint8_t key[4], size_t offset) {
  uint8_t turned[8];
  for (size_t i = 0; i < 8; i++) turned[i] = key[(offset + i) & 3];
  uint64_t wide;
  std::memcpy(&wide, turned, 8);
  uint8_t* at = bytes.data();
  size_t left = bytes.size();
  for (; left >= 8; at += 8, left -= 8) {
    uint64_t part;
    std::memcpy(&part, at, 8);
    part ^= wide;
    std::memcpy(at, &part, 8);
  }
  for (size_t i = 0; i < left; i++) at[i] ^= turned[i];
}

Reader::~Reader() {
  if (inflate_ != nullptr) inflateEnd(inflate_.get());
}

bool Reader::fail(uint16_t code, std::string_view reason) {
  failed_ = true;
  code_ = code;
  reason_ = reason;
  return false;
}

/// Collects the header; false when more is needed or it is wrong.
bool Reader::read_header() {
  size_t needed = 2;
  for (;;) {
    if (header_size_ >= 2) {
      const uint8_t length = header_[1] & 0x7f;
      needed = 2 + (length == 126 ? 2u : length == 127 ? 8u : 0u) + (header_[1] & kMasked ? 4u : 0u);
      if (header_size_ >= needed) break;
    }
    if (input_.empty()) return false;
    const size_t part = std::min(needed - header_size_, input_.size());
    std::memcpy(header_ + header_size_, input_.data(), part);
    header_size_ += part;
    input_ = input_.subspan(part);
  }
  fin_ = (header_[0] & kFin) != 0;
  opcode_ = static_cast<Opcode>(header_[0] & 15);
  masked_ = (header_[1] & kMasked) != 0;
  length_ = header_[1] & 0x7f;
  size_t at = 2;
  if (length_ >= 126) {
    const size_t size = length_ == 126 ? 2 : 8;
    length_ = 0;
    for (size_t i = 0; i < size; i++) length_ = length_ << 8 | header_[at++];
  }
  if (masked_) std::memcpy(key_, header_ + at, 4);
  done_ = 0;
  return check_header();
}

bool Reader::check_header() {
  if (header_[0] & kRsv23) return fail(kProtocolError, "Invalid WebSocket frame: RSV2 and RSV3 must be clear");
  if (masked_ != options_.server) {
    return fail(kProtocolError,
                masked_ ? "Invalid WebSocket frame: MASK must be clear" : "Invalid WebSocket frame: MASK must be set");
  }
  const bool rsv1 = (header_[0] & kRsv1) != 0;
  if (is_control(opcode_)) {
    if (opcode_ > Opcode::kPong) return fail(kProtocolError, "Invalid WebSocket frame: invalid opcode");
    if (!fin_) return fail(kProtocolError, "Invalid WebSocket frame: FIN must be set");
    if (rsv1) return fail(kProtocolError, "Invalid WebSocket frame: RSV1 must be clear");
    if (length_ > 125) return fail(kProtocolError, "Invalid WebSocket frame: invalid payload length");
    control_.clear();
    return true;
  }
  if (opcode_ > Opcode::kBinary) return fail(kProtocolError, "Invalid WebSocket frame: invalid opcode");
  if ((opcode_ == Opcode::kContinuation) != in_message_)
    return fail(kProtocolError, "Invalid WebSocket frame: invalid opcode");
  if (rsv1 && (!options_.deflate || in_message_))
    return fail(kProtocolError, "Invalid WebSocket frame: RSV1 must be clear");
  if (!in_message_) {
    in_message_ = true;
    compressed_ = rsv1;
    message_opcode_ = opcode_;
    message_.clear();
  }
  if (length_ > options_.max_message || message_.size() > options_.max_message - length_)
    return fail(kTooBig, "Max payload size exceeded");
  return true;
}

Reader::Event Reader::next() {
  if (clear_message_) {
    clear_message_ = false;
    message_.clear();
    if (message_.capacity() > 64 * 1024) message_.shrink_to_fit();
    if (inflated_.capacity() > 64 * 1024) std::string().swap(inflated_);
  }
  if (closed_) return Event::kNeedMore;
  for (;;) {
    if (failed_) {
      closed_ = true;
      return Event::kError;
    }
    if (!in_payload_) {
      if (!read_header()) {
        if (failed_) continue;
        return Event::kNeedMore;
      }
      in_payload_ = true;
    }
    const size_t part = static_cast<size_t>(std::min<uint64_t>(length_ - done_, input_.size()));
    const std::span<uint8_t> bytes = input_.first(part);
    if (part == 0 && done_ < length_) return Event::kNeedMore;
    if (masked_) mask(bytes, key_, static_cast<size_t>(done_ & 3));
    input_ = input_.subspan(part);
    const std::string_view text(reinterpret_cast<const char*>(bytes.data()), bytes.size());
    const bool whole = done_ == 0 && part == length_;
    done_ += part;

    if (is_control(opcode_)) {
      control_.append(text);
      if (done_ < length_) return Event::kNeedMore;
      in_payload_ = false;
      header_size_ = 0;
      const Event event = finish_control();
      if (event == Event::kError) continue;
      return event;
    }
    // A message in one frame that is here as a whole need not be copied.
    if (whole && fin_ && message_.empty()) {
      in_payload_ = in_message_ = false;
      header_size_ = 0;
      const Event event = finish_message(text);
      if (event == Event::kError) continue;
      return event;
    }
    message_.append(text);
    if (done_ < length_) return Event::kNeedMore;
    in_payload_ = false;
    header_size_ = 0;
    if (!fin_) continue;
    in_message_ = false;
    const Event event = finish_message(message_);
    if (event == Event::kError) continue;
    return event;
  }
}

Reader::Event Reader::finish_control() {
  payload_ = control_;
  if (opcode_ == Opcode::kPing) return Event::kPing;
  if (opcode_ == Opcode::kPong) return Event::kPong;
  if (control_.empty()) {
    closed_ = true;
    code_ = kNoStatus;
    reason_.clear();
    return Event::kClose;
  }
  if (control_.size() == 1) {
    fail(kProtocolError, "Invalid WebSocket frame: invalid payload length");
    return Event::kError;
  }
  const auto code = static_cast<uint16_t>(static_cast<uint8_t>(control_[0]) << 8 | static_cast<uint8_t>(control_[1]));
  if (!is_valid_close_code(code)) {
    fail(kProtocolError, "Invalid WebSocket frame: invalid status code");
    return Event::kError;
  }
  if (!simdutf::validate_utf8(control_.data() + 2, control_.size() - 2)) {
    fail(kInvalidData, "Invalid WebSocket frame: invalid UTF-8 sequence");
    return Event::kError;
  }
  closed_ = true;
  code_ = code;
  reason_ = control_.substr(2);
  return Event::kClose;
}

Reader::Event Reader::finish_message(std::string_view whole) {
  clear_message_ = true;
  payload_ = whole;
  if (compressed_) {
    if (!inflate_message(whole)) return Event::kError;
    payload_ = inflated_;
  }
  if (message_opcode_ == Opcode::kText && !simdutf::validate_utf8(payload_.data(), payload_.size())) {
    fail(kInvalidData, "Invalid WebSocket frame: invalid UTF-8 sequence");
    return Event::kError;
  }
  return Event::kMessage;
}

bool Reader::inflate_message(std::string_view compressed) {
  if (inflate_ == nullptr) {
    inflate_ = std::make_unique<z_stream>();
    if (inflateInit2(inflate_.get(), -15) != Z_OK) {
      inflate_ = nullptr;
      return fail(kTooBig, "Out of memory");
    }
  }
  inflated_.clear();
  for (const std::string_view part : {compressed, kTail}) {
    inflate_->next_in = reinterpret_cast<Bytef*>(const_cast<char*>(part.data()));
    inflate_->avail_in = static_cast<uInt>(part.size());
    bool full = true;
    while (inflate_->avail_in > 0 || full) {
      const size_t before = inflated_.size();
      // One byte more than may be tells that there is more.
      const size_t room =
          static_cast<size_t>(std::min<uint64_t>(std::max<size_t>(4096, before), options_.max_message + 1 - before));
      int status = Z_OK;
      inflated_.resize_and_overwrite(before + room, [&](char* data, size_t) {
        inflate_->next_out = reinterpret_cast<Bytef*>(data + before);
        inflate_->avail_out = static_cast<uInt>(room);
        status = ::inflate(inflate_.get(), Z_SYNC_FLUSH);
        return before + room - inflate_->avail_out;
      });
      full = inflate_->avail_out == 0;
      if (inflated_.size() > options_.max_message) return fail(kTooBig, "Max payload size exceeded");
      if (status == Z_STREAM_END) {
        // A block that says it is the last one: the next message starts anew.
        inflateReset(inflate_.get());
        if (inflate_->avail_in == 0) break;
        continue;
      }
      if (status == Z_BUF_ERROR) break;
      if (status != Z_OK) return fail(kInvalidData, "Invalid compressed data");
    }
  }
  if (options_.read_no_takeover) inflateReset(inflate_.get());
  return true;
}

Writer::~Writer() {
  if (deflate_ != nullptr) deflateEnd(deflate_.get());
}

/// Into compressed_; false when that is not to be had.
bool Writer::compress(std::string_view payload) {
  if (deflate_ == nullptr) {
    deflate_ = std::make_unique<z_stream>();
    if (deflateInit2(deflate_.get(), Z_DEFAULT_COMPRESSION, Z_DEFLATED, -options_.write_window_bits, 8,
                     Z_DEFAULT_STRATEGY) != Z_OK) {
      deflate_ = nullptr;
      options_.deflate = false;
      return false;
    }
  }
  compressed_.clear();
  deflate_->next_in = reinterpret_cast<Bytef*>(const_cast<char*>(payload.data()));
  deflate_->avail_in = static_cast<uInt>(payload.size());
  do {
    const size_t before = compressed_.size();
    const size_t room = std::max<size_t>(1024, payload.size() / 2);
    compressed_.resize_and_overwrite(before + room, [&](char* data, size_t) {
      deflate_->next_out = reinterpret_cast<Bytef*>(data + before);
      deflate_->avail_out = static_cast<uInt>(room);
      ::deflate(deflate_.get(), Z_SYNC_FLUSH);
      return before + room - deflate_->avail_out;
    });
  } while (deflate_->avail_out == 0);
  if (std::string_view(compressed_).ends_with(kTail)) compressed_.resize(compressed_.size() - kTail.size());
  if (options_.write_no_takeover) deflateReset(deflate_.get());
  return true;
}

void Writer::start(std::string& out, Opcode opcode, size_t size, const uint8_t* key, bool compressed) const {
  uint8_t header[14];
  size_t used = 0;
  header[used++] = static_cast<uint8_t>(kFin | (compressed ? kRsv1 : 0) | static_cast<uint8_t>(opcode));
  const uint8_t masked = options_.server ? 0 : kMasked;
  if (size < 126) {
    header[used++] = static_cast<uint8_t>(masked | size);
  } else {
    const int bytes = size <= 0xffff ? 2 : 8;
    header[used++] = static_cast<uint8_t>(masked | (bytes == 2 ? 126 : 127));
    for (int i = bytes - 1; i >= 0; i--) header[used++] = static_cast<uint8_t>(size >> (8 * i) & 0xff);
  }
  if (!options_.server) {
    std::memcpy(header + used, key, 4);
    used += 4;
  }
  out.append(reinterpret_cast<const char*>(header), used);
}

void Writer::finish(std::string& out, size_t at, const uint8_t* key) const {
  if (!options_.server) mask({reinterpret_cast<uint8_t*>(out.data()) + at, out.size() - at}, key, 0);
}

void Writer::frame(std::string& out, Opcode opcode, std::string_view payload, const uint8_t* key) {
  const bool compressed =
      !is_control(opcode) && !is_plain(payload.size()) && payload.size() < UINT32_MAX && compress(payload);
  if (compressed) payload = compressed_;
  start(out, opcode, payload.size(), key, compressed);
  const size_t at = out.size();
  out.append(payload);
  finish(out, at, key);
  if (compressed_.capacity() > 256 * 1024) std::string().swap(compressed_);
}

void Writer::close(std::string& out, uint16_t code, std::string_view reason, const uint8_t* key) {
  std::string payload;
  if (code != kNoStatus) {
    payload += static_cast<char>(code >> 8);
    payload += static_cast<char>(code & 0xff);
    payload.append(reason.substr(0, 123));
  }
  frame(out, Opcode::kClose, payload, key);
}

}  // namespace vireo::websocket
