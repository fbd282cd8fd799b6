// Strings to bytes and back, in the encodings that Buffer knows. simdutf does the heavy lifting.
#pragma once

#include <span>

#include "bind/bind.h"

namespace vireo::buffer {

/// The numbers are those of src/buffer/encodings.js.
enum class Encoding : int32_t { kUtf8 = 0, kUtf16 = 1, kLatin1 = 2, kAscii = 3, kBase64 = 4, kBase64Url = 5, kHex = 6 };

/// The string for `bytes`. Invalid UTF-8 becomes U+FFFD as the Encoding standard says; an odd last byte of UTF-16 is
/// left out. Fails with ERR_STRING_TOO_LONG.
bind::Result<v8::Local<v8::String>> decode(v8::Isolate* isolate, std::span<const uint8_t> bytes, Encoding encoding);

/// An upper bound of the bytes that `encode_into` writes for `text`; exact for UTF-8, UTF-16 and Latin-1.
size_t encoded_size(v8::Isolate* isolate, v8::Local<v8::String> text, Encoding encoding);

/// Writes as much of `text` as fits, never a part of a character; gives the number of bytes written.
/// Hex stops at the first pair that is none; base64 skips what is no digit and stops at '='.
size_t encode_into(v8::Isolate* isolate, v8::Local<v8::String> text, Encoding encoding, std::span<uint8_t> out);

/// Latin-1 as UTF-8: as many whole characters as fit; gives the number of bytes written.
size_t encode_latin1_as_utf8(std::span<const uint8_t> latin1, std::span<uint8_t> out);

/// The same for a text of Latin-1 characters.
size_t encode_latin1_into(std::span<const uint8_t> text, Encoding encoding, std::span<uint8_t> out);

/// What `text` is in bytes, in an ArrayBuffer of their own. Empty without memory.
v8::MaybeLocal<v8::ArrayBuffer> encode_to_array_buffer(v8::Isolate* isolate, v8::Local<v8::String> text,
                                                       Encoding encoding);

/// What `text` is in bytes. Empty (no memory) on failure.
bind::OwnedBytes encode(v8::Isolate* isolate, v8::Local<v8::String> text, Encoding encoding);

}  // namespace vireo::buffer
