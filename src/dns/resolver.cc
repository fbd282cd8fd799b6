#include "dns/resolver.h"

#include <arpa/inet.h>
#include <netdb.h>

#include <algorithm>
#include <memory>

#include "dns/answers.h"
#include "engine/environment.h"
#include "loop/callback_scope.h"

namespace vireo::dns {

namespace {

/// c-ares wants to be initialised once a process.
void initialise_library() { [[maybe_unused]] static const int once = ares_library_init(ARES_LIB_INIT_ALL); }

/// A server that is there only because c-ares found none.
bool is_only_fallback(const std::vector<std::string>& servers) {
  return servers.size() == 1 && servers.front() == "127.0.0.1";
}

}  // namespace

/// Watches one of c-ares's sockets.
class Resolver::Socket final : public loop::Handle {
 public:
  Socket(Environment& env, Resolver& resolver, ares_socket_t socket) : Handle(env), resolver_(&resolver), fd_(socket) {
    if (uv_poll_init_socket(env.loop(), &poll_, socket) == 0) opened(reinterpret_cast<uv_handle_t*>(&poll_));
  }
  [[nodiscard]] const char* type_name() const override { return ""; }

  void watch(bool readable, bool writable) {
    if (is_closing()) return;
    uv_poll_start(&poll_, (readable ? UV_READABLE : 0) | (writable ? UV_WRITABLE : 0), on_event);
  }
  void forget() {
    resolver_ = nullptr;
    close();
  }

 protected:
  void on_closed() override {
    if (resolver_ != nullptr) resolver_->sockets_.erase(fd_);
  }

 private:
  static void on_event(uv_poll_t* poll, int status, int events) {
    Resolver* resolver = from<Socket>(poll)->resolver_;
    const ares_socket_t fd = from<Socket>(poll)->fd_;
    if (resolver == nullptr || resolver->channel_ == nullptr) return;
    // An error is found by reading.
    const bool readable = status < 0 || (events & UV_READABLE) != 0;
    const bool writable = status < 0 || (events & UV_WRITABLE) != 0;
    resolver->hold();
    ares_process_fd(resolver->channel_, readable ? fd : ARES_SOCKET_BAD, writable ? fd : ARES_SOCKET_BAD);
    resolver->settle(true);
    resolver->release();
  }

  uv_poll_t poll_{};
  Resolver* resolver_;
  const ares_socket_t fd_;
};

/// When the next question is asked again or given up, and when finished ones are handed over.
class Resolver::Timer final : public loop::Handle {
 public:
  Timer(Environment& env, Resolver& resolver) : Handle(env), resolver_(&resolver) {
    uv_timer_init(env.loop(), &timer_);
    opened(reinterpret_cast<uv_handle_t*>(&timer_));
  }
  [[nodiscard]] const char* type_name() const override { return ""; }

  void start(uint64_t milliseconds) {
    if (!is_closing()) uv_timer_start(&timer_, on_time, milliseconds, 0);
  }
  void stop() { uv_timer_stop(&timer_); }
  void forget() {
    resolver_ = nullptr;
    close();
  }

 protected:
  void on_closed() override {
    if (resolver_ != nullptr) resolver_->timer_ = nullptr;
  }

 private:
  static void on_time(uv_timer_t* timer) {
    Resolver* resolver = from<Timer>(timer)->resolver_;
    if (resolver == nullptr || resolver->channel_ == nullptr) return;
    resolver->hold();
    ares_process_fd(resolver->channel_, ARES_SOCKET_BAD, ARES_SOCKET_BAD);
    resolver->settle(true);
    resolver->release();
  }

  uv_timer_t timer_{};
  Resolver* resolver_;
};

/// A question and, later, its answer.
struct Resolver::Query {
  Query(Resolver& resolver, v8::Local<v8::Function> callback)
      : resolver(resolver),
        callback(resolver.isolate(), callback),
        async_context(loop::AsyncContext::current(resolver.isolate())) {
    async_context.announce(resolver.env(), "QueryWrap", {});
  }
  ~Query() { async_context.retire(resolver.env()); }
  Query(const Query&) = delete;
  Query& operator=(const Query&) = delete;

  static void on_answer(void* argument, ares_status_t status, size_t, const ares_dns_record_t* answer) {
    auto* self = static_cast<Query*>(argument);
    self->status = status;
    if (status == ARES_SUCCESS && answer != nullptr) self->answer.reset(ares_dns_record_duplicate(answer));
    self->resolver.finished(self);
  }
  static void on_host(void* argument, int status, int, hostent* host) {
    auto* self = static_cast<Query*>(argument);
    self->status = status;
    if (status == ARES_SUCCESS && host != nullptr) {
      for (char** alias = host->h_aliases; alias != nullptr && *alias != nullptr; alias++)
        self->names.emplace_back(*alias);
      if (self->names.empty() && host->h_name != nullptr) self->names.emplace_back(host->h_name);
    }
    self->resolver.finished(self);
  }

  Resolver& resolver;
  v8::Global<v8::Function> callback;
  loop::AsyncContext async_context;
  std::list<std::unique_ptr<Query>>::iterator place;
  int status = ARES_SUCCESS;
  bool is_reverse = false;
  std::unique_ptr<ares_dns_record_t, decltype(&ares_dns_record_destroy)> answer{nullptr, &ares_dns_record_destroy};
  std::vector<std::string> names;
};

Resolver::Resolver(Environment& env, int32_t timeout, int32_t tries, uint32_t max_timeout)
    : Object(env), timeout_(timeout), tries_(tries), max_timeout_(max_timeout) {
  open();
}

Resolver::~Resolver() {
  if (channel_ != nullptr) {
    ares_channel_t* channel = channel_;
    channel_ = nullptr;
    ares_destroy(channel);  // ends every open question
  }
  for (const auto& [fd, socket] : sockets_) socket->forget();
  if (timer_ != nullptr) timer_->forget();
}

void Resolver::open() {
  initialise_library();
  ares_options options{};
  int mask = ARES_OPT_FLAGS | ARES_OPT_TIMEOUTMS | ARES_OPT_TRIES | ARES_OPT_SOCK_STATE_CB | ARES_OPT_QUERY_CACHE;
  // A server's refusal is the answer.
  options.flags = ARES_FLAG_NOCHECKRESP;
  options.timeout = timeout_;
  options.tries = tries_;
  options.qcache_max_ttl = 0;
  options.sock_state_cb_data = this;
  options.sock_state_cb = [](void* data, ares_socket_t socket, int readable, int writable) {
    static_cast<Resolver*>(data)->on_socket_state(socket, readable != 0, writable != 0);
  };
  if (max_timeout_ > 0) {
    options.maxtimeout = static_cast<int>(std::min<uint32_t>(max_timeout_, INT32_MAX));
    mask |= ARES_OPT_MAXTIMEOUTMS;
  }
  if (ares_init_options(&channel_, &options, mask) != ARES_SUCCESS) channel_ = nullptr;
}

void Resolver::on_socket_state(ares_socket_t socket, bool readable, bool writable) {
  const auto found = sockets_.find(socket);
  if (!readable && !writable) {
    if (found == sockets_.end()) return;
    Socket* known = found->second;
    sockets_.erase(found);
    known->forget();
    return;
  }
  if (found != sockets_.end()) {
    found->second->watch(readable, writable);
    return;
  }
  if (!env().can_call_into_js()) return;
  auto* watcher = bind::make<Socket>(env(), *this, socket);
  if (watcher->uv_handle() != nullptr) {
    sockets_.emplace(socket, watcher);
    watcher->watch(readable, writable);
  }
  watcher->release();
}

// --- questions
// ----------------------------------------------------------------------------------------------------------

Resolver::Query* Resolver::begin(v8::Local<v8::Function> callback) {
  // There may be a configuration by now.
  if (!servers_by_program_ && queries_.empty() && finished_.empty() && is_only_fallback(servers())) {
    ares_reinit(channel_);
  }
  queries_.push_front(std::make_unique<Query>(*this, callback));
  Query* query = queries_.front().get();
  query->place = queries_.begin();
  if (queries_.size() + finished_.size() == 1) hold();
  return query;
}

void Resolver::query(bind::Context&, std::string name, int32_t type, v8::Local<v8::Function> callback) {
  Query* query = begin(callback);
  if (channel_ == nullptr || name.find('\0') != std::string::npos) {
    query->status = channel_ == nullptr ? ARES_ENOTINITIALIZED : ARES_EBADNAME;
    finished(query);
  } else {
    const ares_status_t status =
        ares_query_dnsrec(channel_, name.c_str(), ARES_CLASS_IN, static_cast<ares_dns_rec_type_t>(type),
                          &Query::on_answer, query, nullptr);
    (void)status;  // a failure has called back as well
  }
  settle(false);
}

bool Resolver::reverse(bind::Context&, std::string address, v8::Local<v8::Function> callback) {
  unsigned char bytes[sizeof(in6_addr)];
  int family = AF_INET;
  if (address.find('\0') != std::string::npos) return false;
  if (uv_inet_pton(AF_INET, address.c_str(), bytes) != 0) {
    family = AF_INET6;
    if (uv_inet_pton(AF_INET6, address.c_str(), bytes) != 0) return false;
  }
  Query* query = begin(callback);
  query->is_reverse = true;
  if (channel_ == nullptr) {
    query->status = ARES_ENOTINITIALIZED;
    finished(query);
  } else {
    ares_gethostbyaddr(channel_, bytes, family == AF_INET ? 4 : 16, family, &Query::on_host, query);
  }
  settle(false);
  return true;
}

void Resolver::cancel() {
  if (channel_ == nullptr) return;
  ares_cancel(channel_);
  settle(false);
}

void Resolver::finished(Query* query) { finished_.splice(finished_.end(), queries_, query->place); }

void Resolver::settle(bool from_loop) {
  if (!env().can_call_into_js()) return;
  if (from_loop && !finished_.empty()) deliver();
  if (channel_ == nullptr || (queries_.empty() && finished_.empty())) {
    if (timer_ != nullptr) timer_->stop();
    return;
  }
  if (timer_ == nullptr) {
    timer_ = bind::make<Timer>(env(), *this);
    timer_->release();
  }
  timeval buffer{};
  const timeval* next = finished_.empty() ? ares_timeout(channel_, nullptr, &buffer) : &buffer;
  if (next == nullptr) timer_->stop();
  else timer_->start(static_cast<uint64_t>(next->tv_sec) * 1000 + static_cast<uint64_t>(next->tv_usec + 999) / 1000);
}

void Resolver::deliver() {
  loop::LoopEntry entry(env());
  // What callbacks ask is answered in a later turn.
  std::list<std::unique_ptr<Query>> ready;
  ready.splice(ready.end(), finished_);
  hold();
  if (queries_.empty()) release();  // that of begin()
  for (; !ready.empty() && env().can_call_into_js(); ready.pop_front()) {
    v8::HandleScope handles(isolate());
    bind::Context cx(isolate(), env().context(), env());
    const Query& query = *ready.front();
    v8::Local<v8::Value> args[] = {v8::Null(isolate()), v8::Undefined(isolate())};
    if (query.status != ARES_SUCCESS) args[0] = bind::latin1_to_js(cx, code_of(query.status));
    else if (query.is_reverse) args[1] = bind::to_js(cx, query.names);
    else if (query.answer != nullptr) args[1] = answers_to_js(cx, *query.answer);
    else args[1] = v8::Array::New(isolate());
    (void)loop::call_into_js(env(), query.async_context, v8::Undefined(isolate()), query.callback.Get(isolate()),
                             static_cast<int>(std::size(args)), args);
  }
  release();
}

// --- servers
// ------------------------------------------------------------------------------------------------------------

std::vector<std::string> Resolver::servers() {
  std::vector<std::string> result;
  if (channel_ == nullptr) return result;
  const std::unique_ptr<char, decltype(&ares_free_string)> list(ares_get_servers_csv(channel_), &ares_free_string);
  if (list == nullptr) return result;
  // "1.2.3.4:53,[::1]:5353": without the port that goes without saying, and without brackets then.
  constexpr std::string_view kPort = ":53";
  for (std::string_view rest = list.get(); !rest.empty();) {
    const size_t comma = std::min(rest.find(','), rest.size());
    std::string_view server = rest.substr(0, comma);
    rest.remove_prefix(std::min(comma + 1, rest.size()));
    if (server.ends_with(kPort)) {
      server.remove_suffix(kPort.size());
      if (server.starts_with('[') && server.ends_with(']')) server = server.substr(1, server.size() - 2);
    }
    result.emplace_back(server);
  }
  return result;
}

std::string Resolver::set_servers(bind::Context& cx, v8::Local<v8::Array> list) {
  if (channel_ == nullptr) return ares_strerror(ARES_ENOTINITIALIZED);
  if (!queries_.empty() || !finished_.empty()) return "There are pending queries.";
  std::vector<ares_addr_port_node> nodes(list->Length() / 2);
  for (uint32_t i = 0; i < nodes.size(); i++) {
    v8::Local<v8::Value> address;
    v8::Local<v8::Value> port;
    if (!list->Get(cx.context, i * 2).ToLocal(&address) || !list->Get(cx.context, i * 2 + 1).ToLocal(&port) ||
        !address->IsString())
      return ares_strerror(ARES_EBADSTR);
    const std::string text = bind::utf8_of(cx.isolate, address.As<v8::String>());
    ares_addr_port_node& node = nodes[i];
    node.family = text.contains(':') ? AF_INET6 : AF_INET;
    node.udp_port = node.tcp_port = port->Int32Value(cx.context).FromMaybe(0);
    node.next = i + 1 < nodes.size() ? &nodes[i + 1] : nullptr;
    if (uv_inet_pton(node.family, text.c_str(), &node.addr) != 0) return ares_strerror(ARES_EBADSTR);
  }
#pragma clang diagnostic push
#pragma clang diagnostic ignored "-Wdeprecated-declarations"  // its successor drops link-local servers without a zone
  const int status = ares_set_servers_ports(channel_, nodes.empty() ? nullptr : nodes.data());
#pragma clang diagnostic pop
  if (status != ARES_SUCCESS) return ares_strerror(status);
  servers_by_program_ = true;
  return {};
}

int32_t Resolver::set_local_address(std::string first, std::optional<std::string> second) {
  if (channel_ == nullptr) return 0;
  in_addr v4{};
  in6_addr v6{};
  bool has_v4 = false;
  bool has_v6 = false;
  std::vector<std::string> texts{std::move(first)};
  if (second) texts.push_back(std::move(*second));
  for (const std::string& text : texts) {
    if (uv_inet_pton(AF_INET, text.c_str(), &v4) == 0) {
      if (std::exchange(has_v4, true)) return 2;
    } else if (uv_inet_pton(AF_INET6, text.c_str(), &v6) == 0) {
      if (std::exchange(has_v6, true)) return 3;
    } else {
      return 1;
    }
  }
  ares_set_local_ip4(channel_, ntohl(v4.s_addr));
  ares_set_local_ip6(channel_, v6.s6_addr);
  return 0;
}

void declare_resolver(bind::Module& module) {
  module.class_<Resolver>("ChannelWrap")
      .constructor<int32_t, int32_t, uint32_t>()
      .method<&Resolver::query>("query")
      .method<&Resolver::reverse>("getHostByAddr")
      .method<&Resolver::cancel>("cancel")
      .method<&Resolver::servers>("getServers")
      .method<&Resolver::set_servers>("setServers")
      .method<&Resolver::set_local_address>("setLocalAddress");
}

}  // namespace vireo::dns
