// One TLS connection: bytes of the network in, bytes of the program out, and the other way round. Knows no sockets.
#pragma once

#include <openssl/ssl.h>

#include <deque>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "bind/bind.h"
#include "net/stream.h"
#include "tls/handles.h"

namespace vireo::tls {

class SecureContext;

class Engine final : public net::StreamFilter {
 public:
  using BindBase = net::StreamFilter;
  Engine(Environment& env, SecureContext* context, bool is_server);
  ~Engine() override;

  static Engine* of(const SSL* ssl) { return static_cast<Engine*>(SSL_get_app_data(ssl)); }
  static void install_callbacks(SSL_CTX* context);
  [[nodiscard]] SSL_CTX* first_context() const { return first_context_; }

  /// What `step` found; bits.
  enum Event : int32_t {
    kEstablished = 1,   // the handshake is complete
    kData = 2,          // takeData()
    kEnd = 4,           // the peer has said that it sends no more
    kFailed = 8,        // takeError()
    kOutput = 16,       // takeOutput()
    kClientHello = 32,  // waits for resume(): a server program wants to look up the session
    kCertificate = 64,  // waits for resume(): choose a certificate
    kSession = 128,     // takeSessions()
    kKeylog = 256,      // takeKeylog()
    kHandshake = 512,   // another handshake has begun
    kOcsp = 1024,       // takeOcspResponse()
  };

  /// Bytes from the network.
  void receive(bind::Bytes bytes);
  /// The network has ended.
  void receive_end() { BIO_set_mem_eof_return(SSL_get_rbio(ssl_.get()), 0); }
  /// Goes on as far as it gets. Throws what a callback has thrown.
  bind::Result<int32_t> step(bind::Context& cx);
  /// net::StreamFilter: while a native listener has the stream, JavaScript hears of data no more.
  void decode(net::Stream& stream, std::span<uint8_t> bytes) override;
  bool encode(std::span<const std::string_view> parts, std::string& out) override;
  /// Gives what has been received so far to the stream's listener.
  void pump(net::Stream* stream) { deliver(*stream); }
  /// Encrypts. False: takeError().
  bind::Result<bool> write(bind::Context& cx, bind::Bytes bytes);
  bind::Result<bool> write_text(bind::Context& cx, v8::Local<v8::String> text, int32_t encoding);
  /// Says to the peer that no more will come.
  void shutdown();
  /// After kClientHello: with the session that the program has kept, if any.
  void load_session(std::optional<bind::Bytes> session);
  void certificate_chosen() { certificate_chosen_ = true; }
  void free();

  /// What one record held, and so on; undefined when there is no more.
  std::optional<bind::OwnedBytes> take_data();
  std::optional<bind::OwnedBytes> take_output();
  v8::Local<v8::Value> take_error(bind::Context& cx);
  /// [id, session, id, session, ...]
  v8::Local<v8::Value> take_sessions(bind::Context& cx);
  v8::Local<v8::Value> take_keylog(bind::Context& cx);
  std::optional<bind::OwnedBytes> take_ocsp_response();
  /// The session that the client asks for in its hello.
  std::optional<bind::OwnedBytes> hello_session_id() const;

  void set_verify_mode(bool request, bool reject);
  void want_hello(bool want) { wants_hello_ = want; }
  void want_certificate() { wants_certificate_ = true; }
  void want_keylog() { wants_keylog_ = true; }
  void want_sessions() { wants_sessions_ = true; }
  void want_alpn_callback() { wants_alpn_ = true; }
  void want_psk();
  void request_ocsp() { SSL_set_tlsext_status_type(ssl_.get(), TLSEXT_STATUSTYPE_ocsp); }
  bool set_ocsp_response(bind::Bytes response);
  bool wants_ocsp() { return SSL_get_tlsext_status_type(ssl_.get()) == TLSEXT_STATUSTYPE_ocsp; }
  void set_servername(std::string name) { SSL_set_tlsext_host_name(ssl_.get(), name.c_str()); }
  std::optional<std::string> servername() const;
  void set_alpn(bind::Bytes protocols);
  std::optional<std::string> alpn() const;
  bool set_session(bind::Bytes session);
  bind::Result<void> set_context(bind::Context& cx, SecureContext* context);
  bool set_psk_hint(std::string hint) { return SSL_use_psk_identity_hint(ssl_.get(), hint.c_str()) == 1; }
  bool set_max_send_fragment(double size) {
    return SSL_set_max_send_fragment(ssl_.get(), static_cast<long>(size)) == 1;
  }
  bind::Result<void> renegotiate(bind::Context& cx);

  std::optional<bind::OwnedBytes> session();
  std::optional<bind::OwnedBytes> ticket();
  bool session_reused() { return SSL_session_reused(ssl_.get()) == 1; }
  std::string protocol() { return SSL_get_version(ssl_.get()); }
  v8::Local<v8::Value> cipher(bind::Context& cx);
  v8::Local<v8::Value> ephemeral_key(bind::Context& cx);
  std::vector<std::string> shared_sigalgs();
  std::optional<bind::OwnedBytes> finished();
  std::optional<bind::OwnedBytes> peer_finished();
  bind::Result<bind::OwnedBytes> export_keying(bind::Context& cx, uint32_t length, std::string label,
                                               std::optional<bind::Bytes> context);
  /// OpenSSL's number of what is wrong with the peer's certificate, and its name and message; undefined when it is
  /// fine.
  v8::Local<v8::Value> verify_error(bind::Context& cx);
  v8::Local<v8::Value> peer_certificate(bind::Context& cx, bool detailed);
  v8::Local<v8::Value> certificate(bind::Context& cx);
  /// DER
  std::optional<bind::OwnedBytes> peer_certificate_der();
  /// What the peer sent, from its own certificate upwards (a server's peer: without it).
  v8::Local<v8::Array> peer_chain_der(bind::Context& cx);
  std::optional<bind::OwnedBytes> certificate_der();

 private:
  class Busy;
  void note_output(int32_t& events) const;
  int read(std::span<uint8_t> buffer);
  void note_end(bind::Context& cx, int status);
  void note_queues();
  void deliver(net::Stream& stream);
  bool tell(int32_t events);
  void fail(bind::Context& cx);
  v8::MaybeLocal<v8::Value> call(const char* name, std::initializer_list<v8::Local<v8::Value>> args);

  static int on_client_hello(SSL* ssl, int* alert, void*);
  static int on_certificate(SSL* ssl, void*);
  static int on_servername(SSL* ssl, int*, void*);
  static int on_alpn(SSL* ssl, const unsigned char** out, unsigned char* out_size, const unsigned char* in,
                     unsigned in_size, void*);
  static int on_new_session(SSL* ssl, SSL_SESSION* session);
  static SSL_SESSION* on_get_session(SSL* ssl, const unsigned char* id, int size, int* copy);
  static int on_status(SSL* ssl, void*);
  static void on_keylog(const SSL* ssl, const char* line);
  static void on_info(const SSL* ssl, int where, int value);
  static unsigned on_psk_server(SSL* ssl, const char* identity, unsigned char* psk, unsigned max_size);
  static unsigned on_psk_client(SSL* ssl, const char* hint, char* identity, unsigned max_identity, unsigned char* psk,
                                unsigned max_size);

  SslPtr ssl_;
  SSL_CTX* first_context_;
  v8::Global<v8::Object> context_wrapper_;  // its callbacks refer to it
  SessionPtr next_session_;
  std::deque<bind::OwnedBytes> data_;
  std::vector<uint8_t> alpn_;
  std::vector<uint8_t> hello_id_;
  std::vector<std::string> keylog_;
  std::vector<SessionPtr> sessions_;
  std::vector<uint8_t> ocsp_;
  v8::Global<v8::Value> error_;
  v8::Global<v8::Value> thrown_;
  int32_t events_ = 0;
  bool is_server_;
  bool established_ = false;
  bool in_handshake_ = false;
  bool ended_ = false;
  bool failed_ = false;
  bool wants_hello_ = false;
  bool wants_certificate_ = false;
  bool certificate_chosen_ = false;
  bool wants_keylog_ = false;
  bool wants_sessions_ = false;
  bool wants_alpn_ = false;
  bool busy_ = false;
  bool free_later_ = false;
};

/// While OpenSSL runs: what JavaScript does in a callback must not free the connection underneath.
class Engine::Busy {
 public:
  explicit Busy(Engine& engine) : engine_(engine), was_(engine.busy_) { engine.busy_ = true; }
  ~Busy() {
    engine_.busy_ = was_;
    if (!was_ && engine_.free_later_) engine_.free();
  }

 private:
  Engine& engine_;
  const bool was_;
};

}  // namespace vireo::tls
