// Tells JavaScript about garbage collections, when they are over and JavaScript may run again.
#include <vector>

#include "bind/bind.h"
#include "engine/environment.h"
#include "loop/callback_scope.h"
#include "loop/handle.h"

namespace vireo::perf_hooks {

/// Calls `ongc([kind, flags, start, end, ...])` (milliseconds on the monotonic clock) of its wrapper from the loop.
class GcWatcher final : public loop::Handle {
 public:
  explicit GcWatcher(Environment& env) : Handle(env) {
    uv_async_init(env.loop(), &async_, [](uv_async_t* async) { from<GcWatcher>(async)->deliver(); });
    opened(reinterpret_cast<uv_handle_t*>(&async_));
    unref();
    isolate()->AddGCPrologueCallback(&before, this);
    isolate()->AddGCEpilogueCallback(&after, this);
  }
  ~GcWatcher() override { stop(); }

  void stop() {
    if (stopped_) return;
    stopped_ = true;
    isolate()->RemoveGCPrologueCallback(&before, this);
    isolate()->RemoveGCEpilogueCallback(&after, this);
    close();
  }

  [[nodiscard]] const char* type_name() const override { return "GcWatcher"; }

 private:
  static void before(v8::Isolate*, v8::GCType, v8::GCCallbackFlags, void* data) {
    static_cast<GcWatcher*>(data)->start_ = uv_hrtime();
  }

  static void after(v8::Isolate*, v8::GCType type, v8::GCCallbackFlags flags, void* data) {
    auto* self = static_cast<GcWatcher*>(data);
    if (self->start_ == 0) return;
    self->seen_.insert(self->seen_.end(),
                       {static_cast<double>(type), static_cast<double>(flags), static_cast<double>(self->start_) / 1e6,
                        static_cast<double>(uv_hrtime()) / 1e6});
    self->start_ = 0;
    if (!self->is_closing()) uv_async_send(&self->async_);
  }

  void deliver() {
    loop::LoopEntry entry(env());
    bind::Context cx(isolate());
    const std::vector<double> seen = std::move(seen_);
    seen_.clear();
    (void)emit(bind::name(isolate(), "ongc"), {bind::to_js(cx, seen)});
  }

  uv_async_t async_{};
  uint64_t start_ = 0;
  bool stopped_ = false;
  std::vector<double> seen_;
};

BIND_MODULE(gc_watcher) {
  auto builder = module.class_<GcWatcher>("GcWatcher");
  builder.constructor<>().method<&GcWatcher::stop>("stop");
}

}  // namespace vireo::perf_hooks
