// The native half of TextEncoder and TextDecoder: UTF-8, UTF-16LE and windows-1252 by simdutf and tables, all else by
// ICU.
#include <simdutf.h>
#include <unicode/ucnv.h>
#include <unicode/ucnv_cb.h>

#include <array>
#include <memory>

#include "bind/bind.h"
#include "buffer/encoding.h"

namespace vireo::web {

namespace {

using bind::Bytes;
using bind::Result;
using buffer::Encoding;

bind::Error invalid_data(std::string_view encoding) {
  return bind::Error::coded("ERR_ENCODING_INVALID_ENCODED_DATA",
                            "The encoded data was not valid for encoding " + std::string(encoding),
                            bind::ErrorType::kTypeError);
}

Result<v8::Local<v8::String>> utf16_string(v8::Isolate* isolate, const char16_t* units, size_t length) {
  v8::Local<v8::String> text;
  if (length > v8::String::kMaxLength ||
      !v8::String::NewFromTwoByte(isolate, reinterpret_cast<const uint16_t*>(units), v8::NewStringType::kNormal,
                                  static_cast<int>(length))
           .ToLocal(&text)) {
    return bind::fail(
        bind::Error::coded("ERR_STRING_TOO_LONG", "Cannot create a string longer than 0x1fffffe8 characters"));
  }
  return text;
}

/// All of `bytes` as UTF-8, at once.
Result<v8::Local<v8::String>> decode_utf8(v8::Isolate* isolate, Bytes bytes, bool ignore_bom, bool fatal) {
  std::span<const uint8_t> input = bytes;
  if (fatal && !simdutf::validate_utf8(reinterpret_cast<const char*>(input.data()), input.size()))
    return bind::fail(invalid_data("utf-8"));
  if (!ignore_bom && input.size() >= 3 && input[0] == 0xEF && input[1] == 0xBB && input[2] == 0xBF)
    input = input.subspan(3);
  return buffer::decode(isolate, input, Encoding::kUtf8);
}

/// windows-1252, which browsers call latin1 too.
Result<v8::Local<v8::String>> decode_latin1(v8::Isolate* isolate, Bytes bytes) {
  static constexpr std::array<char16_t, 32> kC1 = {0x20AC, 0x81,   0x201A, 0x0192, 0x201E, 0x2026, 0x2020, 0x2021,
                                                   0x02C6, 0x2030, 0x0160, 0x2039, 0x0152, 0x8D,   0x017D, 0x8F,
                                                   0x90,   0x2018, 0x2019, 0x201C, 0x201D, 0x2022, 0x2013, 0x2014,
                                                   0x02DC, 0x2122, 0x0161, 0x203A, 0x0153, 0x9D,   0x017E, 0x0178};
  bool is_latin1 = true;
  for (const uint8_t byte : bytes) is_latin1 &= byte < 0x80 || byte > 0x9F;
  if (is_latin1) return buffer::decode(isolate, bytes, Encoding::kLatin1);
  if (bytes.size() > v8::String::kMaxLength) return utf16_string(isolate, nullptr, bytes.size());
  std::u16string units(bytes.size(), u'\0');
  for (size_t i = 0; i < bytes.size(); i++)
    units[i] = bytes[i] >= 0x80 && bytes[i] <= 0x9F ? kC1[bytes[i] - 0x80] : bytes[i];
  return utf16_string(isolate, units.data(), units.size());
}

/// A single-byte encoding: `table` has one UTF-16 unit a byte, U+FFFD for a byte that means nothing.
Result<v8::Local<v8::String>> decode_table(v8::Isolate* isolate, Bytes bytes, Bytes table, bool fatal,
                                           std::string label) {
  std::array<char16_t, 256> meanings;
  if (table.size() < sizeof(meanings)) return bind::fail(invalid_data(label));
  std::memcpy(meanings.data(), table.data(), sizeof(meanings));
  if (bytes.size() > v8::String::kMaxLength) return utf16_string(isolate, nullptr, bytes.size());
  std::u16string units(bytes.size(), u'\0');
  bool has_unknown = false;
  for (size_t i = 0; i < bytes.size(); i++) {
    units[i] = meanings[bytes[i]];
    has_unknown |= units[i] == 0xFFFD;
  }
  if (has_unknown && fatal) return bind::fail(invalid_data(label));
  return utf16_string(isolate, units.data(), units.size());
}

/// ICU would write U+001A for some; the standard knows U+FFFD alone.
void substitute(const void*, UConverterToUnicodeArgs* args, const char*, int32_t, UConverterCallbackReason reason,
                UErrorCode* status) {
  if (reason > UCNV_IRREGULAR) return;
  *status = U_ZERO_ERROR;
  const char16_t replacement = 0xFFFD;
  ucnv_cbToUWriteUChars(args, &replacement, 1, 0, status);
}

Result<v8::Local<v8::ArrayBuffer>> encode_utf8(v8::Isolate* isolate, v8::Local<v8::String> text) {
  v8::Local<v8::ArrayBuffer> memory;
  if (!buffer::encode_to_array_buffer(isolate, text, Encoding::kUtf8).ToLocal(&memory))
    return bind::fail(bind::Error::coded("ERR_MEMORY_ALLOCATION_FAILED", "Failed to allocate memory"));
  return memory;
}

/// Writes what fits of `text`; `counts` gets the UTF-16 units read and the bytes written.
void encode_into(v8::Isolate* isolate, v8::Local<v8::String> text, Bytes out, Bytes counts) {
  uint32_t result[2] = {0, 0};
  if (counts.size() < sizeof(result)) return;
  if (!out.empty()) {
    size_t read = 0;
    const size_t written = text->WriteUtf8V2(isolate, reinterpret_cast<char*>(out.data()), out.size(),
                                             v8::String::WriteFlags::kReplaceInvalidUtf8, &read);
    result[0] = static_cast<uint32_t>(read);
    result[1] = static_cast<uint32_t>(written);
  }
  std::memcpy(counts.data(), result, sizeof(result));
}

/// A converter with a memory: streams, and every encoding but the three above.
class Decoder final : public bind::Object {
 public:
  Decoder(Environment& env, std::string label, std::string icu_name, bool ignore_bom, bool fatal)
      : Object(env), label_(std::move(label)), ignore_bom_(ignore_bom) {
    UErrorCode status = U_ZERO_ERROR;
    converter_.reset(ucnv_open(icu_name.c_str(), &status));
    if (U_FAILURE(status)) {
      converter_.reset();
      return;
    }
    if (fatal) ucnv_setToUCallBack(converter_.get(), UCNV_TO_U_CALLBACK_STOP, nullptr, nullptr, nullptr, &status);
    else ucnv_setToUCallBack(converter_.get(), substitute, nullptr, nullptr, nullptr, &status);
  }

  [[nodiscard]] bool is_open() const { return converter_ != nullptr; }

  /// The next piece of the stream; `flush` ends it and makes the decoder new.
  Result<v8::Local<v8::String>> decode(v8::Isolate* isolate, Bytes bytes, bool flush) {
    if (converter_ == nullptr) return bind::fail(invalid_data(label_));
    const char* source = reinterpret_cast<const char*>(bytes.data());
    const char* const source_end = source + bytes.size();
    std::u16string units;
    UErrorCode status;
    do {
      const size_t start = units.size();
      units.resize(start + std::max<size_t>(64, static_cast<size_t>(source_end - source) + 8));
      char16_t* target = units.data() + start;
      status = U_ZERO_ERROR;
      ucnv_toUnicode(converter_.get(), &target, units.data() + units.size(), &source, source_end, nullptr, flush,
                     &status);
      units.resize(static_cast<size_t>(target - units.data()));
    } while (status == U_BUFFER_OVERFLOW_ERROR);
    const bool failed = U_FAILURE(status);
    std::u16string_view text = units;
    if (!failed && !bom_seen_ && !ignore_bom_ && !text.empty()) {
      if (text.front() == 0xFEFF) text.remove_prefix(1);
      bom_seen_ = true;
    }
    if (flush || failed) {
      ucnv_reset(converter_.get());
      bom_seen_ = false;
    }
    if (failed) return bind::fail(invalid_data(label_));
    return utf16_string(isolate, text.data(), text.size());
  }

 private:
  struct Close {
    void operator()(UConverter* converter) const { ucnv_close(converter); }
  };
  std::unique_ptr<UConverter, Close> converter_;
  std::string label_;
  bool ignore_bom_;
  bool bom_seen_ = false;
};

}  // namespace

BIND_MODULE(encoding) {
  module.function<decode_utf8>("decodeUtf8");
  module.function<decode_latin1>("decodeLatin1");
  module.function<decode_table>("decodeTable");
  module.function<encode_utf8>("encodeUtf8");
  module.function<encode_into>("encodeInto");
  module.class_<Decoder>("Decoder")
      .constructor<std::string, std::string, bool, bool>()
      .method<&Decoder::decode>("decode")
      .method<&Decoder::is_open>("isOpen");
}

}  // namespace vireo::web
