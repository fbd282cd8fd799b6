// Names for object URLs.
#include "bind/bind.h"

#include <uv.h>

namespace vireo::web {

namespace {

/// A version 4 UUID.
bind::Result<std::string> random_uuid() {
  uint8_t bytes[16];
  if (const int code = uv_random(nullptr, nullptr, bytes, sizeof(bytes), 0, nullptr); code != 0)
    return bind::fail(bind::Error::system(code, "random"));
  bytes[6] = static_cast<uint8_t>((bytes[6] & 0x0F) | 0x40);
  bytes[8] = static_cast<uint8_t>((bytes[8] & 0x3F) | 0x80);
  std::string text;
  for (size_t i = 0; i < sizeof(bytes); i++) {
    if (i == 4 || i == 6 || i == 8 || i == 10) text += '-';
    text += "0123456789abcdef"[bytes[i] >> 4];
    text += "0123456789abcdef"[bytes[i] & 15];
  }
  return text;
}

}  // namespace

BIND_MODULE(blob) { module.function<random_uuid>("randomUUID"); }

}  // namespace vireo::web
