#include "http2/names.h"

namespace vireo::http2 {

namespace {

/// A peer must not fill our memory with names, nor with values.
constexpr size_t kMaxNames = 512;
constexpr size_t kMaxLength = 256;

}  // namespace

v8::Local<v8::String> FieldStrings::make(std::string_view latin1, v8::NewStringType type) const {
  if (latin1.empty()) return v8::String::Empty(isolate_);
  return v8::String::NewFromOneByte(isolate_, reinterpret_cast<const uint8_t*>(latin1.data()), type,
                                    static_cast<int>(latin1.size()))
      .FromMaybe(v8::String::Empty(isolate_));
}

FieldStrings::Entry* FieldStrings::find(std::string_view name) {
  if (const auto found = entries_.find(name); found != entries_.end()) return &found->second;
  if (entries_.size() >= kMaxNames || name.size() > kMaxLength) return nullptr;
  Entry& entry = entries_[std::string(name)];
  entry.name.Reset(isolate_, make(name, v8::NewStringType::kInternalized));
  return &entry;
}

v8::Local<v8::String> FieldStrings::value(Entry* entry, std::string_view value) {
  if (entry == nullptr || value.size() > kMaxLength) return make(value, v8::NewStringType::kNormal);
  if (!entry->last_string.IsEmpty() && entry->last == value) return entry->last_string.Get(isolate_);
  v8::Local<v8::String> made = make(value, v8::NewStringType::kNormal);
  entry->last = value;
  entry->last_string.Reset(isolate_, made);
  return made;
}

}  // namespace vireo::http2
