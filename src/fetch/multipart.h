// multipart/form-data (RFC 7578, and what the Fetch standard makes of it), taken apart without V8.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace vireo::fetch {

/// One field of a form. The content lies in the bytes that were parsed.
struct FormPart {
  std::string name;                         ///< UTF-8, as far as the sender kept to it
  std::optional<std::string> filename;      ///< set: a file
  std::optional<std::string> content_type;  ///< Latin-1
  bool base64 = false;                      ///< Content-Transfer-Encoding says so
  size_t offset = 0;
  size_t length = 0;
};

struct FormParts {
  std::vector<FormPart> parts;
  const char* error = nullptr;  ///< what is wrong; then there are no parts
};

/// `boundary` without its leading dashes.
FormParts parse_multipart(std::string_view body, std::string_view boundary);

}  // namespace vireo::fetch
