// The numbers of a stat on their way to JavaScript.
#pragma once

#include <uv.h>

#include <array>

#include "bind/bind.h"

namespace vireo::fs {

inline constexpr size_t kFields = 14;  // ten numbers, then atime, mtime, ctime, birthtime

struct StatNumbers {
  std::array<int64_t, 10> numbers;  // dev, mode, nlink, uid, gid, rdev, blksize, ino, size, blocks
  std::array<uv_timespec64_t, 4> times;
  bool as_bigint = false;

  /// Times in milliseconds with a fraction.
  void write_doubles(double* out) const {
    for (size_t i = 0; i < numbers.size(); i++)
      out[i] = static_cast<double>(i == 7 ? static_cast<uint64_t>(numbers[i]) : numbers[i]);
    for (size_t i = 0; i < times.size(); i++) {
      out[10 + i] = static_cast<double>(times[i].tv_sec) * 1e3 + static_cast<double>(times[i].tv_nsec) / 1e6;
    }
  }

  /// Times in nanoseconds.
  void write_integers(int64_t* out) const {
    for (size_t i = 0; i < numbers.size(); i++) out[i] = numbers[i];
    for (size_t i = 0; i < times.size(); i++) out[10 + i] = times[i].tv_sec * 1'000'000'000 + times[i].tv_nsec;
  }
};

inline v8::Local<v8::Value> to_js(bind::Context& cx, const StatNumbers& stat) {
  v8::Local<v8::ArrayBuffer> buffer = v8::ArrayBuffer::New(cx.isolate, kFields * sizeof(double));
  if (stat.as_bigint) {
    stat.write_integers(static_cast<int64_t*>(buffer->Data()));
    return v8::BigInt64Array::New(buffer, 0, kFields);
  }
  stat.write_doubles(static_cast<double*>(buffer->Data()));
  return v8::Float64Array::New(buffer, 0, kFields);
}

}  // namespace vireo::fs
