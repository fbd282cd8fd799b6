// Bytes cross the border as views: no copies unless they outlive the call.
#pragma once

#include <cstdlib>
#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "bind/context.h"

namespace vireo::bind {

/// The bytes of a TypedArray, DataView, ArrayBuffer or SharedArrayBuffer, valid during the call.
class Bytes : public std::span<uint8_t> {
 public:
  Bytes() = default;
  Bytes(uint8_t* data, size_t size) : std::span<uint8_t>(data, size) {}
  [[nodiscard]] std::string_view text() const { return {reinterpret_cast<const char*>(data()), size()}; }
};

/// The same, which keeps the memory alive: for other threads and for pending I/O.
class SharedBytes : public Bytes {
 public:
  SharedBytes() = default;
  SharedBytes(std::shared_ptr<v8::BackingStore> store, uint8_t* data, size_t size)
      : Bytes(data, size), store_(std::move(store)) {}

 private:
  std::shared_ptr<v8::BackingStore> store_;
};

/// Bytes made in C++ that become a Buffer without a copy. Uninitialised when made with a size.
class OwnedBytes {
 public:
  OwnedBytes() = default;
  explicit OwnedBytes(size_t size) : data_(static_cast<uint8_t*>(std::malloc(size == 0 ? 1 : size))), size_(size) {
    if (data_ == nullptr) size_ = 0;
  }
  explicit OwnedBytes(std::span<const uint8_t> source) : OwnedBytes(source.size()) {
    if (size_ != 0) std::memcpy(data_, source.data(), size_);
  }
  explicit OwnedBytes(std::string_view source)
      : OwnedBytes(std::span(reinterpret_cast<const uint8_t*>(source.data()), source.size())) {}
  OwnedBytes(OwnedBytes&& other) noexcept : data_(other.data_), size_(other.size_) {
    other.data_ = nullptr;
    other.size_ = 0;
  }
  OwnedBytes& operator=(OwnedBytes&& other) noexcept {
    std::swap(data_, other.data_);
    std::swap(size_, other.size_);
    return *this;
  }
  ~OwnedBytes() { std::free(data_); }

  /// Whether memory could be had (a size of zero is fine).
  explicit operator bool() const { return data_ != nullptr; }
  [[nodiscard]] uint8_t* data() { return data_; }
  [[nodiscard]] const uint8_t* data() const { return data_; }
  [[nodiscard]] size_t size() const { return size_; }
  [[nodiscard]] std::span<uint8_t> span() { return {data_, size_}; }

  /// Gives back what was not needed; `size` must not be above `size()`.
  void shrink(size_t size) {
    if (size == size_) return;
    if (auto* smaller = static_cast<uint8_t*>(std::realloc(data_, size == 0 ? 1 : size))) data_ = smaller;
    size_ = size;
  }

  /// Gives the malloc'ed memory away.
  [[nodiscard]] uint8_t* release() {
    uint8_t* data = data_;
    data_ = nullptr;
    size_ = 0;
    return data;
  }

 private:
  uint8_t* data_ = nullptr;
  size_t size_ = 0;
};

/// A file name: the bytes of a string or a Buffer. Not checked for NUL; JavaScript has done so.
class Path : public std::string {
 public:
  using std::string::string;
  Path() = default;
  explicit Path(std::string&& text) : std::string(std::move(text)) {}
};

}  // namespace vireo::bind
