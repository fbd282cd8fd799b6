// Histograms (HdrHistogram) and the one that samples the delay of the event loop.
#include <hdr/hdr_histogram.h>

#include <limits>
#include <memory>
#include <mutex>
#include <unordered_map>
#include <utility>
#include <vector>

#include "bind/bind.h"
#include "engine/environment.h"
#include "loop/callback_scope.h"
#include "loop/handle.h"

namespace vireo::perf_hooks {

namespace {

struct HdrCloser {
  void operator()(hdr_histogram* histogram) const { hdr_close(histogram); }
};

/// The counts themselves. Shared between the clones of a histogram, which may be on several threads, and the sampler.
class Counts {
 public:
  explicit Counts(std::unique_ptr<hdr_histogram, HdrCloser> histogram) : histogram_(std::move(histogram)) {}

  /// What `ask(histogram)` says of the state of this moment.
  template <class F>
  auto read(F&& ask) const {
    const std::lock_guard lock(mutex_);
    return ask(histogram_.get());
  }
  [[nodiscard]] int64_t count() const {
    const std::lock_guard lock(mutex_);
    return count_;
  }
  [[nodiscard]] int64_t exceeds() const {
    const std::lock_guard lock(mutex_);
    return exceeds_;
  }

  void record(int64_t value) {
    const std::lock_guard lock(mutex_);
    record_locked(value);
  }

  /// Records the nanoseconds since the last call; the first only starts the clock.
  void record_delta() {
    const std::lock_guard lock(mutex_);
    const uint64_t now = uv_hrtime();
    if (last_ != 0 && now > last_) record_locked(static_cast<int64_t>(now - last_));
    last_ = now;
  }

  void add(const Counts& other) {
    if (this == &other) return add_self();
    const std::scoped_lock lock(mutex_, other.mutex_);
    exceeds_ += hdr_add(histogram_.get(), other.histogram_.get()) + other.exceeds_;
    count_ += other.count_;
  }

  void reset() {
    const std::lock_guard lock(mutex_);
    hdr_reset(histogram_.get());
    count_ = 0;
    exceeds_ = 0;
    last_ = 0;
  }

  void forget_last() {
    const std::lock_guard lock(mutex_);
    last_ = 0;
  }

 private:
  void record_locked(int64_t value) {
    if (hdr_record_value(histogram_.get(), value)) count_++;
    else exceeds_++;
  }
  void add_self() {
    const std::lock_guard lock(mutex_);
    for (int32_t i = 0; i < histogram_->counts_len; i++) histogram_->counts[i] *= 2;
    histogram_->total_count *= 2;
    exceeds_ *= 2;
    count_ *= 2;
  }

  mutable std::mutex mutex_;  // all that follows
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
std::vector<std::pair<double, int64_t>> distribution(const hdr_histogram* histogram) {
  std::vector<std::pair<double, int64_t>> result;
  hdr_iter iter;
  hdr_iter_percentile_init(&iter, histogram, 1);
  while (hdr_iter_next(&iter)) result.emplace_back(iter.specifics.percentiles.percentile, iter.value);
  return result;
}

/// Counts that are on their way to another thread, by the memory that stands for them in a message.
struct Travelling {
  std::mutex mutex;
  std::unordered_map<const void*, std::weak_ptr<Counts>> counts;
};

Travelling& travelling() {
  static Travelling all;
  return all;
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
  [[nodiscard]] double min() const { return static_cast<double>(counts_->read(hdr_min)); }
  [[nodiscard]] double max() const { return static_cast<double>(counts_->read(hdr_max)); }
  [[nodiscard]] double mean() const {
    return counts_->count() == 0 ? std::numeric_limits<double>::quiet_NaN() : counts_->read(hdr_mean);
  }
  [[nodiscard]] double stddev() const {
    return counts_->count() == 0 ? std::numeric_limits<double>::quiet_NaN() : counts_->read(hdr_stddev);
  }
  [[nodiscard]] double percentile(double rank) const { return static_cast<double>(value_at(rank)); }

  v8::Local<v8::BigInt> count_bigint(v8::Isolate* isolate) const { return big(isolate, counts_->count()); }
  v8::Local<v8::BigInt> exceeds_bigint(v8::Isolate* isolate) const { return big(isolate, counts_->exceeds()); }
  v8::Local<v8::BigInt> min_bigint(v8::Isolate* isolate) const { return big(isolate, counts_->read(hdr_min)); }
  v8::Local<v8::BigInt> max_bigint(v8::Isolate* isolate) const { return big(isolate, counts_->read(hdr_max)); }
  v8::Local<v8::BigInt> percentile_bigint(v8::Isolate* isolate, double rank) const {
    return big(isolate, value_at(rank));
  }

  /// rank, value, rank, value, ...
  [[nodiscard]] std::vector<double> percentiles() const {
    std::vector<double> result;
    for (const auto& [rank, value] : counts_->read(distribution)) {
      result.push_back(rank);
      result.push_back(static_cast<double>(value));
    }
    return result;
  }

  v8::Local<v8::Array> percentiles_bigint(v8::Isolate* isolate) const {
    std::vector<v8::Local<v8::Value>> result;
    for (const auto& [rank, value] : counts_->read(distribution)) {
      result.push_back(v8::Number::New(isolate, rank));
      result.push_back(big(isolate, value));
    }
    return v8::Array::New(isolate, result.data(), result.size());
  }

  [[nodiscard]] const std::shared_ptr<Counts>& counts() const { return counts_; }

  /// A SharedArrayBuffer that stands for the counts in a message to another thread, and keeps them alive.
  v8::Local<v8::SharedArrayBuffer> share_counts(v8::Isolate* isolate) {
    auto* kept = new std::shared_ptr<Counts>(counts_);
    Travelling& all = travelling();
    {
      const std::lock_guard lock(all.mutex);
      all.counts[kept] = counts_;
    }
    return v8::SharedArrayBuffer::New(isolate, v8::SharedArrayBuffer::NewBackingStore(
                                                   kept, 1,
                                                   [](void* data, size_t, void*) {
                                                     {
                                                       const std::lock_guard lock(travelling().mutex);
                                                       travelling().counts.erase(data);
                                                     }
                                                     delete static_cast<std::shared_ptr<Counts>*>(data);
                                                   },
                                                   nullptr));
  }

  /// The histogram whose `share()` arrived here.
  static v8::Local<v8::Value> unshare(Environment& env, v8::Local<v8::Value> token) {
    std::shared_ptr<Counts> counts;
    if (token->IsSharedArrayBuffer()) {
      Travelling& all = travelling();
      const std::lock_guard lock(all.mutex);
      const auto found = all.counts.find(token.As<v8::SharedArrayBuffer>()->Data());
      if (found != all.counts.end()) counts = found->second.lock();
    }
    if (counts == nullptr) return v8::Undefined(env.isolate());
    auto* histogram = bind::make<Histogram>(env, std::move(counts));
    v8::Local<v8::Object> wrapper = histogram->wrapper();
    histogram->release();
    return wrapper;
  }

 private:
  [[nodiscard]] int64_t value_at(double rank) const {
    return counts_->read([rank](const hdr_histogram* histogram) { return hdr_value_at_percentile(histogram, rank); });
  }

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
    builder.method<&Histogram::share_counts>("share");
  }
  module.function<&Histogram::unshare>("unshare");
  auto sampler = module.class_<LoopDelaySampler>("LoopDelaySampler");
  sampler.constructor<Histogram*, uint32_t>().method<&LoopDelaySampler::start>("start").method<&LoopDelaySampler::stop>(
      "stop");
  loop::Handle::bind_methods(sampler);
}

}  // namespace vireo::perf_hooks
