// JavaScript strings of header names and values that keep coming: made once.
#pragma once

#include <v8.h>

#include <string>
#include <string_view>
#include <unordered_map>

#include "engine/environment.h"

namespace vireo::http2 {

/// `environment.state<FieldStrings>()`.
class FieldStrings {
 public:
  explicit FieldStrings(Environment& env) : isolate_(env.isolate()) {}

  struct Entry {
    v8::Global<v8::String> name;
    std::string last;  // the value seen last, and its string
    v8::Global<v8::String> last_string;
  };

  /// What is known of this name; null when too many are known already.
  Entry* find(std::string_view name);
  v8::Local<v8::String> value(Entry* entry, std::string_view value);
  [[nodiscard]] v8::Local<v8::String> make(std::string_view latin1, v8::NewStringType type) const;

 private:
  struct Hash {
    using is_transparent = void;
    size_t operator()(std::string_view text) const { return std::hash<std::string_view>()(text); }
  };
  v8::Isolate* isolate_;
  std::unordered_map<std::string, Entry, Hash, std::equal_to<>> entries_;
};

}  // namespace vireo::http2
