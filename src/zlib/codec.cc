// Compression and decompression: zlib, Brotli and Zstandard behind one interface, in the caller's thread or on the
// pool.
#include <brotli/decode.h>
#include <brotli/encode.h>
#include <zlib.h>
#include <zstd.h>
#include <zstd_errors.h>

#include <algorithm>
#include <memory>
#include <span>

#include "bind/bind.h"
#include "engine/environment.h"

namespace vireo::zlib {

namespace {

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

/// One direction of one format. Takes from `in` what it can, gives to `out` what fits.
class Engine {
 public:
  struct Failure {
    int number = 0;
    std::string code;
    std::string message;
  };

  virtual ~Engine() = default;
  /// Moves both spans past what was used. No V8: it runs on any thread.
  virtual void run(std::span<const uint8_t>& in, std::span<uint8_t>& out, int flush, Failure& failure) = 0;
  virtual void reset(Failure& failure) = 0;
  virtual void set_parameters(int, int, Failure&) {}
};

class ZlibEngine final : public Engine {
 public:
  ZlibEngine(Mode mode, int window_bits, int level, int memory_level, int strategy, std::vector<uint8_t> dictionary)
      : mode_(mode),
        window_bits_(window_bits),
        level_(level),
        memory_level_(memory_level),
        strategy_(strategy),
        dictionary_(std::move(dictionary)) {
    if (mode_ == kGzip || mode_ == kGunzip) window_bits_ += 16;
    if (mode_ == kUnzip) window_bits_ += 32;
    if (mode_ == kDeflateRaw || mode_ == kInflateRaw) window_bits_ = -window_bits_;
  }
  ~ZlibEngine() override {
    if (!ready_) return;
    if (compresses()) deflateEnd(&stream_);
    else inflateEnd(&stream_);
  }

  void run(std::span<const uint8_t>& in, std::span<uint8_t>& out, int flush, Failure& failure) override {
    if (!start(failure)) return;
    stream_.next_in = const_cast<uint8_t*>(in.data());
    stream_.avail_in = static_cast<uInt>(in.size());
    stream_.next_out = out.data();
    stream_.avail_out = static_cast<uInt>(out.size());
    int status;
    if (compresses()) {
      status = deflate(&stream_, flush);
    } else {
      status = inflate(&stream_, flush);
      if (status == Z_NEED_DICT && mode_ != kInflateRaw && !dictionary_.empty()) {
        status = inflateSetDictionary(&stream_, dictionary_.data(), static_cast<uInt>(dictionary_.size()));
        if (status == Z_OK) status = inflate(&stream_, flush);
        else if (status == Z_DATA_ERROR) status = Z_NEED_DICT;
      }
      // Further members of a gzip file; zeros behind them are padding.
      while (status == Z_STREAM_END && (mode_ == kGunzip) && stream_.avail_in > 0 && stream_.next_in[0] != 0) {
        inflateReset(&stream_);
        status = inflate(&stream_, flush);
      }
    }
    in = in.subspan(in.size() - stream_.avail_in);
    out = out.subspan(out.size() - stream_.avail_out);
    check(status, flush, failure);
  }

  void reset(Failure& failure) override {
    if (!start(failure)) return;
    const int status = compresses() ? deflateReset(&stream_) : inflateReset(&stream_);
    if (status != Z_OK) return fail(failure, status, "Failed to reset stream");
    set_dictionary(failure);
  }

  void set_parameters(int level, int strategy, Failure& failure) override {
    if (!start(failure) || !compresses()) return;
    const int status = deflateParams(&stream_, level, strategy);
    if (status != Z_OK && status != Z_BUF_ERROR) fail(failure, status, "Failed to set parameters");
  }

 private:
  [[nodiscard]] bool compresses() const { return mode_ == kDeflate || mode_ == kGzip || mode_ == kDeflateRaw; }

  bool start(Failure& failure) {
    if (ready_) return true;
    const int status = compresses() ? deflateInit2(&stream_, level_, Z_DEFLATED, window_bits_, memory_level_, strategy_)
                                    : inflateInit2(&stream_, window_bits_);
    if (status != Z_OK) {
      fail(failure, status, "Init error");
      return false;
    }
    ready_ = true;
    set_dictionary(failure);
    return failure.code.empty();
  }

  void set_dictionary(Failure& failure) {
    if (dictionary_.empty()) return;
    int status = Z_OK;
    if (mode_ == kDeflate || mode_ == kDeflateRaw)
      status = deflateSetDictionary(&stream_, dictionary_.data(), static_cast<uInt>(dictionary_.size()));
    else if (mode_ == kInflateRaw)
      status = inflateSetDictionary(&stream_, dictionary_.data(), static_cast<uInt>(dictionary_.size()));
    if (status != Z_OK) fail(failure, status, "Failed to set dictionary");
  }

  void check(int status, int flush, Failure& failure) {
    switch (status) {
      case Z_OK:
      case Z_BUF_ERROR:
        if (stream_.avail_out != 0 && flush == Z_FINISH) fail(failure, Z_BUF_ERROR, "unexpected end of file");
        break;
      case Z_STREAM_END: break;
      case Z_NEED_DICT: fail(failure, status, dictionary_.empty() ? "Missing dictionary" : "Bad dictionary"); break;
      default: fail(failure, status, "Zlib error");
    }
  }

  void fail(Failure& failure, int status, const char* fallback) {
    static constexpr const char* kNames[] = {"Z_OK", "Z_STREAM_END", "Z_NEED_DICT"};
    static constexpr const char* kErrors[] = {
        "", "Z_ERRNO", "Z_STREAM_ERROR", "Z_DATA_ERROR", "Z_MEM_ERROR", "Z_BUF_ERROR", "Z_VERSION_ERROR"};
    failure.number = status;
    failure.code = status >= 0 ? kNames[status] : kErrors[-status];
    failure.message = stream_.msg != nullptr && status != Z_BUF_ERROR ? stream_.msg : fallback;
  }

  Mode mode_;
  int window_bits_;
  int level_;
  int memory_level_;
  int strategy_;
  std::vector<uint8_t> dictionary_;
  z_stream stream_{};
  bool ready_ = false;
};

class BrotliEncoder final : public Engine {
 public:
  explicit BrotliEncoder(std::vector<uint32_t> parameters) : parameters_(std::move(parameters)) { make(); }
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
  void reset(Failure&) override { make(); }

 private:
  void make() {
    state_.reset(BrotliEncoderCreateInstance(nullptr, nullptr, nullptr));
    for (size_t i = 0; i + 1 < parameters_.size(); i += 2) {
      BrotliEncoderSetParameter(state_.get(), static_cast<BrotliEncoderParameter>(parameters_[i]), parameters_[i + 1]);
    }
  }
  struct Delete {
    void operator()(BrotliEncoderState* state) const { BrotliEncoderDestroyInstance(state); }
  };
  std::vector<uint32_t> parameters_;
  std::unique_ptr<BrotliEncoderState, Delete> state_;
};

class BrotliDecoder final : public Engine {
 public:
  explicit BrotliDecoder(std::vector<uint32_t> parameters) : parameters_(std::move(parameters)) { make(); }
  void run(std::span<const uint8_t>& in, std::span<uint8_t>& out, int flush, Failure& failure) override {
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
      failure = {static_cast<int>(error), std::string("ERR_") + BrotliDecoderErrorString(error),
                 "Decompression failed"};
      if (const size_t at = failure.code.find("ERR__ERROR_"); at == 0) failure.code = "ERR_" + failure.code.substr(5);
    } else if (flush == BROTLI_OPERATION_FINISH && result == BROTLI_DECODER_RESULT_NEEDS_MORE_INPUT) {
      failure = {Z_BUF_ERROR, "Z_BUF_ERROR", "unexpected end of file"};
    }
  }
  void reset(Failure&) override { make(); }

 private:
  void make() {
    state_.reset(BrotliDecoderCreateInstance(nullptr, nullptr, nullptr));
    for (size_t i = 0; i + 1 < parameters_.size(); i += 2) {
      BrotliDecoderSetParameter(state_.get(), static_cast<BrotliDecoderParameter>(parameters_[i]), parameters_[i + 1]);
    }
  }
  struct Delete {
    void operator()(BrotliDecoderState* state) const { BrotliDecoderDestroyInstance(state); }
  };
  std::vector<uint32_t> parameters_;
  std::unique_ptr<BrotliDecoderState, Delete> state_;
};

class ZstdEngine final : public Engine {
 public:
  ZstdEngine(bool compress, const std::vector<uint32_t>& parameters) : compress_(compress) {
    if (compress_) {
      encoder_.reset(ZSTD_createCCtx());
      for (size_t i = 0; i + 1 < parameters.size(); i += 2)
        ZSTD_CCtx_setParameter(encoder_.get(), static_cast<ZSTD_cParameter>(parameters[i]),
                               static_cast<int>(parameters[i + 1]));
    } else {
      decoder_.reset(ZSTD_createDCtx());
      for (size_t i = 0; i + 1 < parameters.size(); i += 2)
        ZSTD_DCtx_setParameter(decoder_.get(), static_cast<ZSTD_dParameter>(parameters[i]),
                               static_cast<int>(parameters[i + 1]));
    }
  }
  void run(std::span<const uint8_t>& in, std::span<uint8_t>& out, int flush, Failure& failure) override {
    if (!compress_ && in.empty() && rest_ == 0) return;  // between frames: nothing is missing
    ZSTD_inBuffer input{in.data(), in.size(), 0};
    ZSTD_outBuffer output{out.data(), out.size(), 0};
    const size_t rest =
        compress_ ? ZSTD_compressStream2(encoder_.get(), &output, &input, static_cast<ZSTD_EndDirective>(flush))
                  : ZSTD_decompressStream(decoder_.get(), &output, &input);
    in = in.subspan(input.pos);
    out = out.subspan(output.pos);
    rest_ = rest;
    if (ZSTD_isError(rest) != 0)
      failure = {static_cast<int>(ZSTD_getErrorCode(rest)),
                 compress_ ? "ERR_ZSTD_COMPRESSION_FAILED" : "ERR_ZSTD_DECOMPRESSION_FAILED",
                 compress_ ? "Compression failed" : "Decompression failed"};
    else if (!compress_ && flush == ZSTD_e_end && rest != 0 && !out.empty())
      failure = {Z_BUF_ERROR, "Z_BUF_ERROR", "unexpected end of file"};
  }
  void reset(Failure&) override {
    if (compress_) ZSTD_CCtx_reset(encoder_.get(), ZSTD_reset_session_only);
    else ZSTD_DCtx_reset(decoder_.get(), ZSTD_reset_session_only);
  }

 private:
  struct DeleteEncoder {
    void operator()(ZSTD_CCtx* context) const { ZSTD_freeCCtx(context); }
  };
  struct DeleteDecoder {
    void operator()(ZSTD_DCtx* context) const { ZSTD_freeDCtx(context); }
  };
  bool compress_;
  size_t rest_ = 0;
  std::unique_ptr<ZSTD_CCtx, DeleteEncoder> encoder_;
  std::unique_ptr<ZSTD_DCtx, DeleteDecoder> decoder_;
};

/// What JavaScript holds. `numbers`: for zlib [windowBits, level, memLevel, strategy], else pairs of parameter and
/// value.
class Codec final : public bind::Object {
 public:
  Codec(Environment& env, int32_t mode, std::vector<uint32_t> numbers, std::optional<bind::Bytes> dictionary)
      : Object(env) {
    numbers.resize(std::max<size_t>(numbers.size(), 4));
    switch (mode) {
      case kBrotliEncode: engine_ = std::make_unique<BrotliEncoder>(std::move(numbers)); break;
      case kBrotliDecode: engine_ = std::make_unique<BrotliDecoder>(std::move(numbers)); break;
      case kZstdCompress: engine_ = std::make_unique<ZstdEngine>(true, numbers); break;
      case kZstdDecompress: engine_ = std::make_unique<ZstdEngine>(false, numbers); break;
      default: {
        std::vector<uint8_t> bytes;
        if (dictionary) bytes.assign(dictionary->begin(), dictionary->end());
        engine_ = std::make_unique<ZlibEngine>(static_cast<Mode>(mode), static_cast<int>(numbers[0]),
                                               static_cast<int>(numbers[1]), static_cast<int>(numbers[2]),
                                               static_cast<int>(numbers[3]), std::move(bytes));
      }
    }
    adjust_external_memory(256 * 1024);
  }

  /// [left of in, left of out] or [left of in, left of out, number, code, message].
  v8::Local<v8::Value> write_sync(bind::Context& cx, int32_t flush, bind::Bytes in, bind::Bytes out) {
    std::span<const uint8_t> input(in);
    std::span<uint8_t> output(out);
    Engine::Failure failure;
    if (!busy_ && engine_) engine_->run(input, output, flush, failure);
    return result(cx, input.size(), output.size(), failure);
  }

  /// The same on the thread pool; `callback(result)`.
  void write(int32_t flush, bind::SharedBytes in, bind::SharedBytes out, bind::Callback callback) {
    busy_ = true;
    (new Write(*this, flush, std::move(in), std::move(out), std::move(callback)))->queue();
  }

  v8::Local<v8::Value> reset(bind::Context& cx) {
    Engine::Failure failure;
    if (engine_ && !busy_) engine_->reset(failure);
    return result(cx, 0, 0, failure);
  }

  v8::Local<v8::Value> set_parameters(bind::Context& cx, int32_t level, int32_t strategy) {
    Engine::Failure failure;
    if (engine_ && !busy_) engine_->set_parameters(level, strategy, failure);
    return result(cx, 0, 0, failure);
  }

  /// Gives the memory back now rather than at the next garbage collection; a write that is under way ends first.
  void close() {
    if (busy_) close_after_write_ = true;
    else engine_.reset();
  }

 private:
  class Write final : public loop::WorkRequest {
   public:
    Write(Codec& codec, int flush, bind::SharedBytes in, bind::SharedBytes out, bind::Callback callback)
        : WorkRequest(codec.env()),
          codec_(codec),
          flush_(flush),
          in_(std::move(in)),
          out_(std::move(out)),
          callback_(std::move(callback)) {
      codec_.hold();
    }
    ~Write() override { codec_.release(); }
    [[nodiscard]] const char* type_name() const override { return "ZLIB"; }

   protected:
    void work() override {
      input_ = in_;
      output_ = out_;
      if (codec_.engine_) codec_.engine_->run(input_, output_, flush_, failure_);
    }
    void after_work(bind::Context& cx) override {
      codec_.busy_ = false;
      if (codec_.close_after_write_) codec_.engine_.reset();
      (void)callback_.call({result(cx, input_.size(), output_.size(), failure_)});
    }

   private:
    Codec& codec_;
    int flush_;
    bind::SharedBytes in_;
    bind::SharedBytes out_;
    bind::Callback callback_;
    std::span<const uint8_t> input_;
    std::span<uint8_t> output_;
    Engine::Failure failure_;
  };

  static v8::Local<v8::Value> result(bind::Context& cx, size_t in, size_t out, const Engine::Failure& failure) {
    std::vector<v8::Local<v8::Value>> parts{bind::to_js(cx, static_cast<double>(in)),
                                            bind::to_js(cx, static_cast<double>(out))};
    if (!failure.code.empty()) {
      parts.push_back(v8::Integer::New(cx.isolate, failure.number));
      parts.push_back(bind::string_to_js(cx, failure.code));
      parts.push_back(bind::string_to_js(cx, failure.message));
    }
    return v8::Array::New(cx.isolate, parts.data(), parts.size());
  }

  std::unique_ptr<Engine> engine_;
  bool busy_ = false;
  bool close_after_write_ = false;
};

uint32_t crc32_of(bind::Bytes data, uint32_t value) {
  return static_cast<uint32_t>(::crc32_z(value, data.data(), data.size()));
}

}  // namespace

BIND_MODULE(zlib) {
  module.class_<Codec>("Codec")
      .constructor<int32_t, std::vector<uint32_t>, std::optional<bind::Bytes>>()
      .method<&Codec::write_sync>("writeSync")
      .method<&Codec::write>("write")
      .method<&Codec::reset>("reset")
      .method<&Codec::set_parameters>("setParameters")
      .method<&Codec::close>("close");
  module.function<crc32_of>("crc32");
}

}  // namespace vireo::zlib
