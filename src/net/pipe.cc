#include "net/pipe.h"

#include "engine/environment.h"
#include "loop/callback_scope.h"

namespace vireo::net {

Pipe::Pipe(Environment& env, bool ipc, bool server) : Stream(env), listening_(server) {
  uv_pipe_init(env.loop(), &pipe_, ipc ? 1 : 0);
  opened(reinterpret_cast<uv_handle_t*>(&pipe_));
}

int32_t Pipe::open(int32_t fd) { return uv_pipe_open(&pipe_, fd); }
int32_t Pipe::bind(std::string path) { return uv_pipe_bind2(&pipe_, path.data(), path.size(), UV_PIPE_NO_TRUNCATE); }
int32_t Pipe::chmod(int32_t mode) { return uv_pipe_chmod(&pipe_, mode); }

int32_t Pipe::listen(int32_t backlog) {
  listening_ = true;
  return uv_listen(uv_stream(), backlog, [](uv_stream_t* server, int status) {
    auto* self = from<Pipe>(server);
    Environment& env = self->env();
    if (!env.can_call_into_js()) return;
    loop::LoopEntry entry(env);
    v8::Local<v8::Value> client = v8::Undefined(env.isolate());
    Pipe* accepted = nullptr;
    if (status == 0) {
      const loop::TriggerScope trigger(env, self->async_context());
      accepted = vireo::bind::make<Pipe>(env);
      status = uv_accept(server, accepted->uv_stream());
      if (status == 0) client = accepted->wrapper();
      else accepted->close();
    }
    self->emit(vireo::bind::name(env.isolate(), "onconnection"), {v8::Integer::New(env.isolate(), status), client});
    if (accepted != nullptr) accepted->release();
  });
}

int32_t Pipe::connect(std::string path) {
  return start_request<uv_connect_t>(*this, "PipeConnectWrap", [&](uv_connect_t* request) {
    return uv_pipe_connect2(
        request, &pipe_, path.data(), path.size(), UV_PIPE_NO_TRUNCATE, [](uv_connect_t* done, int status) {
          StreamRequest<uv_connect_t>::of(done)->finish(*from<Pipe>(done->handle), "onconnect", status);
        });
  });
}

}  // namespace vireo::net
