// zlib's own formats: deflate, gzip and raw deflate.
#include <zlib.h>

#include <algorithm>
#include <limits>

#include "zlib/engine.h"

namespace vireo::zlib {

Failure unexpected_end() { return {Z_BUF_ERROR, "Z_BUF_ERROR", "unexpected end of file"}; }

namespace {

constexpr uint8_t kGzipMagic[] = {0x1f, 0x8b};

class ZlibEngine final : public Engine {
 public:
  explicit ZlibEngine(Settings settings)
      : mode_(settings.mode), dictionary_(std::move(settings.dictionary)), one_member_(settings.one_member) {
    settings.numbers.resize(4);
    window_bits_ = settings.numbers[0];
    level_ = settings.numbers[1];
    memory_level_ = settings.numbers[2];
    strategy_ = settings.numbers[3];
    if (mode_ == kGzip || mode_ == kGunzip) window_bits_ += 16;
    if (mode_ == kUnzip) window_bits_ += 32;
    if (mode_ == kDeflateRaw || mode_ == kInflateRaw) window_bits_ = -window_bits_;
    may_have_members_ = mode_ == kGunzip;
  }

  ~ZlibEngine() override {
    if (!ready_) return;
    if (compresses()) deflateEnd(&stream_);
    else inflateEnd(&stream_);
  }

  void run(std::span<const uint8_t>& in, std::span<uint8_t>& out, int flush, Failure& failure) override {
    if (!start(failure)) return;
    if (mode_ == kUnzip) look_for_gzip(in);
    // zlib counts in 32 bits: what is larger goes through it in slices, and only the last one is flushed.
    constexpr size_t kSlice = std::numeric_limits<uInt>::max();
    for (;;) {
      const auto input = in.first(std::min(in.size(), kSlice));
      const auto output = out.first(std::min(out.size(), kSlice));
      const bool last = input.size() == in.size();
      stream_.next_in = const_cast<uint8_t*>(input.data());
      stream_.avail_in = static_cast<uInt>(input.size());
      stream_.next_out = output.data();
      stream_.avail_out = static_cast<uInt>(output.size());
      const int status = step(last ? flush : Z_NO_FLUSH);
      in = in.subspan(input.size() - stream_.avail_in);
      out = out.subspan(output.size() - stream_.avail_out);
      check(status, last ? flush : Z_NO_FLUSH, failure);
      if (failure || status == Z_STREAM_END || out.empty()) return;
      const bool next_input = !last && stream_.avail_in == 0;
      const bool next_output = stream_.avail_out == 0;
      if (!next_input && !next_output) return;
    }
  }

  void reset(Failure& failure) override {
    if (!start(failure)) return;
    const int status = compresses() ? deflateReset(&stream_) : inflateReset(&stream_);
    if (status != Z_OK) return fail(failure, status, "Failed to reset stream");
    magic_seen_ = 0;
    may_have_members_ = mode_ == kGunzip;
    set_dictionary(failure);
  }

  void set_parameters(int level, int strategy, Failure& failure) override {
    if (!start(failure) || !compresses()) return;
    const int status = deflateParams(&stream_, level, strategy);
    if (status != Z_OK && status != Z_BUF_ERROR) fail(failure, status, "Failed to set parameters");
  }

 private:
  [[nodiscard]] bool compresses() const { return mode_ == kDeflate || mode_ == kGzip || mode_ == kDeflateRaw; }

  int step(int flush) {
    if (compresses()) return deflate(&stream_, flush);
    int status = inflate(&stream_, flush);
    if (status == Z_NEED_DICT && mode_ != kInflateRaw && !dictionary_.empty()) {
      status = inflateSetDictionary(&stream_, dictionary_.data(), static_cast<uInt>(dictionary_.size()));
      if (status == Z_OK) status = inflate(&stream_, flush);
      else if (status == Z_DATA_ERROR) status = Z_NEED_DICT;
    }
    // A gzip file is one member after the other; zeros behind them are padding.
    while (status == Z_STREAM_END && may_have_members_ && !one_member_ && stream_.avail_in > 0 &&
           stream_.next_in[0] != 0) {
      inflateReset(&stream_);
      status = inflate(&stream_, flush);
    }
    return status;
  }

  /// zlib tells the formats apart by itself, but does not say which one it found; only gzip has members.
  void look_for_gzip(std::span<const uint8_t> in) {
    for (const uint8_t byte : in) {
      if (magic_seen_ >= std::size(kGzipMagic)) return;
      if (byte != kGzipMagic[magic_seen_]) {
        magic_seen_ = std::size(kGzipMagic);
        return;
      }
      if (++magic_seen_ == std::size(kGzipMagic)) may_have_members_ = true;
    }
  }

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
    return !failure;
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
        if (stream_.avail_out != 0 && flush == Z_FINISH) failure = unexpected_end();
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
    failure = {status, status >= 0 ? kNames[status] : kErrors[-status],
               stream_.msg != nullptr ? stream_.msg : fallback};
  }

  const Mode mode_;
  int window_bits_ = 0;
  int level_ = 0;
  int memory_level_ = 0;
  int strategy_ = 0;
  const std::vector<uint8_t> dictionary_;
  const bool one_member_;
  bool may_have_members_ = false;
  size_t magic_seen_ = 0;
  z_stream stream_{};
  bool ready_ = false;
};

}  // namespace

// Memory is taken at the first use: streams that are only made cost little.
std::unique_ptr<Engine> make_zlib(Settings settings, Failure&) {
  return std::make_unique<ZlibEngine>(std::move(settings));
}

}  // namespace vireo::zlib
