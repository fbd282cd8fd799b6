// One direction of one format, without any V8, so that it can run on every thread.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace vireo::zlib {

/// As node:zlib numbers them (`zlib.constants`).
enum Mode : int32_t {
  kNone,
  kDeflate,
  kInflate,
  kGzip,
  kGunzip,
  kDeflateRaw,
  kInflateRaw,
  kUnzip,
  kBrotliDecode,
  kBrotliEncode,
  kZstdCompress,
  kZstdDecompress
};

/// What `error.errno`, `error.code` and `error.message` will be. No code: no failure.
struct Failure {
  int number = 0;
  std::string code;
  std::string message;

  explicit operator bool() const { return !code.empty(); }
};

/// Settings as they come from JavaScript, checked there. `numbers`: for zlib [windowBits, level, memLevel, strategy],
/// else pairs of parameter and value.
struct Settings {
  Mode mode = kNone;
  std::vector<int32_t> numbers;
  std::vector<uint8_t> dictionary;
  /// Zstandard: how much will be compressed in all.
  std::optional<uint64_t> pledged_size;
  /// Stop after the first member of a gzip file.
  bool one_member = false;
};

class Engine {
 public:
  virtual ~Engine() = default;

  /// Takes from `in` what it can, gives to `out` what fits, and moves both past what was used.
  virtual void run(std::span<const uint8_t>& in, std::span<uint8_t>& out, int flush, Failure& failure) = 0;
  /// As if newly made.
  virtual void reset(Failure& failure) = 0;
  /// Level and strategy, where the format can change them on the way.
  virtual void set_parameters(int, int, Failure&) {}
};

/// Each gives null and a failure when the library refuses the settings.
std::unique_ptr<Engine> make_zlib(Settings settings, Failure& failure);
std::unique_ptr<Engine> make_brotli(Settings settings, Failure& failure);
std::unique_ptr<Engine> make_zstd(Settings settings, Failure& failure);

inline constexpr const char* kInitializationFailed = "ERR_ZLIB_INITIALIZATION_FAILED";

/// What a decompressor says when the input ended before the data did.
Failure unexpected_end();

}  // namespace vireo::zlib
