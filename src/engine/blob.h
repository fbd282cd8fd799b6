// What the build embeds in the executable: V8's snapshot, the sources of the internal modules, their code caches.
#pragma once

#include <v8.h>

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace vireo::engine {

/// A table name -> bytes, read in place. Its layout: u32 count, u32 zero; for each entry, in the order of the names,
/// u32 name offset, u32 name length, u32 offset, u32 size; the names; the bytes, each entry at a multiple of 8. The
/// index is apart from the bytes so that a look-up touches few pages.
class Table {
 public:
  using Entry = std::pair<std::string_view, std::string_view>;

  Table() = default;
  explicit Table(std::string_view bytes);

  [[nodiscard]] size_t size() const { return count_; }
  [[nodiscard]] bool empty() const { return count_ == 0; }
  /// The entry at `index`, which must be below size().
  [[nodiscard]] Entry operator[](size_t index) const;
  /// The position of the entry `name`.
  [[nodiscard]] std::optional<size_t> find(std::string_view name) const;
  [[nodiscard]] bool contains(std::string_view name) const { return find(name).has_value(); }
  /// The bytes of the entry `name`; empty when there is none.
  [[nodiscard]] std::string_view get(std::string_view name) const;

 private:
  [[nodiscard]] std::string_view name_at(size_t index) const;

  std::string_view bytes_;
  size_t count_ = 0;
};

std::string format_table(const std::map<std::string, std::string>& entries);

/// The text of an internal module where it lies in the blob (Latin-1), as V8 reads it: neither the heap nor the
/// snapshot has a copy. It belongs to the blob, not to any isolate.
class SourceText final : public v8::String::ExternalOneByteStringResource {
 public:
  explicit SourceText(std::string_view text) : text_(text) {}
  [[nodiscard]] const char* data() const override { return text_.data(); }
  [[nodiscard]] size_t length() const override { return text_.size(); }
  [[nodiscard]] size_t EstimateMemoryUsage() const override { return 0; }
  void Dispose() override {}

 private:
  std::string_view text_;
};

/// A view of a blob; it must outlive every Environment made from it. Immutable, so that threads can share it.
class Blob {
 public:
  Blob() = default;
  /// A blob as format_table makes it, with the entries "snapshot", "meta", "sources", "caches".
  explicit Blob(std::string_view bytes);
  /// A blob for the snapshot maker: sources alone.
  static Blob from_sources(std::string_view sources);
  /// The blob in this executable.
  static const Blob& embedded();

  [[nodiscard]] std::string_view snapshot() const { return snapshot_; }
  /// Lines that Environment::save_into wrote.
  [[nodiscard]] std::string_view meta() const { return meta_; }
  [[nodiscard]] const Table& sources() const { return sources_; }
  [[nodiscard]] const Table& caches() const { return caches_; }
  /// The text of the module at `index` of sources().
  [[nodiscard]] SourceText* text(size_t index) const { return texts_[index].get(); }
  /// What the snapshot refers to outside of the heap: the texts, then bound functions. Zero-terminated.
  [[nodiscard]] const intptr_t* external_references() const { return references_.data(); }

 private:
  void set_sources(std::string_view bytes);

  std::string_view snapshot_;
  std::string_view meta_;
  Table sources_;
  Table caches_;
  std::vector<std::unique_ptr<SourceText>> texts_;
  std::vector<intptr_t> references_;
};

}  // namespace vireo::engine
