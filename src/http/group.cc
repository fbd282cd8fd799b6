#include "http/group.h"

#include <algorithm>

#include "engine/environment.h"
#include "http/connection.h"

namespace vireo::http {

void Link::remove() {
  if (next == nullptr) return;
  previous->next = next;
  next->previous = previous;
  previous = next = nullptr;
}

void Link::insert_before(Link& position) {
  remove();
  previous = position.previous;
  next = &position;
  previous->next = this;
  position.previous = this;
}

/// A timer that keeps nothing alive.
class Group::Clock final : public loop::Handle {
 public:
  using Task = void (Group::*)();

  Clock(Environment& env, Group& group, Task task) : Handle(env), group_(&group), task_(task) {
    uv_timer_init(env.loop(), &timer_);
    opened(reinterpret_cast<uv_handle_t*>(&timer_));
    uv_unref(uv_handle());
  }

  void start(uint64_t after, uint64_t repeat) {
    uv_timer_start(
        &timer_,
        [](uv_timer_t* timer) {
          auto* self = from<Clock>(timer);
          if (self->group_ == nullptr || !self->env().can_call_into_js()) return;
          loop::LoopEntry entry(self->env());
          Group& group = *self->group_;
          group.hold();
          (group.*self->task_)();
          group.release();
        },
        after, repeat);
  }
  void stop() { uv_timer_stop(&timer_); }
  [[nodiscard]] bool active() const { return uv_is_active(reinterpret_cast<const uv_handle_t*>(&timer_)) != 0; }

  /// The group goes: so does this.
  void end() {
    group_ = nullptr;
    close();
    release();
  }
  [[nodiscard]] const char* type_name() const override { return "HTTPServerTimer"; }

 private:
  Group* group_;
  Task task_;
  uv_timer_t timer_{};
};

Group::Group(Environment& env, v8::Local<v8::Object> callbacks, bool responses) : Object(env) {
  options_.type = responses ? MessageType::kResponse : MessageType::kRequest;
  all_.previous = all_.next = &all_;
  idle_.previous = idle_.next = &idle_;
  static constexpr const char* kNames[] = {"head", "body", "end",   "upgrade", "error",
                                           "fail", "eof",  "close", "drain",   "timeout"};
  static_assert(std::size(kNames) == static_cast<size_t>(Call::kCount));
  for (size_t i = 0; i < std::size(kNames); i++) {
    v8::Local<v8::Value> value;
    if (callbacks->Get(env.context(), bind::name(env.isolate(), kNames[i])).ToLocal(&value) && value->IsFunction()) {
      functions_[i].Reset(env.isolate(), value.As<v8::Function>());
    }
  }
}

Group::~Group() {
  // When the Environment ends, its objects end in no order that we could rely on: the clocks may be gone.
  if (!env().can_call_into_js()) return;
  if (request_clock_ != nullptr) request_clock_->end();
  if (idle_clock_ != nullptr) idle_clock_->end();
}

void Group::configure(uint32_t max_header_size, uint32_t max_headers, uint32_t lenient) {
  options_.max_header_size = max_header_size;
  options_.max_headers = max_headers;
  options_.lenient = static_cast<uint16_t>(lenient);
}

void Group::set_limits(double headers, double request, double keep_alive) {
  const auto milliseconds = [](double value) { return value > 0 && value < 1e15 ? static_cast<uint64_t>(value) : 0; };
  headers_limit_ = milliseconds(headers);
  request_limit_ = milliseconds(request);
  keep_alive_limit_ = milliseconds(keep_alive);
}

void Group::start_checking(double interval) {
  if (!(interval > 0)) return;
  if (request_clock_ == nullptr) request_clock_ = bind::make<Clock>(env(), *this, &Group::check_requests);
  const auto every = static_cast<uint64_t>(std::min(interval, 2147483647.0));
  request_clock_->start(std::max<uint64_t>(every, 1), std::max<uint64_t>(every, 1));
}

void Group::stop_checking() {
  if (request_clock_ != nullptr) request_clock_->stop();
}

void Group::start_idle(Connection& connection) {
  if (keep_alive_limit_ == 0) return;
  connection.idle_since_ = uv_now(env().loop());
  connection.idle_link_.insert_before(idle_);
  if (idle_clock_ == nullptr) idle_clock_ = bind::make<Clock>(env(), *this, &Group::check_idle);
  if (!idle_clock_->active()) idle_clock_->start(keep_alive_limit_, 0);
}

/// JavaScript may close any connection while it hears of one: the walk starts again from the front after each call.
void Group::check_idle() {
  const uint64_t now = uv_now(env().loop());
  while (idle_.next != &idle_) {
    Connection& connection = *idle_.next->owner;
    const uint64_t due = connection.idle_since_ + keep_alive_limit_;
    if (keep_alive_limit_ != 0 && due > now) {
      idle_clock_->start(due - now, 0);
      return;
    }
    connection.idle_link_.remove();
    connection.timed_out(Timeout::kKeepAlive);
  }
}

void Group::check_requests() {
  const uint64_t now = uv_now(env().loop());
  std::vector<Connection*> late;
  for (Link* link = all_.next; link != &all_; link = link->next) {
    if (link->owner->is_late(now, headers_limit_, request_limit_)) {
      link->owner->hold();
      late.push_back(link->owner);
    }
  }
  for (Connection* connection : late) {
    connection->timed_out(Timeout::kRequest);
    connection->release();
  }
}

}  // namespace vireo::http
