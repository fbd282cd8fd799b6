#include "buffer/encoding.h"

#include <simdutf.h>

#include <algorithm>
#include <array>
#include <vector>

namespace vireo::buffer {

namespace {

/// Of either alphabet, padded or not. What is well-formed here means the same when read leniently.
constexpr simdutf::base64_options kStrict = simdutf::base64_default_or_url;
constexpr simdutf::base64_options kLenient = simdutf::base64_default_or_url_accept_garbage;

const char* chars(std::span<const uint8_t> bytes) { return reinterpret_cast<const char*>(bytes.data()); }
char* chars(std::span<uint8_t> bytes) { return reinterpret_cast<char*>(bytes.data()); }

bind::Error too_long() {
  return bind::Error::coded("ERR_STRING_TOO_LONG", "Cannot create a string longer than 0x1fffffe8 characters");
}

bind::Result<v8::Local<v8::String>> one_byte(v8::Isolate* isolate, std::span<const uint8_t> bytes) {
  v8::Local<v8::String> text;
  if (bytes.size() > v8::String::kMaxLength ||
      !v8::String::NewFromOneByte(isolate, bytes.data(), v8::NewStringType::kNormal, static_cast<int>(bytes.size()))
           .ToLocal(&text)) {
    return bind::fail(too_long());
  }
  return text;
}

bind::Result<v8::Local<v8::String>> two_byte(v8::Isolate* isolate, const uint16_t* units, size_t length) {
  v8::Local<v8::String> text;
  if (length > v8::String::kMaxLength ||
      !v8::String::NewFromTwoByte(isolate, units, v8::NewStringType::kNormal, static_cast<int>(length))
           .ToLocal(&text)) {
    return bind::fail(too_long());
  }
  return text;
}

/// Memory that lives on the stack while it is small.
template <class T, size_t N = 1024>
class Scratch {
 public:
  explicit Scratch(size_t size) : data_(size <= N ? fixed_.data() : static_cast<T*>(std::malloc(size * sizeof(T)))) {}
  ~Scratch() {
    if (data_ != fixed_.data()) std::free(data_);
  }
  Scratch(const Scratch&) = delete;
  T* data() { return data_; }
  explicit operator bool() const { return data_ != nullptr; }

 private:
  std::array<T, N> fixed_;
  T* data_;
};

bool is_ascii(std::span<const uint8_t> bytes) {
  if (bytes.size() >= 32) return simdutf::validate_ascii(chars(bytes), bytes.size());
  uint8_t all = 0;
  for (const uint8_t byte : bytes) all |= byte;
  return all < 0x80;
}

bind::Result<v8::Local<v8::String>> decode_utf8(v8::Isolate* isolate, std::span<const uint8_t> bytes) {
  if (is_ascii(bytes)) return one_byte(isolate, bytes);
  // U+FFFD can make more characters than V8 allows only of more bytes than that.
  if (bytes.size() <= v8::String::kMaxLength) {
    Scratch<uint16_t> units(bytes.size());
    if (units) {
      // Text of Latin-1 alone becomes a one-byte string; the attempt ends at the first other character.
      if (const size_t length =
              simdutf::convert_utf8_to_latin1(chars(bytes), bytes.size(), reinterpret_cast<char*>(units.data()))) {
        return one_byte(isolate, {reinterpret_cast<uint8_t*>(units.data()), length});
      }
      if (const size_t length =
              simdutf::convert_utf8_to_utf16le(chars(bytes), bytes.size(), reinterpret_cast<char16_t*>(units.data()))) {
        return two_byte(isolate, units.data(), length);
      }
    }
  }
  v8::Local<v8::String> text;
  if (bytes.size() > INT32_MAX ||
      !v8::String::NewFromUtf8(isolate, chars(bytes), v8::NewStringType::kNormal, static_cast<int>(bytes.size()))
           .ToLocal(&text)) {
    return bind::fail(too_long());
  }
  return text;
}

bind::Result<v8::Local<v8::String>> decode_utf16(v8::Isolate* isolate, std::span<const uint8_t> bytes) {
  const size_t length = bytes.size() / 2;
  if (reinterpret_cast<uintptr_t>(bytes.data()) % 2 == 0) {
    return two_byte(isolate, reinterpret_cast<const uint16_t*>(bytes.data()), length);
  }
  if (length > v8::String::kMaxLength) return bind::fail(too_long());
  Scratch<uint16_t> units(length);
  if (!units) return bind::fail(too_long());
  std::memcpy(units.data(), bytes.data(), length * 2);
  return two_byte(isolate, units.data(), length);
}

bind::Result<v8::Local<v8::String>> decode_ascii(v8::Isolate* isolate, std::span<const uint8_t> bytes) {
  if (is_ascii(bytes)) return one_byte(isolate, bytes);
  if (bytes.size() > v8::String::kMaxLength) return bind::fail(too_long());
  Scratch<uint8_t> masked(bytes.size());
  if (!masked) return bind::fail(too_long());
  for (size_t i = 0; i < bytes.size(); i++) masked.data()[i] = bytes[i] & 0x7F;
  return one_byte(isolate, {masked.data(), bytes.size()});
}

bind::Result<v8::Local<v8::String>> decode_base64(v8::Isolate* isolate, std::span<const uint8_t> bytes,
                                                  simdutf::base64_options options) {
  const size_t length = simdutf::base64_length_from_binary(bytes.size(), options);
  if (length > v8::String::kMaxLength) return bind::fail(too_long());
  Scratch<uint8_t> text(length);
  if (!text) return bind::fail(too_long());
  simdutf::binary_to_base64(chars(bytes), bytes.size(), reinterpret_cast<char*>(text.data()), options);
  return one_byte(isolate, {text.data(), length});
}

bind::Result<v8::Local<v8::String>> decode_hex(v8::Isolate* isolate, std::span<const uint8_t> bytes) {
  if (bytes.size() > v8::String::kMaxLength / 2) return bind::fail(too_long());
  Scratch<uint8_t> text(bytes.size() * 2);
  if (!text) return bind::fail(too_long());
  uint8_t* out = text.data();
  // Arithmetic instead of a table: compilers make vectors of it.
  const auto digit = [](uint8_t value) { return static_cast<uint8_t>(value + '0' + (value > 9 ? 'a' - '0' - 10 : 0)); };
  for (size_t i = 0; i < bytes.size(); i++) {
    out[2 * i] = digit(bytes[i] >> 4);
    out[2 * i + 1] = digit(bytes[i] & 15);
  }
  return one_byte(isolate, {text.data(), bytes.size() * 2});
}

constexpr auto kHexValues = [] {
  std::array<int8_t, 256> values{};
  values.fill(-1);
  for (int i = 0; i < 10; i++) values['0' + i] = static_cast<int8_t>(i);
  for (int i = 0; i < 6; i++) values['a' + i] = values['A' + i] = static_cast<int8_t>(10 + i);
  return values;
}();

template <class Unit>
size_t encode_hex(const Unit* text, size_t length, std::span<uint8_t> out) {
  const size_t pairs = std::min(length / 2, out.size());
  for (size_t i = 0; i < pairs; i++) {
    const int high = kHexValues[static_cast<uint8_t>(text[2 * i])];
    const int low = kHexValues[static_cast<uint8_t>(text[2 * i + 1])];
    if ((high | low) < 0) return i;
    out[i] = static_cast<uint8_t>(high << 4 | low);
  }
  return pairs;
}

size_t encode_base64(const uint8_t* text, size_t length, std::span<uint8_t> out) {
  // Nearly all base64 is well-formed, which takes a third of the time.
  const char* begin = reinterpret_cast<const char*>(text);
  size_t size = simdutf::maximal_binary_length_from_base64(begin, length);
  if (size <= out.size() &&
      simdutf::base64_to_binary_safe(begin, length, chars(out), size, kStrict).error == simdutf::error_code::SUCCESS) {
    return size;
  }
  // The first '=' ends it, wherever it stands.
  length = static_cast<size_t>(std::find(text, text + length, uint8_t{'='}) - text);
  const char* input = reinterpret_cast<const char*>(text);
  const size_t most = simdutf::maximal_binary_length_from_base64(input, length);
  if (most <= out.size()) {
    size_t written = most;
    (void)simdutf::base64_to_binary_safe(input, length, chars(out), written, kLenient);
    return written;
  }
  Scratch<uint8_t> all(most);
  if (!all) return 0;
  size_t written = most;
  (void)simdutf::base64_to_binary_safe(input, length, reinterpret_cast<char*>(all.data()), written, kLenient);
  const size_t fits = std::min(written, out.size());
  if (fits != 0) std::memcpy(out.data(), all.data(), fits);
  return fits;
}

/// Of characters beyond Latin-1 the low byte counts, for hex and base64 alike: as in Node.
size_t encode_base64(const uint16_t* text, size_t length, std::span<uint8_t> out) {
  Scratch<uint8_t> narrow(length);
  if (!narrow) return 0;
  std::copy_n(text, length, narrow.data());
  return encode_base64(narrow.data(), length, out);
}

size_t encode_utf8(v8::Isolate* isolate, v8::Local<v8::String> text, std::span<uint8_t> out) {
  {
    v8::String::ValueView view(isolate, text);
    const size_t length = view.length();
    if (view.is_one_byte()) return encode_latin1_as_utf8({view.data8(), length}, out);
    const char16_t* units = reinterpret_cast<const char16_t*>(view.data16());
    if (length * 3 <= out.size() ||
        simdutf::utf8_length_from_utf16le_with_replacement(units, length).count <= out.size()) {
      return simdutf::convert_utf16le_to_utf8_with_replacement(units, length, chars(out));
    }
  }
  return text->WriteUtf8V2(isolate, chars(out), out.size(), v8::String::WriteFlags::kReplaceInvalidUtf8);
}

template <class Unit>
size_t base64_estimate(const Unit* text, size_t length) {
  if (length > 0 && text[length - 1] == '=') length--;
  if (length > 1 && text[length - 1] == '=') length--;
  return length / 4 * 3 + length % 4 * 3 / 4;
}

}  // namespace

bind::Result<v8::Local<v8::String>> decode(v8::Isolate* isolate, std::span<const uint8_t> bytes, Encoding encoding) {
  if (bytes.empty()) return v8::String::Empty(isolate);
  switch (encoding) {
    case Encoding::kUtf8: return decode_utf8(isolate, bytes);
    case Encoding::kUtf16: return decode_utf16(isolate, bytes);
    case Encoding::kLatin1: return one_byte(isolate, bytes);
    case Encoding::kAscii: return decode_ascii(isolate, bytes);
    case Encoding::kBase64: return decode_base64(isolate, bytes, simdutf::base64_default);
    case Encoding::kBase64Url: return decode_base64(isolate, bytes, simdutf::base64_url);
    case Encoding::kHex: return decode_hex(isolate, bytes);
  }
  return v8::String::Empty(isolate);
}

size_t encoded_size(v8::Isolate* isolate, v8::Local<v8::String> text, Encoding encoding) {
  const size_t length = text->Length();
  switch (encoding) {
    case Encoding::kUtf16: return length * 2;
    case Encoding::kLatin1:
    case Encoding::kAscii: return length;
    case Encoding::kHex: return length / 2;
    case Encoding::kUtf8: {
      v8::String::ValueView view(isolate, text);
      if (view.is_one_byte())
        return simdutf::utf8_length_from_latin1(reinterpret_cast<const char*>(view.data8()), length);
      return simdutf::utf8_length_from_utf16le_with_replacement(reinterpret_cast<const char16_t*>(view.data16()),
                                                                length)
          .count;
    }
    case Encoding::kBase64:
    case Encoding::kBase64Url: {
      v8::String::ValueView view(isolate, text);
      return view.is_one_byte() ? base64_estimate(view.data8(), length) : base64_estimate(view.data16(), length);
    }
  }
  return 0;
}

size_t encode_latin1_as_utf8(std::span<const uint8_t> latin1, std::span<uint8_t> out) {
  if (is_ascii(latin1)) {
    const size_t fits = std::min(latin1.size(), out.size());
    if (fits != 0) std::memcpy(out.data(), latin1.data(), fits);
    return fits;
  }
  if (latin1.size() * 2 <= out.size()) return simdutf::convert_latin1_to_utf8(chars(latin1), latin1.size(), chars(out));
  return simdutf::convert_latin1_to_utf8_safe(chars(latin1), latin1.size(), chars(out), out.size());
}

size_t encode_latin1_into(std::span<const uint8_t> text, Encoding encoding, std::span<uint8_t> out) {
  if (out.empty()) return 0;
  switch (encoding) {
    case Encoding::kUtf8: return encode_latin1_as_utf8(text, out);
    case Encoding::kLatin1:
    case Encoding::kAscii: {
      const size_t fits = std::min(text.size(), out.size());
      if (fits != 0) std::memcpy(out.data(), text.data(), fits);
      return fits;
    }
    case Encoding::kUtf16: {
      const size_t units = std::min(text.size(), out.size() / 2);
      for (size_t i = 0; i < units; i++) {
        out[2 * i] = text[i];
        out[2 * i + 1] = 0;
      }
      return units * 2;
    }
    case Encoding::kHex: return encode_hex(text.data(), text.size(), out);
    case Encoding::kBase64:
    case Encoding::kBase64Url: return encode_base64(text.data(), text.size(), out);
  }
  return 0;
}

size_t encode_into(v8::Isolate* isolate, v8::Local<v8::String> text, Encoding encoding, std::span<uint8_t> out) {
  if (out.empty()) return 0;
  const size_t length = text->Length();
  switch (encoding) {
    case Encoding::kUtf8: return encode_utf8(isolate, text, out);
    case Encoding::kUtf16: {
      const size_t units = std::min(length, out.size() / 2);
      if (reinterpret_cast<uintptr_t>(out.data()) % 2 == 0) {
        text->WriteV2(isolate, 0, static_cast<uint32_t>(units), reinterpret_cast<uint16_t*>(out.data()));
        return units * 2;
      }
      v8::String::ValueView view(isolate, text);
      for (size_t i = 0; i < units; i++) {
        const uint16_t unit = view.is_one_byte() ? view.data8()[i] : view.data16()[i];
        std::memcpy(&out[i * 2], &unit, 2);
      }
      return units * 2;
    }
    case Encoding::kLatin1:
    case Encoding::kAscii: {
      const size_t fits = std::min(length, out.size());
      v8::String::ValueView view(isolate, text);
      if (view.is_one_byte()) std::memcpy(out.data(), view.data8(), fits);
      else
        for (size_t i = 0; i < fits; i++) out[i] = static_cast<uint8_t>(view.data16()[i]);
      return fits;
    }
    case Encoding::kHex: {
      v8::String::ValueView view(isolate, text);
      return view.is_one_byte() ? encode_hex(view.data8(), length, out) : encode_hex(view.data16(), length, out);
    }
    case Encoding::kBase64:
    case Encoding::kBase64Url: {
      v8::String::ValueView view(isolate, text);
      return view.is_one_byte() ? encode_base64(view.data8(), length, out) : encode_base64(view.data16(), length, out);
    }
  }
  return 0;
}

v8::MaybeLocal<v8::ArrayBuffer> encode_to_array_buffer(v8::Isolate* isolate, v8::Local<v8::String> text,
                                                       Encoding encoding) {
  v8::Local<v8::ArrayBuffer> memory;
  const auto allocate = [&](size_t size) {
    return v8::ArrayBuffer::MaybeNew(isolate, size, v8::BackingStoreInitializationMode::kUninitialized)
        .ToLocal(&memory);
  };
  const auto bytes_of = [&] { return std::span(static_cast<uint8_t*>(memory->Data()), memory->ByteLength()); };
  if (encoding != Encoding::kHex && encoding != Encoding::kBase64 && encoding != Encoding::kBase64Url) {
    if (!allocate(encoded_size(isolate, text, encoding))) return {};
    encode_into(isolate, text, encoding, bytes_of());
    return memory;
  }
  // How many digits count is known afterwards.
  bind::OwnedBytes bytes = encode(isolate, text, encoding);
  if (!bytes || !allocate(bytes.size())) return {};
  if (bytes.size() != 0) std::memcpy(bytes_of().data(), bytes.data(), bytes.size());
  return memory;
}

bind::OwnedBytes encode(v8::Isolate* isolate, v8::Local<v8::String> text, Encoding encoding) {
  size_t size = encoded_size(isolate, text, encoding);
  // The estimate counts one or two '=' at the end; room for what simdutf may write at most.
  if (encoding == Encoding::kBase64 || encoding == Encoding::kBase64Url)
    size = static_cast<size_t>(text->Length()) / 4 * 3 + 3;
  bind::OwnedBytes bytes(size);
  if (bytes) bytes.shrink(encode_into(isolate, text, encoding, bytes.span()));
  return bytes;
}

}  // namespace vireo::buffer
