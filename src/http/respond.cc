// A whole response in one call: what vireo:serve sends for nearly every request.
#include <algorithm>
#include <array>
#include <charconv>
#include <ctime>

#include "engine/environment.h"
#include "http/connection.h"

namespace vireo::http {

namespace {

struct Reason {
  uint16_t status;
  std::string_view text;
};
constexpr Reason kReasons[] = {
    {101, "Switching Protocols"},
    {200, "OK"},
    {201, "Created"},
    {202, "Accepted"},
    {203, "Non-Authoritative Information"},
    {204, "No Content"},
    {205, "Reset Content"},
    {206, "Partial Content"},
    {207, "Multi-Status"},
    {208, "Already Reported"},
    {226, "IM Used"},
    {300, "Multiple Choices"},
    {301, "Moved Permanently"},
    {302, "Found"},
    {303, "See Other"},
    {304, "Not Modified"},
    {305, "Use Proxy"},
    {307, "Temporary Redirect"},
    {308, "Permanent Redirect"},
    {400, "Bad Request"},
    {401, "Unauthorized"},
    {402, "Payment Required"},
    {403, "Forbidden"},
    {404, "Not Found"},
    {405, "Method Not Allowed"},
    {406, "Not Acceptable"},
    {407, "Proxy Authentication Required"},
    {408, "Request Timeout"},
    {409, "Conflict"},
    {410, "Gone"},
    {411, "Length Required"},
    {412, "Precondition Failed"},
    {413, "Payload Too Large"},
    {414, "URI Too Long"},
    {415, "Unsupported Media Type"},
    {416, "Range Not Satisfiable"},
    {417, "Expectation Failed"},
    {418, "I'm a Teapot"},
    {421, "Misdirected Request"},
    {422, "Unprocessable Entity"},
    {423, "Locked"},
    {424, "Failed Dependency"},
    {425, "Too Early"},
    {426, "Upgrade Required"},
    {428, "Precondition Required"},
    {429, "Too Many Requests"},
    {431, "Request Header Fields Too Large"},
    {451, "Unavailable For Legal Reasons"},
    {500, "Internal Server Error"},
    {501, "Not Implemented"},
    {502, "Bad Gateway"},
    {503, "Service Unavailable"},
    {504, "Gateway Timeout"},
    {505, "HTTP Version Not Supported"},
    {506, "Variant Also Negotiates"},
    {507, "Insufficient Storage"},
    {508, "Loop Detected"},
    {510, "Not Extended"},
    {511, "Network Authentication Required"},
};

std::string_view reason_of(uint32_t status) {
  const auto* found = std::ranges::lower_bound(kReasons, status, {}, &Reason::status);
  return found != std::end(kReasons) && found->status == status ? found->text : std::string_view();
}

void append_number(std::string& out, uint64_t number) {
  char digits[20];
  const auto end = std::to_chars(digits, digits + sizeof(digits), number);
  out.append(digits, static_cast<size_t>(end.ptr - digits));
}

/// "Date: ...", rendered once a second.
class DateLine {
 public:
  explicit DateLine(Environment&) {}
  std::string_view at(uint64_t loop_milliseconds) {
    // The loop's clock tells when to look; its second is not the calendar's, so look four times a second.
    if (const uint64_t now = loop_milliseconds / 250; now != rendered_at_) {
      rendered_at_ = now;
      const std::time_t seconds = std::time(nullptr);
      std::tm parts{};
      gmtime_r(&seconds, &parts);
      length_ = std::strftime(text_.data(), text_.size(), "Date: %a, %d %b %Y %H:%M:%S GMT\r\n", &parts);
    }
    return {text_.data(), length_};
  }

 private:
  uint64_t rendered_at_ = UINT64_MAX;
  std::array<char, 64> text_{};
  size_t length_ = 0;
};

}  // namespace

void Connection::start_response(uint32_t status, v8::Local<v8::Value> reason, v8::Local<v8::Value> lines,
                                uint32_t mode) {
  bind::Context cx(isolate(), env().context(), env());
  output_.append("HTTP/1.1 ");
  append_number(output_, status);
  output_.append(" ");
  if (reason->IsString() && reason.As<v8::String>()->Length() != 0) append(cx, reason, true);
  else output_.append(reason_of(status));
  output_.append("\r\n");
  append(cx, lines, true);
  if (!(mode & kHasDate)) output_.append(env().state<DateLine>().at(uv_now(env().loop())));
  if (mode & kSayClose) output_.append("Connection: close\r\n");
  else if (mode & kSayKeepAlive) output_.append("Connection: keep-alive\r\n");
}

int32_t Connection::respond(bind::Context& cx, uint32_t status, v8::Local<v8::Value> reason, v8::Local<v8::Value> lines,
                            v8::Local<v8::Value> body, uint32_t mode) {
  if (stream_ == nullptr || stream_->is_closing()) return UV_EPIPE;
  start_response(status, reason, lines, mode);
  size_t length = 0;
  v8::Local<v8::String> text;
  bind::Bytes bytes;
  if (body->IsString()) {
    text = body.As<v8::String>();
    length = text->Utf8LengthV2(cx.isolate);
  } else if (body->IsArrayBufferView()) {
    bind::bytes_of(body, bytes);
    length = bytes.size();
  }
  if (!(mode & kNoLength)) {
    output_.append("Content-Length: ");
    append_number(output_, length);
    output_.append("\r\n\r\n");
  } else {
    output_.append("\r\n");
  }
  const v8::Local<v8::Value> nothing = v8::Undefined(cx.isolate);
  const uint32_t flags = mode & (kFlush | kIdleAfter);
  if (mode & kNoBody || length == 0) return write(cx, nothing, nothing, nothing, flags, 0);
  if (text.IsEmpty()) return write(cx, nothing, body, nothing, flags, 0);
  const size_t before = output_.size();
  output_.resize_and_overwrite(before + length, [&](char* data, size_t total) {
    text->WriteUtf8V2(cx.isolate, data + before, length, v8::String::WriteFlags::kReplaceInvalidUtf8);
    return total;
  });
  return write(cx, nothing, nothing, nothing, flags, 0);
}

}  // namespace vireo::http
