// Brotli: RFC 7932, with the raw dictionaries of "Shared Brotli".
#include <brotli/decode.h>
#include <brotli/encode.h>

#include "zlib/engine.h"

namespace vireo::zlib {

namespace {

struct Delete {
  void operator()(BrotliEncoderState* state) const { BrotliEncoderDestroyInstance(state); }
  void operator()(BrotliDecoderState* state) const { BrotliDecoderDestroyInstance(state); }
  void operator()(BrotliEncoderPreparedDictionary* dictionary) const {
    BrotliEncoderDestroyPreparedDictionary(dictionary);
  }
};

const Failure kNotInitialized{-1, kInitializationFailed, "Initialization failed"};

class BrotliEncoder final : public Engine {
 public:
  explicit BrotliEncoder(Settings settings) : settings_(std::move(settings)) {}

  void run(std::span<const uint8_t>& in, std::span<uint8_t>& out, int flush, Failure& failure) override {
    size_t available_in = in.size();
    const uint8_t* next_in = in.data();
    size_t available_out = out.size();
    uint8_t* next_out = out.data();
    const bool ok =
        state_ && BrotliEncoderCompressStream(state_.get(), static_cast<BrotliEncoderOperation>(flush), &available_in,
                                              &next_in, &available_out, &next_out, nullptr) != 0;
    in = in.subspan(in.size() - available_in);
    out = out.subspan(out.size() - available_out);
    if (!ok) failure = {-1, "ERR_BROTLI_COMPRESSION_FAILED", "Compression failed"};
  }

  void reset(Failure& failure) override {
    state_.reset(BrotliEncoderCreateInstance(nullptr, nullptr, nullptr));
    bool ok = state_ != nullptr;
    const std::vector<int32_t>& numbers = settings_.numbers;
    for (size_t i = 0; ok && i + 1 < numbers.size(); i += 2) {
      ok = BrotliEncoderSetParameter(state_.get(), static_cast<BrotliEncoderParameter>(numbers[i]),
                                     static_cast<uint32_t>(numbers[i + 1])) != 0;
    }
    if (ok && !settings_.dictionary.empty()) {
      if (!dictionary_) {
        dictionary_.reset(BrotliEncoderPrepareDictionary(BROTLI_SHARED_DICTIONARY_RAW, settings_.dictionary.size(),
                                                         settings_.dictionary.data(), BROTLI_MAX_QUALITY, nullptr,
                                                         nullptr, nullptr));
      }
      ok = dictionary_ && BrotliEncoderAttachPreparedDictionary(state_.get(), dictionary_.get()) != 0;
    }
    if (!ok) failure = kNotInitialized;
  }

 private:
  const Settings settings_;
  std::unique_ptr<BrotliEncoderPreparedDictionary, Delete> dictionary_;
  std::unique_ptr<BrotliEncoderState, Delete> state_;
};

class BrotliDecoder final : public Engine {
 public:
  explicit BrotliDecoder(Settings settings) : settings_(std::move(settings)) {}

  void run(std::span<const uint8_t>& in, std::span<uint8_t>& out, int flush, Failure& failure) override {
    if (!state_) {
      failure = kNotInitialized;
      return;
    }
    size_t available_in = in.size();
    const uint8_t* next_in = in.data();
    size_t available_out = out.size();
    uint8_t* next_out = out.data();
    const BrotliDecoderResult result =
        BrotliDecoderDecompressStream(state_.get(), &available_in, &next_in, &available_out, &next_out, nullptr);
    in = in.subspan(in.size() - available_in);
    out = out.subspan(out.size() - available_out);
    if (result == BROTLI_DECODER_RESULT_ERROR) {
      const BrotliDecoderErrorCode error = BrotliDecoderGetErrorCode(state_.get());
      // Programs know these as ERR__ERROR_FORMAT_...; the library has begun to leave the underscore out.
      std::string name = BrotliDecoderErrorString(error);
      if (!name.starts_with('_')) name.insert(0, 1, '_');
      failure = {static_cast<int>(error), "ERR_" + name, "Decompression failed"};
    } else if (flush == BROTLI_OPERATION_FINISH && result == BROTLI_DECODER_RESULT_NEEDS_MORE_INPUT) {
      failure = unexpected_end();
    }
  }

  void reset(Failure& failure) override {
    state_.reset(BrotliDecoderCreateInstance(nullptr, nullptr, nullptr));
    bool ok = state_ != nullptr;
    const std::vector<int32_t>& numbers = settings_.numbers;
    for (size_t i = 0; ok && i + 1 < numbers.size(); i += 2) {
      ok = BrotliDecoderSetParameter(state_.get(), static_cast<BrotliDecoderParameter>(numbers[i]),
                                     static_cast<uint32_t>(numbers[i + 1])) != 0;
    }
    if (ok && !settings_.dictionary.empty()) {
      ok = BrotliDecoderAttachDictionary(state_.get(), BROTLI_SHARED_DICTIONARY_RAW, settings_.dictionary.size(),
                                         settings_.dictionary.data()) != 0;
    }
    if (!ok) failure = kNotInitialized;
  }

 private:
  // The decoder reads the dictionary where it lies.
  const Settings settings_;
  std::unique_ptr<BrotliDecoderState, Delete> state_;
};

}  // namespace

std::unique_ptr<Engine> make_brotli(Settings settings, Failure& failure) {
  std::unique_ptr<Engine> engine;
  if (settings.mode == kBrotliEncode) engine = std::make_unique<BrotliEncoder>(std::move(settings));
  else engine = std::make_unique<BrotliDecoder>(std::move(settings));
  engine->reset(failure);
  if (failure) return nullptr;
  return engine;
}

}  // namespace vireo::zlib
