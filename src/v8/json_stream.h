#pragma once
#include <v8-profiler.h>

#include <string>

namespace vireo::v8_module {

/// Gathers the JSON that V8's profilers write.
class JsonStream final : public v8::OutputStream {
 public:
  void EndOfStream() override {}
  int GetChunkSize() override { return 64 * 1024; }
  WriteResult WriteAsciiChunk(char* data, int size) override {
    text_.append(data, static_cast<size_t>(size));
    return kContinue;
  }
  [[nodiscard]] const std::string& text() const { return text_; }
  [[nodiscard]] std::string take() { return std::move(text_); }

 private:
  std::string text_;
};

}  // namespace vireo::v8_module
