// Zstandard: RFC 8878.
#include <zstd.h>
#include <zstd_errors.h>

#include "zlib/engine.h"

namespace vireo::zlib {

namespace {

const char* error_name(ZSTD_ErrorCode code) {
  switch (code) {
#define NAME(name) \
  case ZSTD_error_##name: return "ZSTD_error_" #name;
    NAME(no_error)
    NAME(prefix_unknown)
    NAME(version_unsupported)
    NAME(frameParameter_unsupported)
    NAME(frameParameter_windowTooLarge)
    NAME(corruption_detected)
    NAME(checksum_wrong)
    NAME(literals_headerWrong)
    NAME(dictionary_corrupted)
    NAME(dictionary_wrong)
    NAME(dictionaryCreation_failed)
    NAME(parameter_unsupported)
    NAME(parameter_combination_unsupported)
    NAME(parameter_outOfBound)
    NAME(tableLog_tooLarge)
    NAME(maxSymbolValue_tooLarge)
    NAME(maxSymbolValue_tooSmall)
    NAME(stabilityCondition_notRespected)
    NAME(stage_wrong)
    NAME(init_missing)
    NAME(memory_allocation)
    NAME(workSpace_tooSmall)
    NAME(dstSize_tooSmall)
    NAME(srcSize_wrong)
    NAME(dstBuffer_null)
    NAME(noForwardProgress_destFull)
    NAME(noForwardProgress_inputEmpty)
#undef NAME
    default: return "ZSTD_error_GENERIC";
  }
}

Failure failure_of(size_t result) {
  const ZSTD_ErrorCode code = ZSTD_getErrorCode(result);
  return {static_cast<int>(code), error_name(code), ZSTD_getErrorString(code)};
}

class ZstdEncoder final : public Engine {
 public:
  explicit ZstdEncoder(std::optional<uint64_t> pledged_size)
      : pledged_size_(pledged_size), context_(ZSTD_createCCtx()) {}

  bool set_up(const Settings& settings, Failure& failure) {
    const char* problem = nullptr;
    if (!context_) problem = "Could not initialize zstd instance";
    for (size_t i = 0; !problem && i + 1 < settings.numbers.size(); i += 2) {
      const auto parameter = static_cast<ZSTD_cParameter>(settings.numbers[i]);
      if (ZSTD_isError(ZSTD_CCtx_setParameter(context_.get(), parameter, settings.numbers[i + 1])) != 0)
        problem = "Setting parameter failed";
    }
    if (!problem && !settings.dictionary.empty() &&
        ZSTD_isError(
            ZSTD_CCtx_loadDictionary(context_.get(), settings.dictionary.data(), settings.dictionary.size())) != 0) {
      problem = "Failed to load zstd dictionary";
    }
    if (!problem && !pledge()) problem = "Could not set pledged src size";
    if (problem) failure = {-1, kInitializationFailed, problem};
    return problem == nullptr;
  }

  void run(std::span<const uint8_t>& in, std::span<uint8_t>& out, int flush, Failure& failure) override {
    // The library forgets the pledge when the first call is the last one, too.
    if (flush == ZSTD_e_end && pledged_size_ && consumed_ + in.size() != *pledged_size_) {
      failure = failure_of(static_cast<size_t>(-static_cast<int64_t>(ZSTD_error_srcSize_wrong)));
      return;
    }
    ZSTD_inBuffer input{in.data(), in.size(), 0};
    ZSTD_outBuffer output{out.data(), out.size(), 0};
    const size_t rest = ZSTD_compressStream2(context_.get(), &output, &input, static_cast<ZSTD_EndDirective>(flush));
    in = in.subspan(input.pos);
    out = out.subspan(output.pos);
    consumed_ += input.pos;
    if (ZSTD_isError(rest) != 0) failure = failure_of(rest);
  }

  void reset(Failure& failure) override {
    ZSTD_CCtx_reset(context_.get(), ZSTD_reset_session_only);
    consumed_ = 0;
    if (!pledge()) failure = {-1, kInitializationFailed, "Could not set pledged src size"};
  }

 private:
  bool pledge() {
    return !pledged_size_ || ZSTD_isError(ZSTD_CCtx_setPledgedSrcSize(context_.get(), *pledged_size_)) == 0;
  }
  struct Delete {
    void operator()(ZSTD_CCtx* context) const { ZSTD_freeCCtx(context); }
  };
  const std::optional<uint64_t> pledged_size_;
  uint64_t consumed_ = 0;
  std::unique_ptr<ZSTD_CCtx, Delete> context_;
};

class ZstdDecoder final : public Engine {
 public:
  ZstdDecoder() : context_(ZSTD_createDCtx()) {}

  bool set_up(const Settings& settings, Failure& failure) {
    const char* problem = nullptr;
    if (!context_) problem = "Could not initialize zstd instance";
    for (size_t i = 0; !problem && i + 1 < settings.numbers.size(); i += 2) {
      const auto parameter = static_cast<ZSTD_dParameter>(settings.numbers[i]);
      if (ZSTD_isError(ZSTD_DCtx_setParameter(context_.get(), parameter, settings.numbers[i + 1])) != 0)
        problem = "Setting parameter failed";
    }
    if (!problem && !settings.dictionary.empty() &&
        ZSTD_isError(
            ZSTD_DCtx_loadDictionary(context_.get(), settings.dictionary.data(), settings.dictionary.size())) != 0) {
      problem = "Failed to load zstd dictionary";
    }
    if (problem) failure = {-1, kInitializationFailed, problem};
    return problem == nullptr;
  }

  void run(std::span<const uint8_t>& in, std::span<uint8_t>& out, int flush, Failure& failure) override {
    if (in.empty() && rest_ == 0) return;  // between frames: nothing is missing
    ZSTD_inBuffer input{in.data(), in.size(), 0};
    ZSTD_outBuffer output{out.data(), out.size(), 0};
    rest_ = ZSTD_decompressStream(context_.get(), &output, &input);
    in = in.subspan(input.pos);
    out = out.subspan(output.pos);
    if (ZSTD_isError(rest_) != 0) failure = failure_of(rest_);
    else if (flush == ZSTD_e_end && rest_ != 0 && in.empty() && !out.empty()) failure = unexpected_end();
  }

  void reset(Failure&) override {
    ZSTD_DCtx_reset(context_.get(), ZSTD_reset_session_only);
    rest_ = 1;
  }

 private:
  struct Delete {
    void operator()(ZSTD_DCtx* context) const { ZSTD_freeDCtx(context); }
  };
  // What the decoder expects still; nothing when a frame has just ended.
  size_t rest_ = 1;
  std::unique_ptr<ZSTD_DCtx, Delete> context_;
};

}  // namespace

std::unique_ptr<Engine> make_zstd(Settings settings, Failure& failure) {
  if (settings.mode == kZstdCompress) {
    auto engine = std::make_unique<ZstdEncoder>(settings.pledged_size);
    if (!engine->set_up(settings, failure)) return nullptr;
    return engine;
  }
  auto engine = std::make_unique<ZstdDecoder>();
  if (!engine->set_up(settings, failure)) return nullptr;
  return engine;
}

}  // namespace vireo::zlib
