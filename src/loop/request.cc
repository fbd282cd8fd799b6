#include "loop/request.h"

#include <memory>

#include "engine/environment.h"
#include "loop/callback_scope.h"

namespace vireo::loop {

Request::Request(Environment& env) : env_(env), async_context_(AsyncContext::current(env.isolate())) {
  env_.add_request(this);
}

Request::~Request() {
  async_context_.retire(env_);
  env_.remove_request(this);
}

void WorkRequest::queue() {
  request_.data = this;
  announce();
  const int status = uv_queue_work(
      env().loop(), &request_, [](uv_work_t* request) { static_cast<WorkRequest*>(request->data)->work(); },
      [](uv_work_t* request, int status) {
        std::unique_ptr<WorkRequest> self(static_cast<WorkRequest*>(request->data));
        if (status == UV_ECANCELED || !self->env().can_call_into_js()) return;
        LoopEntry entry(self->env());
        bind::Context cx(self->env().isolate(), self->env().context(), self->env());
        self->after_work(cx);
      });
  if (status != 0) std::abort();  // uv_queue_work fails only without a work function
}

void WorkRequest::cancel() { uv_cancel(reinterpret_cast<uv_req_t*>(&request_)); }

}  // namespace vireo::loop
