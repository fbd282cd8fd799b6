#include "engine/blob.h"

#include <cstring>

#include "bind/module.h"

namespace vireo::engine {

namespace {

constexpr size_t kAlignment = 8;  // V8 wants its snapshot aligned
constexpr size_t kHeader = 8;
constexpr size_t kIndexEntry = 16;

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

Table::Table(std::string_view bytes) {
  if (bytes.size() < kHeader) return;
  const size_t count = read_u32(bytes, 0);
  if (bytes.size() < kHeader + count * kIndexEntry) return;
  bytes_ = bytes;
  count_ = count;
}

std::string_view Table::name_at(size_t index) const {
  const size_t entry = kHeader + index * kIndexEntry;
  return bytes_.substr(read_u32(bytes_, entry), read_u32(bytes_, entry + 4));
}

Table::Entry Table::operator[](size_t index) const {
  const size_t entry = kHeader + index * kIndexEntry;
  return {name_at(index), bytes_.substr(read_u32(bytes_, entry + 8), read_u32(bytes_, entry + 12))};
}

std::optional<size_t> Table::find(std::string_view name) const {
  size_t low = 0;
  size_t high = count_;
  while (low < high) {
    const size_t middle = (low + high) / 2;
    if (name_at(middle) < name) {
      low = middle + 1;
    } else {
      high = middle;
    }
  }
  if (low == count_ || name_at(low) != name) return std::nullopt;
  return low;
}

std::string_view Table::get(std::string_view name) const {
  const std::optional<size_t> index = find(name);
  return index ? (*this)[*index].second : std::string_view();
}

std::string format_table(const std::map<std::string, std::string>& entries) {
  std::string index;
  std::string names;
  std::string bytes;
  const size_t names_at = kHeader + entries.size() * kIndexEntry;
  size_t names_size = 0;
  for (const auto& [name, entry] : entries) names_size += name.size();
  const size_t bytes_at = names_at + names_size + padding(names_at + names_size);
  for (const auto& [name, entry] : entries) {
    append_u32(index, names_at + names.size());
    append_u32(index, name.size());
    append_u32(index, bytes_at + bytes.size());
    append_u32(index, entry.size());
    names += name;
    bytes += entry;
    bytes.append(padding(bytes.size()), '\0');
  }
  std::string out;
  append_u32(out, entries.size());
  append_u32(out, 0);
  out += index;
  out += names;
  out.append(padding(out.size()), '\0');
  out += bytes;
  return out;
}

Blob::Blob(std::string_view bytes) {
  const Table table(bytes);
  snapshot_ = table.get("snapshot");
  meta_ = table.get("meta");
  caches_ = Table(table.get("caches"));
  set_sources(table.get("sources"));
}

Blob Blob::from_sources(std::string_view sources) {
  Blob blob;
  blob.set_sources(sources);
  return blob;
}

void Blob::set_sources(std::string_view bytes) {
  sources_ = Table(bytes);
  texts_.reserve(sources_.size());
  for (size_t i = 0; i < sources_.size(); i++) {
    texts_.push_back(std::make_unique<SourceText>(sources_[i].second));
    references_.push_back(reinterpret_cast<intptr_t>(texts_.back().get()));
  }
  // Last: a program may bind more than the one that made the snapshot did (as the unit tests do).
  for (const intptr_t* function = bind::Registry::external_references(); *function != 0; function++)
    references_.push_back(*function);
  references_.push_back(0);
}

}  // namespace vireo::engine
