// Whatever stands in a form: no crash, and every part lies within the bytes, in order.
#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "fetch/multipart.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace vireo::fetch;
  // The first byte says how long the boundary is.
  if (size == 0) return 0;
  const size_t length = std::min<size_t>(data[0] % 8, size - 1);
  const std::string boundary(reinterpret_cast<const char*>(data + 1), length);
  const std::string body(reinterpret_cast<const char*>(data + 1 + length), size - 1 - length);
  const FormParts found = parse_multipart(body, boundary);
  if (found.error != nullptr && !found.parts.empty()) std::abort();
  size_t end = 0;
  for (const FormPart& part : found.parts) {
    if (part.offset < end || part.length > body.size() || part.offset > body.size() - part.length) std::abort();
    end = part.offset + part.length;
  }
  return 0;
}
