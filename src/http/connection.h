// One HTTP connection: a parser, and the native stream below when there is one.
//
// Two ways to live. Attached to a native stream, bytes come from the loop and answers go straight to the kernel;
// JavaScript hears of whole messages only. Without one (TLS in JavaScript, a Duplex of the program's), JavaScript feeds
// `execute()` and writes to its own stream. The owner is the JavaScript object that the group's functions are called
// on.
#pragma once

#include <string>
#include <string_view>

#include "bind/bind.h"
#include "http/group.h"
#include "http/parser.h"
#include "net/stream.h"

namespace vireo::http {

class Connection final : public bind::Object, public net::StreamListener {
 public:
  /// Bits of `mode` in write().
  enum WriteMode : uint32_t {
    kChunk = 1,      ///< frame the body as a chunk
    kLatin1 = 2,     ///< a body that is a string is Latin-1, not UTF-8
    kFlush = 4,      ///< nothing more comes soon: send
    kIdleAfter = 8,  ///< this ends the last response: the connection falls idle
    // For respond() alone:
    kNoLength = 16,      ///< the lines say what there is to say about the body's length
    kNoBody = 32,        ///< an answer to HEAD: the length, not the body
    kHasDate = 64,       ///< the lines have a date
    kSayClose = 128,     ///< the connection ends with this response
    kSayKeepAlive = 256  ///< a client of HTTP/1.0 asked for it
  };

  Connection(Environment& env, Group* group, v8::Local<v8::Object> owner);
  ~Connection() override;

  /// Takes the stream's bytes from now on, and starts to read. False when it is closed.
  bool attach_stream(net::Stream* stream);
  /// Gives the stream back to whoever had it before.
  void detach_stream();
  [[nodiscard]] bool attached() const { return stream_ != nullptr; }

  /// Bytes from JavaScript. Exceptions of the functions that are called come out here.
  bind::Result<void> execute(bind::Context& cx, bind::SharedBytes bytes);
  /// The peer will send no more.
  bind::Result<void> finish(bind::Context& cx);
  /// No further calls, whatever comes.
  void stop();
  /// As a new connection: for the next exchange of a client. Takes the async context of the caller.
  void reset();
  /// Tells async_hooks, while they are enabled, that what it does from now on is a resource.
  void announce();

  /// Collects head, body (string or bytes) and tail (Latin-1 strings, or undefined), and sends them. Gives the bytes
  /// that are not yet in the kernel's hands, or a negative error.
  int32_t write(bind::Context& cx, v8::Local<v8::Value> head, v8::Local<v8::Value> body, v8::Local<v8::Value> tail,
                uint32_t mode, uint32_t body_length);
  /// A whole response: `lines` are its headers, each with its line end; framing and date are added. Gives what write()
  /// gives.
  int32_t respond(bind::Context& cx, uint32_t status, v8::Local<v8::Value> reason, v8::Local<v8::Value> lines,
                  v8::Local<v8::Value> body, uint32_t mode);
  /// The head of a response without the empty line at its end; to be followed by write().
  void start_response(uint32_t status, v8::Local<v8::Value> reason, v8::Local<v8::Value> lines, uint32_t mode);
  /// Sends what has been collected; gives what remains, as write() does.
  int32_t flush();
  void read_start();
  void read_stop();
  /// After the output: ends our side, and closes.
  void close_soon();
  void close();
  [[nodiscard]] double bytes_written() const;
  [[nodiscard]] uint32_t write_queue_size() const;
  /// Neither a message being read nor fresh from the accept.
  [[nodiscard]] bool between_messages() const { return started_at_ == 0 && !reporting_head_; }
  /// Whether the kernel holds bytes that have not been read.
  [[nodiscard]] bool has_input() const;
  void start_idle();

  // net::StreamListener
  void on_stream_read(std::span<uint8_t> data) override;
  void on_stream_end() override;
  void on_stream_error(int error) override;
  void on_stream_closed() override;

 private:
  friend class Group;
  class WriteRequest;

  v8::Local<v8::Object> owner() const { return owner_.Get(isolate()); }
  bool call(Group::Call which, std::initializer_list<v8::Local<v8::Value>> args,
            v8::Local<v8::Value>* result = nullptr);
  bool feed(std::string_view input);
  bool report_head(std::string_view& input, Event& next, bool& has_next);
  bool report_body();
  bool report_end();
  bool report_error(std::string_view packet, size_t left);
  v8::Local<v8::Value> block_of(const HeaderBlock& headers);
  bool append(bind::Context& cx, v8::Local<v8::Value> text, bool latin1);
  void wrote(int status);
  void settle_output();
  bool is_late(uint64_t now, uint64_t headers_limit, uint64_t request_limit) const;
  void timed_out(Group::Timeout kind);
  void release_stream();

  Group* group_;
  Parser parser_;
  v8::Global<v8::Object> owner_;
  loop::AsyncContext async_context_;
  net::Stream* stream_ = nullptr;
  Link link_;
  Link idle_link_;
  uint64_t idle_since_ = 0;
  uint64_t started_at_ = 0;  // when the message being read began, or the connection was made; 0 between messages
  std::string output_;
  std::string later_;  // given while a packet was being taken apart
  bool finish_later_ = false;
  uint32_t requests_in_flight_ = 0;
  uint32_t calling_ = 0;  // calls into JavaScript under way
  bool feeding_ = false;
  bool from_js_ = false;
  bool more_input_ = false;  // the packet being read holds more
  bool stopped_ = false;
  bool waiting_drain_ = false;
  bool idle_after_ = false;
  bool closing_ = false;
  bool reporting_head_ = false;  // of a request that has already arrived whole
};

}  // namespace vireo::http
