// Polls the stats of one path: fs.watchFile.
#include <uv.h>

#include "engine/environment.h"
#include "fs/stat.h"
#include "fs/system.h"
#include "loop/handle.h"

namespace vireo::fs {

namespace {

StatNumbers numbers_of(const uv_stat_t& stat, bool as_bigint) {
  const auto time = [](const uv_timespec_t& t) { return uv_timespec64_t{t.tv_sec, static_cast<int32_t>(t.tv_nsec)}; };
  return {.numbers = {static_cast<int64_t>(stat.st_dev), static_cast<int64_t>(stat.st_mode),
                      static_cast<int64_t>(stat.st_nlink), static_cast<int64_t>(stat.st_uid),
                      static_cast<int64_t>(stat.st_gid), static_cast<int64_t>(stat.st_rdev),
                      static_cast<int64_t>(stat.st_blksize), static_cast<int64_t>(stat.st_ino),
                      static_cast<int64_t>(stat.st_size), static_cast<int64_t>(stat.st_blocks)},
          .times = {time(stat.st_atim), time(stat.st_mtim), time(stat.st_ctim), time(stat.st_birthtim)},
          .as_bigint = as_bigint};
}

}  // namespace

/// Calls `onchange(status, current, previous)` on its wrapper when the stats have changed, and once when there is no
/// such file at first: `status` is 0 or a negative error.
class StatWatcher final : public loop::Handle {
 public:
  static constexpr const char* kBindModule = "fs";
  StatWatcher(Environment& env, bool as_bigint) : Handle(env), as_bigint_(as_bigint) {
    if (uv_fs_poll_init(env.loop(), &poll_) == 0) opened(reinterpret_cast<uv_handle_t*>(&poll_));
  }

  [[nodiscard]] const char* type_name() const override { return "StatWatcher"; }

  bind::Result<void> start(bind::Path path, uint32_t interval) {
    if (is_closing()) return bind::fail(bind::Error::system(UV_EBADF, "watch", path));
    if (const int code = uv_fs_poll_start(&poll_, &StatWatcher::on_poll, path.c_str(), interval))
      return bind::fail(bind::Error::system(code, "watch", path));
    return {};
  }

 private:
  static void on_poll(uv_fs_poll_t* handle, int status, const uv_stat_t* previous, const uv_stat_t* current) {
    auto* self = from<StatWatcher>(handle);
    Environment& env = self->env();
    if (!env.can_call_into_js()) return;
    loop::LoopEntry entry(env);
    bind::Context cx(env.isolate(), env.context(), env);
    (void)self->emit(bind::name(cx.isolate, "onchange"),
                     {v8::Integer::New(cx.isolate, status), to_js(cx, numbers_of(*current, self->as_bigint_)),
                      to_js(cx, numbers_of(*previous, self->as_bigint_))});
  }

  uv_fs_poll_t poll_{};
  const bool as_bigint_;
};

void declare_stat_watcher(bind::Module& module) {
  auto builder = module.class_<StatWatcher>("StatWatcher");
  builder.constructor<bool>();
  builder.method<&StatWatcher::start>("start");
  loop::Handle::bind_methods(builder);
}

}  // namespace vireo::fs
