#include "fetch/multipart.h"

#include <algorithm>

namespace vireo::fetch {

namespace {

bool is_token_char(char c) {
  if ((c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z')) return true;
  return std::string_view("!#$%&'*+-.^_`|~").contains(c);
}

bool is_blank(char c) { return c == ' ' || c == '\t'; }

bool equals_ignoring_case(std::string_view text, std::string_view lower) {
  return text.size() == lower.size() && std::equal(text.begin(), text.end(), lower.begin(), [](char a, char b) {
           return (a >= 'A' && a <= 'Z' ? static_cast<char>(a + 32) : a) == b;
         });
}

int hex_digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

/// RFC 5987's %xx.
std::string percent_decode(std::string_view text) {
  std::string out;
  for (size_t i = 0; i < text.size(); i++) {
    if (text[i] == '%' && i + 2 < text.size() && hex_digit(text[i + 1]) >= 0 && hex_digit(text[i + 2]) >= 0) {
      out += static_cast<char>(hex_digit(text[i + 1]) << 4 | hex_digit(text[i + 2]));
      i += 2;
    } else {
      out += text[i];
    }
  }
  return out;
}

/// What HTML escapes in names: line ends and quotes, nothing else.
std::string unescape(std::string_view text) {
  std::string out;
  for (size_t i = 0; i < text.size(); i++) {
    const std::string_view three = text.substr(i, 3);
    char plain = 0;
    if (three == "%0A" || three == "%0a") plain = '\n';
    else if (three == "%0D" || three == "%0d") plain = '\r';
    else if (three == "%22") plain = '"';
    out += plain != 0 ? plain : text[i];
    if (plain != 0) i += 2;
  }
  return out;
}

class Parser {
 public:
  Parser(std::string_view body, std::string_view boundary) : body_(body), dash_("--") { dash_.append(boundary); }

  const char* run(std::vector<FormPart>& parts) {
    // What stands before the first boundary is nobody's.
    at_ = body_.find(dash_);
    if (at_ == std::string_view::npos) return "no boundary found in multipart body";
    const std::string delimiter = "\r\n" + dash_;
    for (;;) {
      at_ += dash_.size();
      if (rest().starts_with("--")) return nullptr;
      if (!take("\r\n")) return "expected CRLF";
      FormPart part;
      if (const char* error = headers(part)) return error;
      part.offset = at_;
      // A part without content: its delimiter's line end is the one that ended the headers.
      size_t end = body_.substr(at_).starts_with(dash_) ? at_ : body_.find(delimiter, at_);
      if (end == std::string_view::npos) return "expected boundary after body";
      part.length = end - at_;
      at_ = body_.substr(end).starts_with(dash_) ? end : end + 2;
      parts.push_back(std::move(part));
    }
  }

 private:
  [[nodiscard]] std::string_view rest() const { return body_.substr(at_); }
  bool take(std::string_view text) {
    if (!rest().starts_with(text)) return false;
    at_ += text.size();
    return true;
  }
  void skip_blanks() {
    while (at_ < body_.size() && is_blank(body_[at_])) at_++;
  }
  template <class Predicate>
  std::string_view take_while(Predicate&& fits) {
    const size_t start = at_;
    while (at_ < body_.size() && fits(body_[at_])) at_++;
    return body_.substr(start, at_ - start);
  }

  /// Up to the empty line, which it takes.
  const char* headers(FormPart& part) {
    bool has_name = false;
    while (!take("\r\n")) {
      const std::string_view name = take_while(is_token_char);
      if (name.empty()) return "header name does not match the field-name token production";
      if (!take(":")) return "expected :";
      skip_blanks();
      if (equals_ignoring_case(name, "content-disposition")) {
        if (const char* error = disposition(part, has_name)) return error;
      } else {
        std::string_view value = take_while([](char c) { return c != '\r' && c != '\n'; });
        while (!value.empty() && is_blank(value.back())) value.remove_suffix(1);
        if (equals_ignoring_case(name, "content-type")) part.content_type = value;
        else if (equals_ignoring_case(name, "content-transfer-encoding"))
          part.base64 = equals_ignoring_case(value, "base64");
      }
      if (!take("\r\n")) return "expected CRLF";
    }
    return has_name ? nullptr : "header name is null";
  }

  const char* disposition(FormPart& part, bool& has_name) {
    if (!equals_ignoring_case(take_while(is_token_char), "form-data"))
      return "expected form-data for content-disposition header";
    for (;;) {
      skip_blanks();
      if (!take(";")) break;
      skip_blanks();
      const std::string_view key = take_while(is_token_char);
      if (key.empty() || !take("=")) return "expected parameter of content-disposition header";
      std::string value;
      if (take("\"")) {
        const std::string_view quoted = take_while([](char c) { return c != '"' && c != '\r' && c != '\n'; });
        if (!take("\"")) return "expected \" after parameter value";
        value = unescape(quoted);
      } else {
        const std::string_view plain =
            take_while([](char c) { return c != ';' && !is_blank(c) && c != '\r' && c != '\n'; });
        if (plain.empty()) return "expected parameter value";
        value = plain;
      }
      if (equals_ignoring_case(key, "name")) {
        part.name = std::move(value);
        has_name = true;
      } else if (equals_ignoring_case(key, "filename*")) {
        const size_t charset = value.find('\'');
        const size_t language = charset == std::string::npos ? charset : value.find('\'', charset + 1);
        if (language == std::string::npos || !equals_ignoring_case(std::string_view(value).substr(0, charset), "utf-8"))
          return "unknown encoding of filename*";
        part.filename = percent_decode(std::string_view(value).substr(language + 1));
      } else if (equals_ignoring_case(key, "filename")) {
        if (!part.filename) part.filename = std::move(value);
      }
    }
    return has_name ? nullptr : "name attribute is required in content-disposition header";
  }

  std::string_view body_;
  std::string dash_;
  size_t at_ = 0;
};

}  // namespace

FormParts parse_multipart(std::string_view body, std::string_view boundary) {
  FormParts result;
  result.error = Parser(body, boundary).run(result.parts);
  if (result.error != nullptr) result.parts.clear();
  return result;
}

}  // namespace vireo::fetch
