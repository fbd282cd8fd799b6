// What src/buffer/*.js calls. JavaScript has checked the ranges; everything is clamped here again.
#include <simdutf.h>
#include <v8-fast-api-calls.h>

#include <algorithm>
#include <vector>

#include "bind/bind.h"
#include "buffer/encoding.h"
#include "buffer/search.h"
#include "engine/environment.h"

namespace vireo::buffer {

namespace {

using bind::Bytes;
using bind::Result;

std::span<uint8_t> clamp(const Bytes& bytes, double start, double end) {
  const double size = static_cast<double>(bytes.size());
  const double from = start > 0 ? std::min(start, size) : 0;
  const double to = end > from ? std::min(end, size) : from;
  return bytes.subspan(static_cast<size_t>(from), static_cast<size_t>(to - from));
}

Result<v8::Local<v8::String>> slice(v8::Isolate* isolate, Bytes bytes, int32_t encoding, double start, double end) {
  return decode(isolate, clamp(bytes, start, end), static_cast<Encoding>(encoding));
}

Result<v8::Local<v8::String>> utf8_slice(v8::Isolate* isolate, Bytes bytes) {
  return decode(isolate, bytes, Encoding::kUtf8);
}

double write(v8::Isolate* isolate, Bytes bytes, v8::Local<v8::String> text, int32_t encoding, double offset,
             double length) {
  return static_cast<double>(
      encode_into(isolate, text, static_cast<Encoding>(encoding), clamp(bytes, offset, offset + length)));
}

double byte_length(v8::Isolate* isolate, v8::Local<v8::String> text, int32_t encoding) {
  return static_cast<double>(encoded_size(isolate, text, static_cast<Encoding>(encoding)));
}

v8::Local<v8::ArrayBuffer> to_array_buffer(v8::Isolate* isolate, bind::OwnedBytes bytes) {
  const size_t size = bytes.size();
  if (size == 0) return v8::ArrayBuffer::New(isolate, 0);
  return v8::ArrayBuffer::New(isolate,
                              v8::ArrayBuffer::NewBackingStore(
                                  bytes.release(), size, [](void* data, size_t, void*) { std::free(data); }, nullptr));
}

bind::Error out_of_memory() { return bind::Error::coded("ERR_MEMORY_ALLOCATION_FAILED", "Failed to allocate memory"); }

/// A string's bytes in an ArrayBuffer of their own.
Result<v8::Local<v8::ArrayBuffer>> from_string(v8::Isolate* isolate, v8::Local<v8::String> text, int32_t encoding) {
  v8::Local<v8::ArrayBuffer> memory;
  if (!encode_to_array_buffer(isolate, text, static_cast<Encoding>(encoding)).ToLocal(&memory))
    return bind::fail(out_of_memory());
  return memory;
}

// --- fast calls: optimised code comes here without a frame, with flat Latin-1 strings only
// -----------------------------------

Bytes fast_bytes(v8::Local<v8::Value> value) {
  Bytes bytes;
  bind::bytes_of(value, bytes);
  return bytes;
}

int32_t compare(Bytes a, Bytes b);

double byte_length_utf8(v8::Isolate* isolate, v8::Local<v8::String> text) {
  return static_cast<double>(encoded_size(isolate, text, Encoding::kUtf8));
}

double fast_byte_length_utf8(v8::Local<v8::Value>, const v8::FastOneByteString& text) {
  return static_cast<double>(simdutf::utf8_length_from_latin1(text.data, text.length));
}

double write_utf8(v8::Isolate* isolate, Bytes bytes, v8::Local<v8::String> text, double offset, double length) {
  return static_cast<double>(encode_into(isolate, text, Encoding::kUtf8, clamp(bytes, offset, offset + length)));
}

double fast_write_utf8(v8::Local<v8::Value>, v8::Local<v8::Value> target, const v8::FastOneByteString& text,
                       double offset, double length, v8::FastApiCallbackOptions& options) {
  const v8::HandleScope scope(options.isolate);
  const auto out = clamp(fast_bytes(target), offset, offset + length);
  if (out.empty()) return 0;
  return static_cast<double>(encode_latin1_as_utf8({reinterpret_cast<const uint8_t*>(text.data), text.length}, out));
}

double fast_write(v8::Local<v8::Value>, v8::Local<v8::Value> target, const v8::FastOneByteString& text,
                  int32_t encoding, double offset, double length, v8::FastApiCallbackOptions& options) {
  const v8::HandleScope scope(options.isolate);
  return static_cast<double>(encode_latin1_into({reinterpret_cast<const uint8_t*>(text.data), text.length},
                                                static_cast<Encoding>(encoding),
                                                clamp(fast_bytes(target), offset, offset + length)));
}

int32_t fast_compare(v8::Local<v8::Value>, v8::Local<v8::Value> a, v8::Local<v8::Value> b,
                     v8::FastApiCallbackOptions& options) {
  const v8::HandleScope scope(options.isolate);
  return compare(fast_bytes(a), fast_bytes(b));
}

/// Memory that is not cleared: whoever asks writes all of it.
Result<v8::Local<v8::ArrayBuffer>> allocate_uninitialized(v8::Isolate* isolate, double size) {
  v8::Local<v8::ArrayBuffer> memory;
  if (!v8::ArrayBuffer::MaybeNew(isolate, static_cast<size_t>(size), v8::BackingStoreInitializationMode::kUninitialized)
           .ToLocal(&memory)) {
    return bind::fail(
        bind::Error::coded("ERR_MEMORY_ALLOCATION_FAILED", "Failed to allocate memory", bind::ErrorType::kRangeError));
  }
  return memory;
}

/// Makes `transfer()` and the like of an ArrayBuffer throw: others have views of it.
void forbid_detach(v8::Isolate* isolate, v8::Local<v8::Value> buffer) {
  if (buffer->IsArrayBuffer()) buffer.As<v8::ArrayBuffer>()->SetDetachKey(v8::Symbol::New(isolate));
}

int32_t compare(Bytes a, Bytes b) {
  const size_t common = std::min(a.size(), b.size());
  const int order = common == 0 ? 0 : std::memcmp(a.data(), b.data(), common);
  if (order != 0) return order < 0 ? -1 : 1;
  return a.size() == b.size() ? 0 : (a.size() < b.size() ? -1 : 1);
}

int32_t compare_ranges(Bytes source, Bytes target, double target_start, double target_end, double source_start,
                       double source_end) {
  const auto a = clamp(source, source_start, source_end);
  const auto b = clamp(target, target_start, target_end);
  return compare(Bytes(a.data(), a.size()), Bytes(b.data(), b.size()));
}

void copy(Bytes source, Bytes target, double target_start, double source_start, double length) {
  const auto from = clamp(source, source_start, source_start + length);
  const auto to = clamp(target, target_start, target_start + length);
  const size_t size = std::min(from.size(), to.size());
  if (size != 0) std::memmove(to.data(), from.data(), size);
}

/// Where a search begins, or nothing when it cannot succeed. Offsets below zero count from the end.
std::optional<double> search_start(double length, double offset, double needle, bool forward) {
  if (offset < 0) {
    if (offset + length >= 0) return offset + length;
    if (forward || needle == 0) return 0;
    return std::nullopt;
  }
  if (offset + needle <= length) return offset;
  if (needle == 0) return length;
  if (forward) return std::nullopt;
  return length - 1;
}

double search(View haystack, View needle, double offset, bool forward, size_t step) {
  const auto start =
      search_start(static_cast<double>(haystack.size()), offset, static_cast<double>(needle.size()), forward);
  if (!start) return -1;
  if (needle.empty()) return *start;
  if (*start < 0) return -1;
  size_t from = static_cast<size_t>(*start);
  if (step == 2) {
    if (haystack.size() < 2 || needle.size() < 2) return -1;
    needle = needle.first(needle.size() & ~size_t{1});
    from &= ~size_t{1};
  }
  const auto found = forward ? find_forward(haystack, needle, from, step) : find_backward(haystack, needle, from, step);
  return found ? static_cast<double>(*found) : -1;
}

double index_of_string(v8::Isolate* isolate, Bytes haystack, v8::Local<v8::String> text, double offset,
                       int32_t encoding, bool forward) {
  bind::OwnedBytes needle = encode(isolate, text, static_cast<Encoding>(encoding));
  return search(haystack, needle.span(), offset, forward, static_cast<Encoding>(encoding) == Encoding::kUtf16 ? 2 : 1);
}

double index_of_bytes(Bytes haystack, Bytes needle, double offset, int32_t encoding, bool forward) {
  return search(haystack, needle, offset, forward, static_cast<Encoding>(encoding) == Encoding::kUtf16 ? 2 : 1);
}

double index_of_number(Bytes haystack, uint32_t number, double offset, bool forward) {
  const uint8_t byte = static_cast<uint8_t>(number);
  return search(haystack, View(&byte, 1), offset, forward, 1);
}

double fast_index_of_number(v8::Local<v8::Value>, v8::Local<v8::Value> haystack, uint32_t number, double offset,
                            bool forward, v8::FastApiCallbackOptions& options) {
  const v8::HandleScope scope(options.isolate);
  return index_of_number(fast_bytes(haystack), number, offset, forward);
}

/// Repeats `pattern` over `out`; false when there is nothing to repeat.
bool repeat(std::span<uint8_t> out, View pattern) {
  if (pattern.empty()) return false;
  size_t filled = std::min(pattern.size(), out.size());
  std::memmove(out.data(), pattern.data(), filled);
  while (filled < out.size()) {  // doubles what is there
    const size_t step = std::min(filled, out.size() - filled);
    std::memcpy(out.data() + filled, out.data(), step);
    filled += step;
  }
  return true;
}

bool fill_string(v8::Isolate* isolate, Bytes bytes, v8::Local<v8::String> text, double start, double end,
                 int32_t encoding) {
  bind::OwnedBytes pattern = encode(isolate, text, static_cast<Encoding>(encoding));
  return repeat(clamp(bytes, start, end), pattern.span());
}

bool fill_bytes(Bytes bytes, Bytes pattern, double start, double end) {
  const std::vector<uint8_t> copy(pattern.begin(), pattern.end());  // the two may overlap
  return repeat(clamp(bytes, start, end), copy);
}

template <class Unit, Unit (*Swap)(Unit)>
void swap_units(Bytes bytes) {
  for (size_t i = 0; i + sizeof(Unit) <= bytes.size(); i += sizeof(Unit)) {
    Unit unit;
    std::memcpy(&unit, bytes.data() + i, sizeof(Unit));
    unit = Swap(unit);
    std::memcpy(bytes.data() + i, &unit, sizeof(Unit));
  }
}
uint16_t flip16(uint16_t v) { return __builtin_bswap16(v); }
uint32_t flip32(uint32_t v) { return __builtin_bswap32(v); }
uint64_t flip64(uint64_t v) { return __builtin_bswap64(v); }

bool is_utf8(Bytes bytes) { return simdutf::validate_utf8(bytes.text().data(), bytes.size()); }
bool is_ascii(Bytes bytes) { return simdutf::validate_ascii(bytes.text().data(), bytes.size()); }

/// Re-encodes; what the target cannot say becomes '?'. Base64 and hex are no character encodings: JavaScript refuses
/// them. Nothing when UTF-16 with lone surrogates is to become UTF-8.
/// `text`, of bytes, with U+FFFD for all above U+007F.
v8::Local<v8::String> replace_non_ascii(v8::Isolate* isolate, v8::Local<v8::String> text) {
  std::u16string units;
  {
    const v8::String::ValueView view(isolate, text);
    for (uint32_t i = 0; i < view.length(); i++) {
      const uint16_t unit = view.is_one_byte() ? view.data8()[i] : view.data16()[i];
      units += unit < 0x80 ? static_cast<char16_t>(unit) : u'\uFFFD';
    }
  }
  return v8::String::NewFromTwoByte(isolate, reinterpret_cast<const uint16_t*>(units.data()),
                                    v8::NewStringType::kNormal, static_cast<int>(units.size()))
      .ToLocalChecked();
}

Result<std::optional<v8::Local<v8::ArrayBuffer>>> transcode(v8::Isolate* isolate, Bytes bytes, int32_t from,
                                                            int32_t to) {
  if (static_cast<Encoding>(from) == Encoding::kUtf16 && static_cast<Encoding>(to) == Encoding::kUtf8) {
    std::u16string units(bytes.size() / 2, u'\0');
    std::memcpy(units.data(), bytes.data(), units.size() * 2);
    if (units.empty() || !simdutf::validate_utf16le(units.data(), units.size())) return std::nullopt;
  }
  const Encoding target = static_cast<Encoding>(to);
  // What is no ASCII cannot be told, except in UTF-16, where it passes for Latin-1: as ICU and Node have it.
  const bool is_ascii = static_cast<Encoding>(from) == Encoding::kAscii;
  auto text = decode(isolate, bytes, is_ascii ? Encoding::kLatin1 : static_cast<Encoding>(from));
  if (!text) return std::unexpected(std::move(text.error()));
  if (is_ascii && target != Encoding::kUtf16) *text = replace_non_ascii(isolate, *text);
  if (target != Encoding::kLatin1 && target != Encoding::kAscii) return from_string(isolate, *text, to);
  const uint16_t limit = target == Encoding::kLatin1 ? 0xFF : 0x7F;
  bind::OwnedBytes out(static_cast<size_t>((*text)->Length()));
  if (!out) return bind::fail(out_of_memory());
  size_t size = 0;
  {
    v8::String::ValueView view(isolate, *text);
    for (uint32_t i = 0; i < view.length(); i++) {
      const uint16_t unit = view.is_one_byte() ? view.data8()[i] : view.data16()[i];
      const bool is_pair =
          (unit & 0xFC00) == 0xD800 && i + 1 < view.length() && (view.data16()[i + 1] & 0xFC00) == 0xDC00;
      if (is_pair) i++;
      out.data()[size++] = unit <= limit ? static_cast<uint8_t>(unit) : '?';
    }
  }
  out.shrink(size);
  return to_array_buffer(isolate, std::move(out));
}

/// `btoa`: nothing when a character does not fit into a byte.
std::optional<v8::Local<v8::String>> btoa(v8::Isolate* isolate, v8::Local<v8::String> text) {
  if (!text->ContainsOnlyOneByte()) return std::nullopt;
  bind::OwnedBytes bytes = encode(isolate, text, Encoding::kLatin1);
  auto encoded = decode(isolate, bytes.span(), Encoding::kBase64);
  if (!encoded) return std::nullopt;
  return *encoded;
}

/// `atob`, the forgiving decoder of the Infra standard. Instead of a string: false for a wrong length, nothing for a
/// character that is no digit.
v8::Local<v8::Value> atob(v8::Isolate* isolate, v8::Local<v8::String> text) {
  bind::OwnedBytes out(static_cast<size_t>(text->Length()) / 4 * 3 + 3);
  if (!out) return v8::Undefined(isolate);
  simdutf::result result;
  {
    v8::String::ValueView view(isolate, text);
    char* target = reinterpret_cast<char*>(out.data());
    result = view.is_one_byte()
                 ? simdutf::base64_to_binary(reinterpret_cast<const char*>(view.data8()), view.length(), target)
                 : simdutf::base64_to_binary(reinterpret_cast<const char16_t*>(view.data16()), view.length(), target);
  }
  if (result.error == simdutf::BASE64_INPUT_REMAINDER) return v8::False(isolate);
  if (result.error != simdutf::SUCCESS) return v8::Undefined(isolate);
  auto decoded = decode(isolate, out.span().first(result.count), Encoding::kLatin1);
  if (!decoded) return v8::Undefined(isolate);
  return *decoded;
}

/// Own property names that are no array indices, for inspection.
Result<v8::Local<v8::Array>> non_index_keys(bind::Context& cx, v8::Local<v8::Object> object, bool only_enumerable) {
  v8::Local<v8::Array> keys;
  const auto filter = only_enumerable ? v8::PropertyFilter::ONLY_ENUMERABLE : v8::PropertyFilter::ALL_PROPERTIES;
  if (!object->GetPropertyNames(cx.context, v8::KeyCollectionMode::kOwnOnly, filter, v8::IndexFilter::kSkipIndices)
           .ToLocal(&keys)) {
    return bind::fail(bind::Error::pending());
  }
  return keys;
}

/// Whether the program's code nearest on the stack lies in a node_modules folder.
bool is_inside_node_modules(v8::Isolate* isolate) {
  v8::Local<v8::StackTrace> stack = v8::StackTrace::CurrentStackTrace(isolate, 32, v8::StackTrace::kScriptName);
  for (int i = 0; i < stack->GetFrameCount(); i++) {
    v8::Local<v8::String> name = stack->GetFrame(isolate, static_cast<uint32_t>(i))->GetScriptName();
    if (name.IsEmpty()) continue;
    const std::string file = bind::utf8_of(isolate, name);
    if (file.empty() || file.starts_with("node:")) continue;
    return file.find("/node_modules/") != std::string::npos || file.find("\\node_modules\\") != std::string::npos;
  }
  return false;
}

}  // namespace

BIND_MODULE(buffer) {
  module.function<slice>("slice");
  module.function<write, fast_write>("write");
  module.function<byte_length>("byteLength");
  module.function<from_string>("fromString");
  module.function<allocate_uninitialized>("allocateUninitialized");
  module.function<forbid_detach>("forbidDetach");
  module.function<byte_length_utf8, fast_byte_length_utf8>("byteLengthUtf8");
  module.function<write_utf8, fast_write_utf8>("writeUtf8");
  module.function<utf8_slice>("utf8Slice");
  module.function<compare, fast_compare>("compare");
  module.function<compare_ranges>("compareRanges");
  module.function<copy>("copy");
  module.function<index_of_string>("indexOfString");
  module.function<index_of_bytes>("indexOfBytes");
  module.function<index_of_number, fast_index_of_number>("indexOfNumber");
  module.function<fill_string>("fillString");
  module.function<fill_bytes>("fillBytes");
  module.function<swap_units<uint16_t, flip16>>("swap16");
  module.function<swap_units<uint32_t, flip32>>("swap32");
  module.function<swap_units<uint64_t, flip64>>("swap64");
  module.function<is_utf8>("isUtf8");
  module.function<is_ascii>("isAscii");
  module.function<transcode>("transcode");
  module.function<btoa>("btoa");
  module.function<atob>("atob");
  module.function<non_index_keys>("nonIndexKeys");
  module.function<is_inside_node_modules>("isInsideNodeModules");
  module.constant("kMaxLength", static_cast<double>(v8::TypedArray::kMaxByteLength));
  module.constant("kStringMaxLength", static_cast<double>(v8::String::kMaxLength));
}

}  // namespace vireo::buffer
