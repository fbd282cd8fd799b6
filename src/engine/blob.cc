#include "engine/blob.h"

#include <cstring>

namespace vireo::engine {

namespace {

constexpr size_t kAlignment = 8;  // V8 wants its snapshot aligned

size_t padding(size_t size) { return (kAlignment - size % kAlignment) % kAlignment; }

uint32_t read_u32(std::string_view bytes, size_t offset) {
  uint32_t value;
  std::memcpy(&value, bytes.data() + offset, sizeof(value));
  return value;
}

void append_u32(std::string& out, size_t value) {
  const auto narrow = static_cast<uint32_t>(value);
  out.append(reinterpret_cast<const char*>(&narrow), sizeof(narrow));
}

}  // namespace

Table parse_table(std::string_view bytes) {
  Table table;
  if (bytes.size() < 8) return table;
  const uint32_t count = read_u32(bytes, 0);
  size_t offset = 8;
  for (uint32_t i = 0; i < count; i++) {
    const uint32_t name_length = read_u32(bytes, offset);
    const uint32_t size = read_u32(bytes, offset + 4);
    offset += 8;
    const std::string_view name = bytes.substr(offset, name_length);
    offset += name_length + padding(name_length);
    table.emplace(name, bytes.substr(offset, size));
    offset += size + padding(size);
  }
  return table;
}

std::string format_table(const std::map<std::string, std::string>& entries) {
  std::string out;
  append_u32(out, entries.size());
  append_u32(out, 0);
  for (const auto& [name, bytes] : entries) {
    append_u32(out, name.size());
    append_u32(out, bytes.size());
    out += name;
    out.append(padding(name.size()), '\0');
    out += bytes;
    out.append(padding(bytes.size()), '\0');
  }
  return out;
}

Blob::Blob(std::string_view bytes) {
  Table table = parse_table(bytes);
  snapshot_ = table["snapshot"];
  meta_ = table["meta"];
  source_bytes_ = table["sources"];
  cache_bytes_ = table["caches"];
}

Blob Blob::from_sources(std::string_view sources) {
  Blob blob;
  blob.source_bytes_ = sources;
  return blob;
}

const Table& Blob::sources() const {
  if (sources_.empty()) sources_ = parse_table(source_bytes_);
  return sources_;
}

const Table& Blob::caches() const {
  if (caches_.empty()) caches_ = parse_table(cache_bytes_);
  return caches_;
}

}  // namespace vireo::engine
