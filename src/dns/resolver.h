// Questions to name servers, by c-ares on the Environment's loop.
#pragma once

#include <ares.h>
#include <uv.h>

#include <list>
#include <unordered_map>

#include "bind/bind.h"
#include "loop/async_context.h"
#include "loop/handle.h"

namespace vireo::dns {

/// One resolver: its servers, its sockets, its open questions. Answers come from the loop, never from within a call.
class Resolver final : public bind::Object {
 public:
  /// `timeout`: milliseconds of the first try, negative: c-ares's. `max_timeout` of 0: no limit.
  Resolver(Environment& env, int32_t timeout, int32_t tries, uint32_t max_timeout);
  ~Resolver() override;

  /// Asks for records of `type` (RFC 1035's number). `callback(code, records)`: `code` is Node's ("ENOTFOUND") or null,
  /// `records` as answers.h has them.
  void query(bind::Context& cx, std::string name, int32_t type, v8::Local<v8::Function> callback);
  /// The names of an address: `callback(code, names)`. False when it is no address.
  bool reverse(bind::Context& cx, std::string address, v8::Local<v8::Function> callback);
  /// Open questions end with ECANCELLED.
  void cancel();

  /// "1.2.3.4", "1.2.3.4:5", "::1", "[::1]:5"
  [[nodiscard]] std::vector<std::string> servers();
  /// [address, port, ...]; port 0 is DNS's own. Gives an empty text, or why it failed.
  std::string set_servers(bind::Context& cx, v8::Local<v8::Array> list);
  /// 0, or what is wrong: 1 no address, 2 two of IPv4, 3 two of IPv6.
  int32_t set_local_address(std::string first, std::optional<std::string> second);

 private:
  class Socket;
  class Timer;
  struct Query;

  void open();
  Query* begin(v8::Local<v8::Function> callback);
  /// c-ares has finished with `query`, perhaps before the call that asked returns.
  void finished(Query* query);
  /// To be called whenever c-ares has been called: hands over what is finished, sets the timer.
  void settle(bool from_loop);
  void deliver();
  void on_socket_state(ares_socket_t socket, bool readable, bool writable);

  ares_channel_t* channel_ = nullptr;
  std::unordered_map<ares_socket_t, Socket*> sockets_;
  Timer* timer_ = nullptr;
  std::list<std::unique_ptr<Query>> queries_;
  std::list<std::unique_ptr<Query>> finished_;
  const int32_t timeout_;
  const int32_t tries_;
  const uint32_t max_timeout_;
  /// Without configuration c-ares asks 127.0.0.1; there may be one later.
  bool servers_by_program_ = false;
};

}  // namespace vireo::dns
