// Web Locks: the locks of a process, for all of its threads. https://w3c.github.io/web-locks/
#include <algorithm>
#include <deque>
#include <list>
#include <map>
#include <mutex>

#include "engine/environment.h"
#include "loop/callback_scope.h"
#include "loop/handle.h"

namespace vireo::web {

class LockClient;

namespace {

enum Event : int32_t { kGranted, kUnavailable, kStolen };

struct Request {
  LockClient* client;
  double id;
  bool exclusive;
};

struct Resource {
  std::list<Request> held;
  std::list<Request> waiting;
};

/// The one thing that threads share here. Whoever has the mutex may use it.
struct Space {
  std::mutex mutex;
  std::map<std::string, Resource> resources;
};

Space& space() {
  static Space instance;
  return instance;
}

}  // namespace

/// One thread's part: asks, and is told by `onevents([id, event, ...])` on its own loop.
class LockClient final : public loop::Handle {
 public:
  explicit LockClient(Environment& env) : Handle(env) {
    uv_async_init(env.loop(), &async_, [](uv_async_t* async) { from<LockClient>(async)->deliver(); });
    opened(reinterpret_cast<uv_handle_t*>(&async_));
    unref();
  }
  ~LockClient() override { leave(); }
  [[nodiscard]] const char* type_name() const override { return "LOCKS"; }

  /// `mode`: whether exclusive, whether only if it is to be had now, whether to take it from those who hold it.
  void request(double id, std::string name, bool exclusive, bool if_available, bool steal) {
    const std::lock_guard lock(space().mutex);
    Resource& resource = space().resources[name];
    const Request request{.client = this, .id = id, .exclusive = exclusive};
    if (steal) {
      for (const Request& held : resource.held) held.client->tell(held.id, kStolen);
      resource.held.clear();
      resource.waiting.push_front(request);
    } else if (if_available && !(resource.waiting.empty() && is_free(resource, exclusive))) {
      tell(id, kUnavailable);
    } else {
      resource.waiting.push_back(request);
    }
    settle(name);
  }

  void release(std::string name, double id) {
    const std::lock_guard lock(space().mutex);
    const auto found = space().resources.find(name);
    if (found == space().resources.end()) return;
    found->second.held.remove_if([&](const Request& held) { return held.client == this && held.id == id; });
    settle(name);
  }

  /// Takes a request back. False: it has been granted already.
  bool abort(std::string name, double id) {
    const std::lock_guard lock(space().mutex);
    const auto found = space().resources.find(name);
    if (found == space().resources.end()) return false;
    const auto mine = [&](const Request& waiting) { return waiting.client == this && waiting.id == id; };
    const bool was_waiting = found->second.waiting.remove_if(mine) > 0;
    settle(name);
    return was_waiting;
  }

  /// [name, exclusive, held, client, ...] of all locks and requests.
  v8::Local<v8::Value> query(bind::Context& cx) {
    const std::lock_guard lock(space().mutex);
    v8::LocalVector<v8::Value> list(cx.isolate);
    for (const auto& [name, resource] : space().resources) {
      const auto add = [&](const Request& request, bool held) {
        list.push_back(bind::string_to_js(cx, name));
        list.push_back(v8::Boolean::New(cx.isolate, request.exclusive));
        list.push_back(v8::Boolean::New(cx.isolate, held));
        list.push_back(v8::Number::New(cx.isolate, static_cast<double>(request.client->number_)));
      };
      for (const Request& request : resource.held) add(request, true);
      for (const Request& request : resource.waiting) add(request, false);
    }
    return v8::Array::New(cx.isolate, list.data(), list.size());
  }

  /// Another one for each thread.
  void set_number(double number) { number_ = static_cast<uint64_t>(number); }

 protected:
  void on_closed() override { leave(); }

 private:
  static bool is_free(const Resource& resource, bool exclusive) {
    if (exclusive) return resource.held.empty();
    return std::ranges::none_of(resource.held, [](const Request& held) { return held.exclusive; });
  }

  /// Grants what can be granted, in the order of asking.
  static void settle(const std::string& name) {
    const auto found = space().resources.find(name);
    if (found == space().resources.end()) return;
    Resource& resource = found->second;
    while (!resource.waiting.empty() && is_free(resource, resource.waiting.front().exclusive)) {
      const Request granted = resource.waiting.front();
      resource.waiting.pop_front();
      resource.held.push_back(granted);
      granted.client->tell(granted.id, kGranted);
    }
    if (resource.held.empty() && resource.waiting.empty()) space().resources.erase(found);
  }

  void tell(double id, Event event) {
    if (left_) return;
    events_.emplace_back(id, event);
    uv_async_send(&async_);
  }

  /// The thread ends: what it held is free.
  void leave() {
    const std::lock_guard lock(space().mutex);
    if (left_) return;
    left_ = true;
    std::vector<std::string> names;
    for (auto& [name, resource] : space().resources) {
      const auto mine = [&](const Request& request) { return request.client == this; };
      if (resource.held.remove_if(mine) + resource.waiting.remove_if(mine) > 0) names.push_back(name);
    }
    for (const std::string& name : names) settle(name);
  }

  void deliver() {
    std::deque<std::pair<double, Event>> events;
    {
      const std::lock_guard lock(space().mutex);
      events.swap(events_);
    }
    if (!env().can_call_into_js()) return;
    const loop::LoopEntry entry(env());
    // At once: a lock that is granted and then stolen is lost before its callback's promise has settled.
    v8::LocalVector<v8::Value> list(isolate());
    for (const auto& [id, event] : events) {
      list.push_back(v8::Number::New(isolate(), id));
      list.push_back(v8::Integer::New(isolate(), event));
    }
    (void)emit(bind::name(isolate(), "onevents"), {v8::Array::New(isolate(), list.data(), list.size())});
  }

  uv_async_t async_{};
  uint64_t number_ = 0;
  bool left_ = false;
  std::deque<std::pair<double, Event>> events_;
};

BIND_MODULE(locks) {
  auto client = module.class_<LockClient>("LockClient");
  loop::Handle::bind_methods(client);
  client.constructor<>()
      .method<&LockClient::request>("request")
      .method<&LockClient::release>("release")
      .method<&LockClient::abort>("abort")
      .method<&LockClient::query>("query")
      .method<&LockClient::set_number>("setNumber");
}

}  // namespace vireo::web
