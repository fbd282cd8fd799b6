// File system events (inotify, through libuv).
#include <uv.h>

#include "engine/environment.h"
#include "fs/system.h"
#include "loop/handle.h"

namespace vireo::fs {

/// Watches one file or one directory. Calls `onchange(status, eventType, filename)` on its wrapper: `status` is 0 or a
/// negative error, `eventType` "rename" or "change", `filename` a Buffer or null.
class FsEvent final : public loop::Handle {
 public:
  static constexpr const char* kBindModule = "fs";
  explicit FsEvent(Environment& env) : Handle(env) {
    if (uv_fs_event_init(env.loop(), &event_) == 0) opened(reinterpret_cast<uv_handle_t*>(&event_));
  }

  [[nodiscard]] const char* type_name() const override { return "FSEventWrap"; }

  bind::Result<void> start(bind::Path path, bool persistent) {
    const int code = uv_fs_event_start(&event_, &FsEvent::on_event, path.c_str(), 0);
    if (code != 0) return bind::fail(bind::Error::system(code, "watch", path));
    if (!persistent) unref();
    return {};
  }

  [[nodiscard]] bool initialized() {
    return uv_is_active(reinterpret_cast<uv_handle_t*>(&event_)) != 0 && !is_closing();
  }

 private:
  static void on_event(uv_fs_event_t* handle, const char* filename, int events, int status) {
    auto* self = from<FsEvent>(handle);
    Environment& env = self->env();
    if (!env.can_call_into_js()) return;
    loop::LoopEntry entry(env);
    bind::Context cx(env.isolate(), env.context(), env);
    v8::Local<v8::Value> type = bind::name(cx.isolate, status != 0                 ? "error"
                                                       : (events & UV_RENAME) != 0 ? "rename"
                                                                                   : "change");
    v8::Local<v8::Value> name = v8::Null(cx.isolate);
    if (filename != nullptr) name = bind::to_js(cx, bind::OwnedBytes(std::string_view(filename)));
    (void)self->emit(bind::name(cx.isolate, "onchange"), {v8::Integer::New(cx.isolate, status), type, name});
  }

  uv_fs_event_t event_{};
};

void declare_watch(bind::Module& module) {
  auto builder = module.class_<FsEvent>("FsEvent");
  builder.constructor<>();
  builder.method<&FsEvent::start>("start");
  builder.getter<&FsEvent::initialized>("initialized");
  loop::Handle::bind_methods(builder);
}

}  // namespace vireo::fs
