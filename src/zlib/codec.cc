// What node:zlib holds of a stream: an engine, run in the caller's thread or on the pool.
#include <zlib.h>

#include <cstring>

#include "bind/bind.h"
#include "engine/environment.h"
#include "zlib/engine.h"

namespace vireo::zlib {

namespace {

// About what a deflate stream takes, for the garbage collector: without it, streams that nobody closes pile up.
constexpr int64_t kEngineMemory = 256 * 1024;

/// One engine. Everything but a write on the pool happens at once; while one is under way, nothing else may. Packages
/// reach for it as `stream._handle`, so its methods take what Node's take: a failure calls `onerror(message, errno,
/// code)`, else `state` has [free bytes of out, unread bytes of in], two doubles.
class Codec final : public bind::Object {
 public:
  static bind::Result<Codec*> create(Environment& env, int32_t mode, std::vector<int32_t> numbers,
                                     std::optional<bind::Bytes> dictionary, std::optional<double> pledged_size,
                                     bool one_member, bind::SharedBytes state) {
    Settings settings{.mode = static_cast<Mode>(mode),
                      .numbers = std::move(numbers),
                      .dictionary = {},
                      .pledged_size = {},
                      .one_member = one_member};
    if (dictionary) settings.dictionary.assign(dictionary->begin(), dictionary->end());
    if (pledged_size) settings.pledged_size = static_cast<uint64_t>(*pledged_size);
    if (state.size() != kStateSize) return bind::fail(bind::Error::plain("bad write state"));
    Failure failure;
    std::unique_ptr<Engine> engine;
    if (mode == kBrotliEncode || mode == kBrotliDecode) engine = make_brotli(std::move(settings), failure);
    else if (mode == kZstdCompress || mode == kZstdDecompress) engine = make_zstd(std::move(settings), failure);
    else engine = make_zlib(std::move(settings), failure);
    if (!engine) return bind::fail(bind::Error::coded(failure.code, failure.message));
    return new Codec(env, std::move(engine), std::move(state));
  }

  bind::Result<void> write_sync(bind::Context& cx, int32_t flush, std::optional<bind::Bytes> in, double in_offset,
                                double in_size, bind::Bytes out, double out_offset, double out_size) {
    if (auto state = idle(); !state) return state;
    std::span<const uint8_t> input;
    std::span<uint8_t> output;
    if (!cut(in ? std::span<uint8_t>(*in) : std::span<uint8_t>(), in_offset, in_size, input) ||
        !cut(std::span<uint8_t>(out), out_offset, out_size, output))
      return out_of_bounds();
    Failure failure;
    engine_->run(input, output, flush, failure);
    return report(cx, input.size(), output.size(), failure);
  }

  /// The same on the thread pool, then `callback()`, which is not called after a failure.
  bind::Result<void> write(int32_t flush, std::optional<bind::SharedBytes> in, double in_offset, double in_size,
                           bind::SharedBytes out, double out_offset, double out_size, bind::Callback callback) {
    if (auto state = idle(); !state) return state;
    std::span<const uint8_t> input;
    std::span<uint8_t> output;
    bind::SharedBytes in_bytes = in ? std::move(*in) : bind::SharedBytes();
    if (!cut(std::span<uint8_t>(in_bytes), in_offset, in_size, input) ||
        !cut(std::span<uint8_t>(out), out_offset, out_size, output))
      return out_of_bounds();
    busy_ = true;
    (new Write(*this, flush, std::move(in_bytes), std::move(out), input, output, std::move(callback)))->queue();
    return {};
  }

  bind::Result<void> reset(bind::Context& cx) {
    if (auto state = idle(); !state) return state;
    Failure failure;
    engine_->reset(failure);
    if (failure) return report(cx, 0, 0, failure);
    return {};
  }

  bind::Result<void> set_parameters(bind::Context& cx, int32_t level, int32_t strategy) {
    if (auto state = idle(); !state) return state;
    Failure failure;
    engine_->set_parameters(level, strategy, failure);
    if (failure) return report(cx, 0, 0, failure);
    return {};
  }

  /// Gives the memory back now rather than at the next garbage collection; a write that is under way ends first.
  void close() {
    if (busy_) close_after_write_ = true;
    else drop_engine();
  }

 private:
  static constexpr size_t kStateSize = 2 * sizeof(double);

  class Write final : public loop::WorkRequest {
   public:
    Write(Codec& codec, int flush, bind::SharedBytes in, bind::SharedBytes out, std::span<const uint8_t> input,
          std::span<uint8_t> output, bind::Callback callback)
        : WorkRequest(codec.env()),
          codec_(codec),
          flush_(flush),
          in_(std::move(in)),
          out_(std::move(out)),
          input_(input),
          output_(output),
          callback_(std::move(callback)) {
      codec_.hold();
    }
    ~Write() override { codec_.release(); }
    [[nodiscard]] const char* type_name() const override { return "ZLIB"; }

   protected:
    void work() override { codec_.engine_->run(input_, output_, flush_, failure_); }
    void after_work(bind::Context& cx) override {
      codec_.busy_ = false;
      if (codec_.close_after_write_) codec_.drop_engine();
      codec_.set_state(input_.size(), output_.size());
      if (!failure_) {
        (void)callback_.call();
        return;
      }
      (void)callback_.call({bind::string_to_js(cx, failure_.message), v8::Integer::New(cx.isolate, failure_.number),
                            bind::string_to_js(cx, failure_.code)});
    }

   private:
    Codec& codec_;
    int flush_;
    bind::SharedBytes in_;
    bind::SharedBytes out_;
    std::span<const uint8_t> input_;
    std::span<uint8_t> output_;
    bind::Callback callback_;
    Failure failure_;
  };

  Codec(Environment& env, std::unique_ptr<Engine> engine, bind::SharedBytes state)
      : Object(env), engine_(std::move(engine)), state_(std::move(state)) {
    adjust_external_memory(kEngineMemory);
  }

  [[nodiscard]] bind::Result<void> idle() const {
    if (busy_) return bind::fail(bind::Error::coded("ERR_INTERNAL_ASSERTION", "write already in progress"));
    if (!engine_) return bind::fail(bind::Error::coded("ERR_INTERNAL_ASSERTION", "zlib binding closed"));
    return {};
  }

  /// `size` bytes of `bytes` from `offset`; false when it has not so many.
  template <class T>
  static bool cut(std::span<uint8_t> bytes, double offset, double size, std::span<T>& part) {
    const auto available = static_cast<double>(bytes.size());
    if (!(offset >= 0 && size >= 0 && offset <= available && size <= available - offset)) return false;
    part = bytes.subspan(static_cast<size_t>(offset), static_cast<size_t>(size));
    return true;
  }

  static bind::Result<void> out_of_bounds() {
    return bind::fail(bind::Error::coded("ERR_BUFFER_OUT_OF_BOUNDS", "Attempt to access memory outside buffer bounds",
                                         bind::ErrorType::kRangeError));
  }

  void drop_engine() {
    if (!engine_) return;
    engine_.reset();
    adjust_external_memory(-kEngineMemory);
  }

  void set_state(size_t in, size_t out) {
    const double rest[] = {static_cast<double>(out), static_cast<double>(in)};
    std::memcpy(state_.data(), rest, kStateSize);
  }

  bind::Result<void> report(bind::Context& cx, size_t in, size_t out, const Failure& failure) {
    set_state(in, out);
    if (!failure) return {};
    v8::Local<v8::Value> on_error;
    if (!wrapper()->Get(cx.context, bind::string_to_js(cx, "onerror")).ToLocal(&on_error))
      return bind::fail(bind::Error::pending());
    if (!on_error->IsFunction()) return {};
    v8::Local<v8::Value> args[] = {bind::string_to_js(cx, failure.message),
                                   v8::Integer::New(cx.isolate, failure.number), bind::string_to_js(cx, failure.code)};
    if (on_error.As<v8::Function>()->Call(cx.context, wrapper(), std::size(args), args).IsEmpty())
      return bind::fail(bind::Error::pending());
    return {};
  }

  std::unique_ptr<Engine> engine_;
  const bind::SharedBytes state_;
  bool busy_ = false;
  bool close_after_write_ = false;
};

uint32_t crc32_of(bind::Bytes data, uint32_t value) {
  return static_cast<uint32_t>(::crc32_z(value, data.data(), data.size()));
}

}  // namespace

BIND_MODULE(zlib) {
  module.class_<Codec>("Codec")
      .factory<&Codec::create>()
      .method<&Codec::write_sync>("writeSync")
      .method<&Codec::write>("write")
      .method<&Codec::reset>("reset")
      .method<&Codec::set_parameters>("params")
      .method<&Codec::close>("close");
  module.function<crc32_of>("crc32");
}

}  // namespace vireo::zlib
