// Histograms (HdrHistogram) and the one that samples the delay of the event loop.
#include <hdr/hdr_histogram.h>

#include <limits>
#include <memory>

#include "bind/bind.h"
#include "engine/environment.h"
#include "loop/callback_scope.h"
#include "loop/handle.h"

namespace vireo::perf_hooks {

namespace {

struct HdrCloser {
  void operator()(hdr_histogram* histogram) const { hdr_close(histogram); }
};

/// The counts themselves. Shared between the clones of a histogram and the sampler, all on one thread.
class Counts {
 public:
  explicit Counts(std::unique_ptr<hdr_histogram, HdrCloser> histogram) : histogram_(std::move(histogram)) {}

  [[nodiscard]] const hdr_histogram* get() const { return histogram_.get(); }
  [[nodiscard]] int64_t count() const { return count_; }
  [[nodiscard]] int64_t exceeds() const { return exceeds_; }

  bool record(int64_t value) {
    if (hdr_record_value(histogram_.get(), value)) {
      count_++;
      return true;
    }
    exceeds_++;
    return false;
  }

  /// Records the nanoseconds since the last call; the first only starts the clock.
  void record_delta() {
    const uint64_t now = uv_hrtime();
    if (last_ != 0 && now > last_) record(static_cast<int64_t>(now - last_));
    last_ = now;
  }

  void add(const Counts& other) {
    exceeds_ += hdr_add(histogram_.get(), other.get()) + other.exceeds_;
    count_ += other.count_;
  }

  void reset() {
    hdr_reset(histogram_.get());
    count_ = 0;
    exceeds_ = 0;
    last_ = 0;
  }

  void forget_last() { last_ = 0; }

 private:
  std::unique_ptr<hdr_histogram, HdrCloser> histogram_;
  int64_t count_ = 0;
  int64_t exceeds_ = 0;
  uint64_t last_ = 0;
};

std::shared_ptr<Counts> make_counts(int64_t lowest, int64_t highest, int32_t figures) {
  hdr_histogram* histogram = nullptr;
  if (hdr_init(lowest, highest, figures, &histogram) != 0) return nullptr;
  return std::make_shared<Counts>(std::unique_ptr<hdr_histogram, HdrCloser>(histogram));
}

v8::Local<v8::BigInt> big(v8::Isolate* isolate, int64_t value) { return v8::BigInt::New(isolate, value); }

/// The rank and value of every step of the distribution, each half as far from 100 as the one before.
template <class F>
void for_each_percentile(const hdr_histogram* histogram, F&& visit) {
  hdr_iter iter;
  hdr_iter_percentile_init(&iter, histogram, 1);
  while (hdr_iter_next(&iter)) visit(iter.specifics.percentiles.percentile, iter.value);
}

}  // namespace

/// What a histogram can tell; the base of both classes that JavaScript sees.
class Histogram final : public bind::Object {
 public:
  Histogram(Environment& env, std::shared_ptr<Counts> counts) : Object(env), counts_(std::move(counts)) {}

  static bind::Result<Histogram*> create(Environment& env, int64_t lowest, int64_t highest, int32_t figures) {
    std::shared_ptr<Counts> counts = make_counts(lowest, highest, figures);
    if (counts == nullptr)
      return bind::fail(
          bind::Error::coded("ERR_INVALID_ARG_VALUE", "Invalid histogram bounds", bind::ErrorType::kRangeError));
    return new Histogram(env, std::move(counts));
  }

  void record(int64_t value) { counts_->record(value); }
  void record_delta() { counts_->record_delta(); }
  void add(Histogram* other) { counts_->add(*other->counts_); }
  void reset() { counts_->reset(); }

  [[nodiscard]] double count() const { return static_cast<double>(counts_->count()); }
  [[nodiscard]] double exceeds() const { return static_cast<double>(counts_->exceeds()); }
  [[nodiscard]] double min() const { return static_cast<double>(hdr_min(counts_->get())); }
  [[nodiscard]] double max() const { return static_cast<double>(hdr_max(counts_->get())); }
  [[nodiscard]] double mean() const {
    return counts_->count() == 0 ? std::numeric_limits<double>::quiet_NaN() : hdr_mean(counts_->get());
  }
  [[nodiscard]] double stddev() const {
    return counts_->count() == 0 ? std::numeric_limits<double>::quiet_NaN() : hdr_stddev(counts_->get());
  }
  [[nodiscard]] double percentile(double rank) const {
    return static_cast<double>(hdr_value_at_percentile(counts_->get(), rank));
  }

  v8::Local<v8::BigInt> count_bigint(v8::Isolate* isolate) const { return big(isolate, counts_->count()); }
  v8::Local<v8::BigInt> exceeds_bigint(v8::Isolate* isolate) const { return big(isolate, counts_->exceeds()); }
  v8::Local<v8::BigInt> min_bigint(v8::Isolate* isolate) const { return big(isolate, hdr_min(counts_->get())); }
  v8::Local<v8::BigInt> max_bigint(v8::Isolate* isolate) const { return big(isolate, hdr_max(counts_->get())); }
  v8::Local<v8::BigInt> percentile_bigint(v8::Isolate* isolate, double rank) const {
    return big(isolate, hdr_value_at_percentile(counts_->get(), rank));
  }

  /// rank, value, rank, value, ...
  [[nodiscard]] std::vector<double> percentiles() const {
    std::vector<double> result;
    for_each_percentile(counts_->get(), [&](double rank, int64_t value) {
      result.push_back(rank);
      result.push_back(static_cast<double>(value));
    });
    return result;
  }

  v8::Local<v8::Array> percentiles_bigint(v8::Isolate* isolate) const {
    std::vector<v8::Local<v8::Value>> result;
    for_each_percentile(counts_->get(), [&](double rank, int64_t value) {
      result.push_back(v8::Number::New(isolate, rank));
      result.push_back(big(isolate, value));
    });
    return v8::Array::New(isolate, result.data(), result.size());
  }

  [[nodiscard]] const std::shared_ptr<Counts>& counts() const { return counts_; }

 private:
  std::shared_ptr<Counts> counts_;
};

/// Records, every `resolution` milliseconds, how long it has been since the last time.
class LoopDelaySampler final : public loop::Handle {
 public:
  LoopDelaySampler(Environment& env, Histogram* histogram, uint32_t resolution)
      : Handle(env), counts_(histogram->counts()), resolution_(resolution) {
    uv_timer_init(env.loop(), &timer_);
    opened(reinterpret_cast<uv_handle_t*>(&timer_));
    unref();
  }

  void start() {
    counts_->forget_last();
    counts_->record_delta();
    uv_timer_start(
        &timer_, [](uv_timer_t* timer) { from<LoopDelaySampler>(timer)->counts_->record_delta(); }, resolution_,
        resolution_);
  }
  void stop() { uv_timer_stop(&timer_); }

  [[nodiscard]] const char* type_name() const override { return "ELDHistogram"; }

 private:
  std::shared_ptr<Counts> counts_;
  uint32_t resolution_;
  uv_timer_t timer_{};
};

BIND_MODULE(histogram) {
  {
    auto builder = module.class_<Histogram>("Histogram");
    builder.factory<&Histogram::create>();
    builder.method<&Histogram::record>("record");
    builder.method<&Histogram::record_delta>("recordDelta");
    builder.method<&Histogram::add>("add");
    builder.method<&Histogram::reset>("reset");
    builder.method<&Histogram::count>("count");
    builder.method<&Histogram::exceeds>("exceeds");
    builder.method<&Histogram::min>("min");
    builder.method<&Histogram::max>("max");
    builder.method<&Histogram::mean>("mean");
    builder.method<&Histogram::stddev>("stddev");
    builder.method<&Histogram::percentile>("percentile");
    builder.method<&Histogram::percentiles>("percentiles");
    builder.method<&Histogram::count_bigint>("countBigInt");
    builder.method<&Histogram::exceeds_bigint>("exceedsBigInt");
    builder.method<&Histogram::min_bigint>("minBigInt");
    builder.method<&Histogram::max_bigint>("maxBigInt");
    builder.method<&Histogram::percentile_bigint>("percentileBigInt");
    builder.method<&Histogram::percentiles_bigint>("percentilesBigInt");
  }
  auto sampler = module.class_<LoopDelaySampler>("LoopDelaySampler");
  sampler.constructor<Histogram*, uint32_t>().method<&LoopDelaySampler::start>("start").method<&LoopDelaySampler::stop>(
      "stop");
  loop::Handle::bind_methods(sampler);
}

}  // namespace vireo::perf_hooks
