// Signals as events: what process.on('SIGINT') listens with.
#include <csignal>

#include "bind/bind.h"
#include "engine/environment.h"
#include "loop/callback_scope.h"
#include "loop/handle.h"

namespace vireo::process {

/// One uv_signal_t; calls `onsignal(number)` of its wrapper.
class Signal final : public loop::Handle {
 public:
  explicit Signal(Environment& env);

  /// A libuv error code, or 0.
  int32_t start(int32_t number);
  void stop() { uv_signal_stop(&signal_); }

  [[nodiscard]] const char* type_name() const override { return "SignalWrap"; }

 private:
  uv_signal_t signal_{};
};

Signal::Signal(Environment& env) : Handle(env) {
  uv_signal_init(env.loop(), &signal_);
  opened(reinterpret_cast<uv_handle_t*>(&signal_));
}

int32_t Signal::start(int32_t number) {
  if (is_closing()) return UV_EINVAL;
  return uv_signal_start(
      &signal_,
      [](uv_signal_t* handle, int received) {
        auto* self = from<Signal>(handle);
        loop::LoopEntry entry(self->env());
        v8::Isolate* isolate = self->isolate();
        (void)self->emit(bind::name(isolate, "onsignal"), {v8::Integer::New(isolate, received)});
      },
      number);
}

BIND_MODULE(signal) {
  auto builder = module.class_<Signal>("Signal");
  builder.constructor<>().method<&Signal::start>("start").method<&Signal::stop>("stop");
  loop::Handle::bind_methods(builder);

  auto constants = module.group("constants");
#define VIREO_SIGNAL(name) constants.constant(#name, name);
  // clang-format off: a table
  VIREO_SIGNAL(SIGHUP)
  VIREO_SIGNAL(SIGINT)
  VIREO_SIGNAL(SIGQUIT) VIREO_SIGNAL(SIGILL) VIREO_SIGNAL(SIGTRAP) VIREO_SIGNAL(SIGABRT) VIREO_SIGNAL(SIGIOT)
      VIREO_SIGNAL(SIGBUS) VIREO_SIGNAL(SIGFPE) VIREO_SIGNAL(SIGKILL) VIREO_SIGNAL(SIGUSR1) VIREO_SIGNAL(SIGSEGV)
          VIREO_SIGNAL(SIGUSR2) VIREO_SIGNAL(SIGPIPE) VIREO_SIGNAL(SIGALRM) VIREO_SIGNAL(SIGTERM) VIREO_SIGNAL(SIGCHLD)
              VIREO_SIGNAL(SIGSTKFLT) VIREO_SIGNAL(SIGCONT) VIREO_SIGNAL(SIGSTOP) VIREO_SIGNAL(SIGTSTP)
                  VIREO_SIGNAL(SIGTTIN) VIREO_SIGNAL(SIGTTOU) VIREO_SIGNAL(SIGURG) VIREO_SIGNAL(SIGXCPU)
                      VIREO_SIGNAL(SIGXFSZ) VIREO_SIGNAL(SIGVTALRM) VIREO_SIGNAL(SIGPROF) VIREO_SIGNAL(SIGWINCH)
                          VIREO_SIGNAL(SIGIO) VIREO_SIGNAL(SIGPOLL) VIREO_SIGNAL(SIGPWR) VIREO_SIGNAL(SIGSYS)
  // clang-format on
#undef VIREO_SIGNAL
}

}  // namespace vireo::process
