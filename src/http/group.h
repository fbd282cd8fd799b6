// The connections of one server (or of all client requests): what they call in JavaScript, their limits, their clocks.
#pragma once

#include <array>

#include "bind/bind.h"
#include "http/parser.h"
#include "loop/handle.h"

namespace vireo::http {

class Connection;

/// Doubly linked list of connections through one of their links; removing an absent one is fine.
struct Link {
  Link* previous = nullptr;
  Link* next = nullptr;
  Connection* owner = nullptr;

  [[nodiscard]] bool linked() const { return next != nullptr; }
  void remove();
  void insert_before(Link& position);
};

class Group final : public bind::Object {
 public:
  /// Functions of the object that JavaScript gives; each is called with the connection's owner as `this`.
  enum class Call : uint8_t {
    kHead,     ///< (flags, method or status, url or reason, header block, body?, trailer block?) -> bits of HeadAnswer
    kBody,     ///< (buffer)
    kEnd,      ///< (trailer block?)
    kUpgrade,  ///< (bytes after the head)
    kError,    ///< (code, reason, bytes parsed, packet): not HTTP
    kFail,     ///< (errno, syscall): the connection broke
    kEof,      ///< (): the peer has ended its side
    kClose,    ///< (): the stream is closed
    kDrain,    ///< (): all output has been handed over
    kTimeout,  ///< (kind): a time limit has passed
    kCount
  };
  /// What JavaScript says to a head.
  enum HeadAnswer : uint32_t { kTakeUpgrade = 1, kSkipBody = 2 };
  enum class Timeout : int32_t { kKeepAlive = 0, kRequest = 1 };

  Group(Environment& env, v8::Local<v8::Object> callbacks, bool responses);
  ~Group() override;

  /// `lenient` are llhttp_lenient_flags; for connections made from now on.
  void configure(uint32_t max_header_size, uint32_t max_headers, uint32_t lenient);
  /// Milliseconds; 0: no limit.
  void set_limits(double headers, double request, double keep_alive);
  /// Looks every `interval` milliseconds for requests that take too long.
  void start_checking(double interval);
  void stop_checking();

  /// Tells of every piece of a body on its own, as it was cut by the peer.
  void tell_pieces(bool each) { tells_pieces_ = each; }
  [[nodiscard]] bool tells_pieces() const { return tells_pieces_; }

  [[nodiscard]] bool parses_responses() const { return options_.type == MessageType::kResponse; }
  [[nodiscard]] const ParserOptions& parser_options() const { return options_; }
  [[nodiscard]] v8::Local<v8::Function> function(Call call) const {
    return functions_[static_cast<size_t>(call)].Get(isolate());
  }

  void add(Link& link) { link.insert_before(all_); }
  /// Nothing happens on this connection: it may be closed when that lasts. Its link goes to the list's end.
  void start_idle(Connection& connection);

 private:
  class Clock;

  void check_requests();
  void check_idle();

  ParserOptions options_;
  std::array<v8::Global<v8::Function>, static_cast<size_t>(Call::kCount)> functions_;
  Link all_;
  Link idle_;  // in the order in which they fell idle
  bool tells_pieces_ = false;
  uint64_t headers_limit_ = 0;
  uint64_t request_limit_ = 0;
  uint64_t keep_alive_limit_ = 0;
  Clock* request_clock_ = nullptr;
  Clock* idle_clock_ = nullptr;
};

}  // namespace vireo::http
