// What the build embeds in the executable: V8's snapshot, the sources of the internal modules, their code caches.
#pragma once

#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <string_view>

namespace vireo::engine {

/// A table name -> bytes: u32 count, then for each u32 name length, u32 size, name, bytes (padded to 8).
using Table = std::map<std::string_view, std::string_view>;
Table parse_table(std::string_view bytes);
std::string format_table(const std::map<std::string, std::string>& entries);

/// A view of a blob; it must outlive every Environment made from it.
class Blob {
 public:
  Blob() = default;
  /// A blob as `format` makes it: a table with the entries "snapshot", "meta", "sources", "caches".
  explicit Blob(std::string_view bytes);
  /// A blob for the snapshot maker: sources alone.
  static Blob from_sources(std::string_view sources);
  /// The blob in this executable.
  static const Blob& embedded();

  [[nodiscard]] std::string_view snapshot() const { return snapshot_; }
  /// Lines that Environment::save_into wrote.
  [[nodiscard]] std::string_view meta() const { return meta_; }
  [[nodiscard]] const Table& sources() const;
  [[nodiscard]] const Table& caches() const;
  [[nodiscard]] std::string_view source_bytes() const { return source_bytes_; }

 private:
  std::string_view snapshot_;
  std::string_view meta_;
  std::string_view source_bytes_;
  std::string_view cache_bytes_;
  // Parsed when first needed: a program that loads no lazy module never does.
  mutable Table sources_;
  mutable Table caches_;
};

}  // namespace vireo::engine
