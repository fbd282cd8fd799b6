// Header fields: those that arrive, as nghttp2 holds them, and those that leave, as nghttp2 wants them.
#pragma once

#include <nghttp2/nghttp2.h>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace vireo::http2 {

/// The fields of one block that has arrived. The bytes stay nghttp2's, counted by reference.
class Fields {
 public:
  struct Field {
    nghttp2_rcbuf* name;
    nghttp2_rcbuf* value;
    bool sensitive;  // must not be indexed by a compressor

    [[nodiscard]] std::string_view name_text() const { return text(name); }
    [[nodiscard]] std::string_view value_text() const { return text(value); }

   private:
    static std::string_view text(nghttp2_rcbuf* buffer) {
      const nghttp2_vec bytes = nghttp2_rcbuf_get_buf(buffer);
      return {reinterpret_cast<const char*>(bytes.base), bytes.len};
    }
  };

  Fields() = default;
  Fields(const Fields&) = delete;
  Fields& operator=(const Fields&) = delete;
  ~Fields() { clear(); }

  void add(nghttp2_rcbuf* name, nghttp2_rcbuf* value, bool sensitive) {
    nghttp2_rcbuf_incref(name);
    nghttp2_rcbuf_incref(value);
    list_.push_back({name, value, sensitive});
    bytes_ += list_.back().name_text().size() + list_.back().value_text().size();
  }
  void clear() {
    for (const Field& field : list_) {
      nghttp2_rcbuf_decref(field.name);
      nghttp2_rcbuf_decref(field.value);
    }
    list_.clear();
    bytes_ = 0;
  }
  [[nodiscard]] const std::vector<Field>& list() const { return list_; }
  [[nodiscard]] size_t size() const { return list_.size(); }
  [[nodiscard]] size_t bytes() const { return bytes_; }

 private:
  std::vector<Field> list_;
  size_t bytes_ = 0;
};

/// The fields of one block that is to leave, out of the text in which they cross from JavaScript: for each field '1'
/// (sensitive) or '0', the name, NUL, the value, NUL.
class FieldBlock {
 public:
  /// Empty when the text does not hold exactly `count` fields: one of them has a NUL in it.
  static std::optional<FieldBlock> parse(std::string text, size_t count);

  [[nodiscard]] const nghttp2_nv* data() const { return fields_.data(); }
  [[nodiscard]] size_t size() const { return fields_.size(); }

 private:
  std::string text_;
  std::vector<nghttp2_nv> fields_;
};

}  // namespace vireo::http2
