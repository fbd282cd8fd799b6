#include "http/parser.h"

#include <algorithm>

namespace vireo::http {

namespace {

/// llhttp's LENIENT_HEADER_VALUE_RELAXED.
constexpr uint16_t kRelaxedValues = 0x400;

/// A hostile peer may hang this much on its chunks, in extensions that nobody reads (Node's limit).
constexpr uint32_t kMaxChunkExtensions = 16 * 1024;

bool equals_ignoring_case(std::string_view text, std::string_view lower) {
  if (text.size() != lower.size()) return false;
  for (size_t i = 0; i < text.size(); i++) {
    const char c = text[i];
    if ((c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c) != lower[i]) return false;
  }
  return true;
}

bool contains_ignoring_case(std::string_view text, std::string_view lower) {
  for (size_t i = 0; i + lower.size() <= text.size(); i++) {
    if (equals_ignoring_case(text.substr(i, lower.size()), lower)) return true;
  }
  return false;
}

}  // namespace

void HeaderBlock::begin(uint32_t max_headers) {
  bytes_.clear();
  open_ = name_length_ = 0;
  count_ = 0;
  max_headers_ = max_headers;
  in_header_ = dropping_ = false;
}

void HeaderBlock::put_length(size_t at, size_t length) {
  for (size_t i = 0; i < 4; i++) bytes_[at + i] = static_cast<char>(length >> (8 * i) & 0xff);
}

void HeaderBlock::field(std::string_view part) {
  if (!in_header_) {
    in_header_ = true;
    dropping_ = max_headers_ != 0 && count_ >= max_headers_;
    open_ = bytes_.size();
    name_length_ = 0;
    if (!dropping_) bytes_.append(8, '\0');
  }
  if (!dropping_) bytes_.append(part);
}

void HeaderBlock::field_end() {
  if (dropping_ || !in_header_) return;
  name_length_ = bytes_.size() - open_ - 8;
  put_length(open_, name_length_);
}

void HeaderBlock::value(std::string_view part) {
  if (!dropping_ && in_header_) bytes_.append(part);
}

void HeaderBlock::value_end() {
  const bool was_open = in_header_;
  in_header_ = false;
  if (dropping_ || !was_open) return;
  while (bytes_.size() > open_ + 8 + name_length_ && (bytes_.back() == ' ' || bytes_.back() == '\t')) bytes_.pop_back();
  put_length(open_ + 4, bytes_.size() - open_ - 8 - name_length_);
  count_++;
}

/// llhttp's callbacks. Each one notes and returns; those that end a step return HPE_PAUSED.
struct Parser::Callbacks {
  static Parser& self(llhttp_t* llhttp) { return *static_cast<Parser*>(llhttp->data); }

  static int message_begin(llhttp_t* llhttp) {
    Parser& p = self(llhttp);
    p.in_message_ = true;
    p.headers_done_ = false;
    p.head_ = Head{};
    p.header_bytes_ = 0;
    p.extension_bytes_ = 0;
    p.target_.clear();
    p.headers_.begin(p.options_.max_headers);
    return 0;
  }

  static int target(llhttp_t* llhttp, const char* at, size_t length) {
    Parser& p = self(llhttp);
    if (const int error = p.track(length)) return error;
    p.target_.append(at, length);
    return 0;
  }

  static int header_field(llhttp_t* llhttp, const char* at, size_t length) {
    Parser& p = self(llhttp);
    if (const int error = p.track(length)) return error;
    p.headers_.field({at, length});
    // Too many headers: a request is refused, a response loses what is over the limit, as in Node.
    if (p.headers_.dropping() && p.options_.type == MessageType::kRequest)
      return p.overflow("HPE_HEADER_OVERFLOW", "Header overflow");
    return 0;
  }

  static int header_field_complete(llhttp_t* llhttp) {
    self(llhttp).headers_.field_end();
    self(llhttp).in_value_ = true;
    return 0;
  }

  static int header_value(llhttp_t* llhttp, const char* at, size_t length) {
    Parser& p = self(llhttp);
    if (const int error = p.track(length)) return error;
    p.headers_.value({at, length});
    return 0;
  }

  static int header_value_complete(llhttp_t* llhttp) {
    Parser& p = self(llhttp);
    p.headers_.value_end();
    p.in_value_ = false;
    if (!p.headers_done_) p.note_header();
    return 0;
  }

  static int headers_complete(llhttp_t* llhttp) {
    Parser& p = self(llhttp);
    p.head_done();
    p.pending_ = Event::kHead;
    return HPE_PAUSED;
  }

  static int body(llhttp_t* llhttp, const char* at, size_t length) {
    if (length != 0) self(llhttp).body_.emplace_back(at, length);
    return 0;
  }

  static int chunk_extension(llhttp_t* llhttp, const char*, size_t length) {
    Parser& p = self(llhttp);
    p.extension_bytes_ += static_cast<uint32_t>(std::min<size_t>(length, kMaxChunkExtensions + 1));
    if (p.extension_bytes_ <= kMaxChunkExtensions) return 0;
    return p.overflow("HPE_CHUNK_EXTENSIONS_OVERFLOW", "Chunk extensions overflow");
  }

  static int chunk_header(llhttp_t* llhttp) {
    self(llhttp).header_bytes_ = 0;
    self(llhttp).extension_bytes_ = 0;
    return 0;
  }

  static int message_complete(llhttp_t* llhttp) {
    Parser& p = self(llhttp);
    p.in_message_ = false;
    p.pending_ = Event::kMessageEnd;
    return HPE_PAUSED;
  }

  static const llhttp_settings_t& settings() {
    static const llhttp_settings_t settings = [] {
      llhttp_settings_t s;
      llhttp_settings_init(&s);
      s.on_message_begin = message_begin;
      s.on_url = target;
      s.on_status = target;
      s.on_header_field = header_field;
      s.on_header_field_complete = header_field_complete;
      s.on_header_value = header_value;
      s.on_header_value_complete = header_value_complete;
      s.on_headers_complete = headers_complete;
      s.on_body = body;
      s.on_chunk_extension_name = chunk_extension;
      s.on_chunk_extension_value = chunk_extension;
      s.on_chunk_header = chunk_header;
      s.on_message_complete = message_complete;
      return s;
    }();
    return settings;
  }
};

void Parser::reset(const ParserOptions& options) {
  options_ = options;
  llhttp_init(&llhttp_, static_cast<llhttp_type_t>(options.type), &Callbacks::settings());
  llhttp_.data = this;
  llhttp_.lenient_flags = options.lenient;
  target_.clear();
  headers_.begin(options.max_headers);
  body_.clear();
  pending_ = Event::kNeedMore;
  header_bytes_ = extension_bytes_ = 0;
  in_message_ = headers_done_ = failed_ = in_value_ = false;
  error_code_ = {};
  error_reason_.clear();
}

void Parser::release_memory() {
  std::string().swap(target_);
  std::vector<std::string_view>().swap(body_);
  headers_.release_memory();
}

int Parser::overflow(const char* code, const char* reason) {
  error_code_ = code;
  error_reason_ = reason;
  return HPE_USER;
}

int Parser::track(size_t length) {
  header_bytes_ += static_cast<uint32_t>(std::min<size_t>(length, options_.max_header_size));
  if (header_bytes_ < options_.max_header_size) return 0;
  return overflow("HPE_HEADER_OVERFLOW", "Header overflow");
}

/// The few headers whose presence decides what happens next, before anybody asks for the headers.
void Parser::note_header() {
  if (headers_.dropping()) return;
  const std::string_view name = headers_.last_name();
  if (name.size() == 4 && equals_ignoring_case(name, "host")) {
    head_.flags |= kHasHost;
  } else if (name.size() == 6 && equals_ignoring_case(name, "expect")) {
    head_.flags |= kHasExpect;
    if (contains_ignoring_case(headers_.last_value(), "100-continue")) head_.flags |= kExpectContinue;
  }
}

void Parser::head_done() {
  headers_done_ = true;
  header_bytes_ = 0;
  head_.method = llhttp_.method;
  head_.status = llhttp_.status_code;
  if (llhttp_should_keep_alive(&llhttp_)) head_.flags |= kKeepAlive;
  if (llhttp_.upgrade) head_.flags |= kUpgradeWanted;
  if (llhttp_.flags & F_CONNECTION_CLOSE) head_.flags |= kConnectionClose;
  if (llhttp_.flags & (F_CONTENT_LENGTH | F_TRANSFER_ENCODING)) head_.flags |= kHasFraming;
  if (llhttp_.flags & F_TRANSFER_ENCODING || (llhttp_.flags & F_CONTENT_LENGTH && llhttp_.content_length != 0)) {
    head_.flags |= kHasBody;
  }
  const uint32_t major = llhttp_.http_major, minor = llhttp_.http_minor;
  if (major != 1 || minor > 1) head_.flags |= kOddVersion | (major & 15) << 16 | (minor & 15) << 20;
  else if (minor == 0) head_.flags |= kHttp10;
}

Event Parser::fail(llhttp_errno_t error) {
  failed_ = true;
  if (error_code_.empty()) {
    error_code_ = llhttp_errno_name(error);
    const char* reason = llhttp_get_error_reason(&llhttp_);
    error_reason_ = reason == nullptr ? "" : reason;
  }
  return Event::kError;
}

/// What llhttp may be given at once. With relaxed values it would never return from a NUL in one (9.4), so it does not
/// get to see it: then the piece is empty.
std::string_view Parser::next_piece(std::string_view input) const {
  if (!(options_.lenient & kRelaxedValues)) return input;
  const size_t nul = input.find('\0');
  if (nul != 0) return input.substr(0, nul);
  return in_value_ ? std::string_view() : input.substr(0, 1);
}

Event Parser::next(std::string_view& input) {
  body_.clear();
  if (pending_ == Event::kUpgrade) return Event::kUpgrade;
  if (pending_ != Event::kNeedMore) {  // noted together with the body bytes before it
    const Event event = pending_;
    pending_ = Event::kNeedMore;
    return event;
  }
  if (failed_) return Event::kError;

  if (llhttp_get_errno(&llhttp_) == HPE_PAUSED) {
    // Somebody has taken the head: its space is free for trailers.
    if (headers_done_ && in_message_) headers_.begin(options_.max_headers);
    llhttp_resume(&llhttp_);
  }

  llhttp_errno_t result = HPE_OK;
  do {
    const std::string_view piece = next_piece(input);
    if (piece.empty() && !input.empty()) {
      error_code_ = "HPE_INVALID_HEADER_TOKEN";
      error_reason_ = "Invalid header value char";
      return fail(HPE_INVALID_HEADER_TOKEN);
    }
    result = llhttp_execute(&llhttp_, piece.data(), piece.size());
    if (result != HPE_OK) break;
    input.remove_prefix(piece.size());
    if (!body_.empty()) return Event::kBody;
  } while (!input.empty());
  if (result == HPE_OK) return Event::kNeedMore;

  const char* stop = llhttp_get_error_pos(&llhttp_);
  if (stop != nullptr && stop >= input.data() && stop <= input.data() + input.size()) {
    input.remove_prefix(static_cast<size_t>(stop - input.data()));
  }
  if (result == HPE_PAUSED_UPGRADE) {
    pending_ = Event::kUpgrade;
  } else if (result != HPE_PAUSED) {
    fail(result);
    return body_.empty() ? Event::kError : Event::kBody;
  }
  if (!body_.empty()) return Event::kBody;
  const Event event = pending_;
  if (event != Event::kUpgrade) pending_ = Event::kNeedMore;
  return event;
}

Event Parser::finish() {
  if (failed_ || pending_ == Event::kUpgrade) return Event::kNeedMore;
  body_.clear();
  if (llhttp_get_errno(&llhttp_) == HPE_PAUSED) llhttp_resume(&llhttp_);
  const llhttp_errno_t result = llhttp_finish(&llhttp_);
  if (result == HPE_OK || result == HPE_PAUSED_UPGRADE) return Event::kNeedMore;
  if (result == HPE_PAUSED) {
    const Event event = pending_;
    pending_ = Event::kNeedMore;
    return event;
  }
  return fail(result);
}

}  // namespace vireo::http
