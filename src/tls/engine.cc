#include "tls/engine.h"

#include <openssl/err.h>

#include <algorithm>
#include <cstring>

#include "engine/environment.h"
#include "tls/context.h"
#include "tls/errors.h"

namespace vireo::tls {

namespace {

/// As much as one step decrypts before JavaScript gets it.
constexpr size_t kMaxData = 256 * 1024;
/// What a connection costs outside of V8's heap, roughly.
constexpr int64_t kMemory = 40 * 1024;

std::optional<bind::OwnedBytes> taken(std::vector<uint8_t>& bytes) {
  if (bytes.empty()) return std::nullopt;
  bind::OwnedBytes result{std::span<const uint8_t>(bytes)};
  bytes.clear();
  return result;
}

std::optional<bind::OwnedBytes> session_bytes(SSL_SESSION* session) {
  const int size = session == nullptr ? 0 : i2d_SSL_SESSION(session, nullptr);
  if (size <= 0) return std::nullopt;
  bind::OwnedBytes bytes(static_cast<size_t>(size));
  unsigned char* at = bytes.data();
  i2d_SSL_SESSION(session, &at);
  return bytes;
}

SessionPtr session_from(bind::Bytes bytes) {
  const unsigned char* at = bytes.data();
  return SessionPtr(d2i_SSL_SESSION(nullptr, &at, static_cast<long>(bytes.size())));
}

}  // namespace

Engine::Engine(Environment& env, SecureContext* context, bool is_server)
    : StreamFilter(env), first_context_(context->get()), is_server_(is_server) {
  context_wrapper_.Reset(env.isolate(), context->wrapper());
  ssl_.reset(SSL_new(first_context_));
  SSL_set_app_data(ssl_.get(), this);
  SSL_set_bio(ssl_.get(), BIO_new(BIO_s_mem()), BIO_new(BIO_s_mem()));
  // A record without data for the program ends SSL_read(), so that each session is told of before the next is there.
  SSL_clear_mode(ssl_.get(), SSL_MODE_AUTO_RETRY);
  // An empty input means: wait for more.
  BIO_set_mem_eof_return(SSL_get_rbio(ssl_.get()), -1);
  SSL_set_verify(ssl_.get(), SSL_VERIFY_NONE, [](int, X509_STORE_CTX*) { return 1; });
  SSL_set_cert_cb(ssl_.get(), on_certificate, nullptr);
  SSL_set_info_callback(ssl_.get(), on_info);
  if (is_server) SSL_set_accept_state(ssl_.get());
  else SSL_set_connect_state(ssl_.get());
  adjust_external_memory(kMemory);
}

Engine::~Engine() = default;

void Engine::install_callbacks(SSL_CTX* context) {
  SSL_CTX_set_client_hello_cb(context, on_client_hello, nullptr);
  SSL_CTX_set_tlsext_servername_callback(context, on_servername);
  SSL_CTX_set_alpn_select_cb(context, on_alpn, nullptr);
  SSL_CTX_sess_set_new_cb(context, on_new_session);
  SSL_CTX_sess_set_get_cb(context, on_get_session);
  SSL_CTX_set_tlsext_status_cb(context, on_status);
  SSL_CTX_set_keylog_callback(context, on_keylog);
}

void Engine::free() {
  if (busy_) {
    free_later_ = true;
    return;
  }
  free_later_ = false;
  failed_ = true;
  ended_ = true;
}

// --- bytes ---

void Engine::receive(bind::Bytes bytes) {
  const uint8_t* at = bytes.data();
  size_t left = bytes.size();
  while (left != 0) {
    const int count = BIO_write(SSL_get_rbio(ssl_.get()), at, static_cast<int>(std::min<size_t>(left, INT_MAX)));
    if (count <= 0) return;
    at += count;
    left -= static_cast<size_t>(count);
  }
}

void Engine::note_output(int32_t& events) const {
  if (BIO_ctrl_pending(SSL_get_wbio(ssl_.get())) != 0) events |= kOutput;
}

void Engine::fail(bind::Context& cx) {
  failed_ = true;
  error_.Reset(cx.isolate, connection_exception(cx, "TLS connection failed"));
}

/// SSL_read() as far as the next data of the program's, over records that have none. Stops for what is to be told of.
int Engine::read(std::span<uint8_t> buffer) {
  SSL* ssl = ssl_.get();
  for (;;) {
    const size_t before = BIO_ctrl_pending(SSL_get_rbio(ssl));
    const int status = SSL_read(ssl, buffer.data(), static_cast<int>(buffer.size()));
    if (status > 0 || SSL_get_error(ssl, status) != SSL_ERROR_WANT_READ || !sessions_.empty()) return status;
    const size_t left = BIO_ctrl_pending(SSL_get_rbio(ssl));
    if (left == 0 || left >= before) return status;
  }
}

/// Why OpenSSL has stopped.
void Engine::note_end(bind::Context& cx, int status) {
  switch (SSL_get_error(ssl_.get(), status)) {
    case SSL_ERROR_WANT_READ:
    case SSL_ERROR_WANT_WRITE: break;
    case SSL_ERROR_WANT_CLIENT_HELLO_CB: events_ |= kClientHello; break;
    case SSL_ERROR_WANT_X509_LOOKUP: events_ |= kCertificate; break;
    case SSL_ERROR_ZERO_RETURN:
      ended_ = true;
      events_ |= kEnd;
      break;
    case SSL_ERROR_SYSCALL:
      // The network has ended without a farewell; who feeds us knows.
      if (ERR_peek_error() == 0) break;
      [[fallthrough]];
    default:
      if (ERR_GET_REASON(ERR_peek_error()) == SSL_R_UNEXPECTED_EOF_WHILE_READING) {
        ERR_clear_error();
        break;
      }
      fail(cx);
      events_ |= kFailed;
  }
}

void Engine::note_queues() {
  if (!sessions_.empty()) events_ |= kSession;
  if (!keylog_.empty()) events_ |= kKeylog;
  note_output(events_);
}

bind::Result<int32_t> Engine::step(bind::Context& cx) {
  if (failed_ || busy_) {
    int32_t events = 0;
    note_output(events);
    return events;
  }
  const Busy busy(*this);
  events_ = 0;
  ERR_clear_error();
  int status = 1;
  if (!established_) {
    status = SSL_do_handshake(ssl_.get());
    if (status == 1) {
      established_ = true;
      events_ |= kEstablished;
    }
  } else if (!ended_) {
    uint8_t buffer[16 * 1024];
    size_t total = 0;
    while (total < kMaxData && (status = read(buffer)) > 0) {
      data_.emplace_back(std::span<const uint8_t>(buffer, static_cast<size_t>(status)));
      total += static_cast<size_t>(status);
      if (!sessions_.empty()) break;
    }
  }
  if (!data_.empty()) events_ |= kData;
  if (status <= 0) note_end(cx, status);
  note_queues();
  if (!thrown_.IsEmpty()) {
    cx.isolate->ThrowException(thrown_.Get(cx.isolate));
    thrown_.Reset();
    return bind::fail(bind::Error::pending());
  }
  return events_;
}

bind::Result<bool> Engine::write(bind::Context& cx, bind::Bytes bytes) {
  if (failed_ || busy_) return false;
  const Busy busy(*this);
  ERR_clear_error();
  const uint8_t* at = bytes.data();
  size_t left = bytes.size();
  while (left != 0) {
    size_t count = 0;
    if (SSL_write_ex(ssl_.get(), at, left, &count) != 1) {
      fail(cx);
      return false;
    }
    at += count;
    left -= count;
  }
  return true;
}

bind::Result<bool> Engine::write_text(bind::Context& cx, v8::Local<v8::String> text, int32_t encoding) {
  if (encoding == 1) {
    std::vector<uint8_t> latin1(static_cast<size_t>(text->Length()));
    text->WriteOneByteV2(cx.isolate, 0, static_cast<uint32_t>(latin1.size()), latin1.data());
    return write(cx, bind::Bytes(latin1.data(), latin1.size()));
  }
  std::string utf8 = bind::utf8_of(cx.isolate, text);
  return write(cx, bind::Bytes(reinterpret_cast<uint8_t*>(utf8.data()), utf8.size()));
}

void Engine::shutdown() {
  if (failed_ || busy_ || !established_) return;
  const Busy busy(*this);
  ERR_clear_error();
  SSL_shutdown(ssl_.get());
  ERR_clear_error();
}

std::optional<bind::OwnedBytes> Engine::take_data() {
  if (data_.empty()) return std::nullopt;
  bind::OwnedBytes bytes = std::move(data_.front());
  data_.pop_front();
  return bytes;
}

std::optional<bind::OwnedBytes> Engine::take_output() {
  BIO* out = SSL_get_wbio(ssl_.get());
  const size_t size = BIO_ctrl_pending(out);
  if (size == 0) return std::nullopt;
  bind::OwnedBytes bytes(size);
  if (!bytes) return std::nullopt;
  BIO_read(out, bytes.data(), static_cast<int>(size));
  return bytes;
}

v8::Local<v8::Value> Engine::take_error(bind::Context& cx) {
  if (error_.IsEmpty()) return v8::Undefined(cx.isolate);
  v8::Local<v8::Value> error = error_.Get(cx.isolate);
  error_.Reset();
  return error;
}

v8::Local<v8::Value> Engine::take_sessions(bind::Context& cx) {
  std::vector<v8::Local<v8::Value>> list;
  for (const SessionPtr& session : sessions_) {
    unsigned size = 0;
    const unsigned char* id = SSL_SESSION_get_id(session.get(), &size);
    auto bytes = session_bytes(session.get());
    if (!bytes) continue;
    list.push_back(bind::to_js(cx, bind::OwnedBytes(std::span<const uint8_t>(id, size))));
    list.push_back(bind::to_js(cx, std::move(*bytes)));
  }
  sessions_.clear();
  return v8::Array::New(cx.isolate, list.data(), list.size());
}

v8::Local<v8::Value> Engine::take_keylog(bind::Context& cx) {
  std::vector<v8::Local<v8::Value>> list;
  for (const std::string& line : keylog_) list.push_back(bind::to_js(cx, bind::OwnedBytes(std::string_view(line))));
  keylog_.clear();
  return v8::Array::New(cx.isolate, list.data(), list.size());
}

// --- callbacks of OpenSSL ---

/// Calls a function of the wrapper from within OpenSSL. What it throws is thrown again when OpenSSL is done.
v8::MaybeLocal<v8::Value> Engine::call(const char* name, std::initializer_list<v8::Local<v8::Value>> args) {
  v8::Isolate* isolate = env().isolate();
  v8::Local<v8::Context> context = isolate->GetCurrentContext();
  v8::TryCatch caught(isolate);
  v8::Local<v8::Value> function;
  v8::Local<v8::Value> result;
  if (wrapper()->Get(context, bind::name(isolate, name)).ToLocal(&function) && function->IsFunction() &&
      function.As<v8::Function>()
          ->Call(context, wrapper(), static_cast<int>(args.size()), const_cast<v8::Local<v8::Value>*>(args.begin()))
          .ToLocal(&result)) {
    return result;
  }
  if (caught.HasCaught() && !caught.HasTerminated()) thrown_.Reset(isolate, caught.Exception());
  return {};
}

int Engine::on_client_hello(SSL* ssl, int* alert, void*) {
  Engine* engine = of(ssl);
  if (!engine->wants_hello_ || engine->established_) return SSL_CLIENT_HELLO_SUCCESS;
  // The second time round the program has answered: load_session() has taken the wish away.
  const unsigned char* id;
  const size_t size = SSL_client_hello_get0_session_id(ssl, &id);
  engine->hello_id_.assign(id, id + size);
  return SSL_CLIENT_HELLO_RETRY;
}

void Engine::load_session(std::optional<bind::Bytes> session) {
  wants_hello_ = false;
  if (session) next_session_ = session_from(*session);
  ERR_clear_error();
}

std::optional<bind::OwnedBytes> Engine::hello_session_id() const {
  if (hello_id_.empty()) return std::nullopt;
  return bind::OwnedBytes(std::span<const uint8_t>(hello_id_));
}

SSL_SESSION* Engine::on_get_session(SSL* ssl, const unsigned char*, int, int* copy) {
  *copy = 0;
  return of(ssl)->next_session_.release();
}

int Engine::on_certificate(SSL* ssl, void*) {
  Engine* engine = of(ssl);
  if (!engine->is_server_ || !engine->wants_certificate_ || engine->certificate_chosen_) return 1;
  return -1;
}

int Engine::on_servername(SSL* ssl, int*, void*) {
  // That it is taken note of; the choice is made in on_certificate.
  return SSL_get_servername(ssl, TLSEXT_NAMETYPE_host_name) != nullptr ? SSL_TLSEXT_ERR_OK : SSL_TLSEXT_ERR_NOACK;
}

int Engine::on_alpn(SSL* ssl, const unsigned char** out, unsigned char* out_size, const unsigned char* in,
                    unsigned in_size, void*) {
  Engine* engine = of(ssl);
  if (engine->wants_alpn_) {
    v8::Isolate* isolate = engine->env().isolate();
    const v8::HandleScope scope(isolate);
    bind::Context cx(isolate);
    v8::Local<v8::Value> answer;
    if (!engine->call("onalpn", {bind::to_js(cx, bind::OwnedBytes(std::span<const uint8_t>(in, in_size)))})
             .ToLocal(&answer) ||
        !answer->IsInt32()) {
      return SSL_TLSEXT_ERR_ALERT_FATAL;
    }
    // Where the chosen name begins in the client's list.
    const auto at = static_cast<unsigned>(answer.As<v8::Int32>()->Value());
    if (at >= in_size || in[at] > in_size - at - 1) return SSL_TLSEXT_ERR_ALERT_FATAL;
    *out = in + at + 1;
    *out_size = in[at];
    return SSL_TLSEXT_ERR_OK;
  }
  if (engine->alpn_.empty()) return SSL_TLSEXT_ERR_NOACK;
  unsigned char* chosen = nullptr;
  const int status = SSL_select_next_proto(&chosen, out_size, engine->alpn_.data(),
                                           static_cast<unsigned>(engine->alpn_.size()), in, in_size);
  *out = chosen;
  return status == OPENSSL_NPN_NEGOTIATED ? SSL_TLSEXT_ERR_OK : SSL_TLSEXT_ERR_ALERT_FATAL;
}

int Engine::on_new_session(SSL* ssl, SSL_SESSION* session) {
  Engine* engine = of(ssl);
  if (!engine->wants_sessions_) return 0;
  // TLS 1.3 gives two tickets at once by default; the queue is bounded by what one step reads.
  engine->sessions_.emplace_back(session);
  return 1;
}

int Engine::on_status(SSL* ssl, void*) {
  Engine* engine = of(ssl);
  if (engine->is_server_) {
    if (engine->ocsp_.empty()) return SSL_TLSEXT_ERR_NOACK;
    auto* copy = static_cast<unsigned char*>(OPENSSL_memdup(engine->ocsp_.data(), engine->ocsp_.size()));
    if (copy == nullptr) return SSL_TLSEXT_ERR_NOACK;
    SSL_set_tlsext_status_ocsp_resp(ssl, copy, static_cast<long>(engine->ocsp_.size()));
    engine->ocsp_.clear();
    return SSL_TLSEXT_ERR_OK;
  }
  const unsigned char* response = nullptr;
  const long size = SSL_get_tlsext_status_ocsp_resp(ssl, &response);
  engine->ocsp_.assign(response, response + (response == nullptr || size < 0 ? 0 : size));
  engine->events_ |= kOcsp;
  return 1;
}

std::optional<bind::OwnedBytes> Engine::take_ocsp_response() { return taken(ocsp_); }

bool Engine::set_ocsp_response(bind::Bytes response) {
  ocsp_.assign(response.begin(), response.end());
  return true;
}

void Engine::on_keylog(const SSL* ssl, const char* line) {
  Engine* engine = of(ssl);
  if (engine->wants_keylog_) engine->keylog_.push_back(std::string(line) + "\n");
}

void Engine::on_info(const SSL* ssl, int where, int) {
  Engine* engine = of(ssl);
  // The first handshake is step()'s to tell of. TLS 1.3 calls its later messages handshakes, too.
  if (!engine->established_ || SSL_version(ssl) >= TLS1_3_VERSION) return;
  if ((where & SSL_CB_HANDSHAKE_START) != 0 && !engine->in_handshake_) {
    engine->in_handshake_ = true;
    engine->events_ |= kHandshake;
  } else if ((where & SSL_CB_HANDSHAKE_DONE) != 0 && engine->in_handshake_) {
    engine->in_handshake_ = false;
    engine->events_ |= kEstablished;
  }
}

void Engine::want_psk() {
  if (is_server_) SSL_set_psk_server_callback(ssl_.get(), on_psk_server);
  else SSL_set_psk_client_callback(ssl_.get(), on_psk_client);
}

unsigned Engine::on_psk_server(SSL* ssl, const char* identity, unsigned char* psk, unsigned max_size) {
  Engine* engine = of(ssl);
  const v8::HandleScope scope(engine->env().isolate());
  bind::Context cx(engine->env().isolate());
  v8::Local<v8::Value> key;
  if (identity == nullptr ||
      !engine->call("onpsk", {bind::to_js(cx, std::string_view(identity)), bind::to_js(cx, max_size)}).ToLocal(&key) ||
      !key->IsArrayBufferView())
    return 0;
  const auto view = key.As<v8::ArrayBufferView>();
  if (view->ByteLength() > max_size) return 0;
  return static_cast<unsigned>(view->CopyContents(psk, max_size));
}

unsigned Engine::on_psk_client(SSL* ssl, const char* hint, char* identity, unsigned max_identity, unsigned char* psk,
                               unsigned max_size) {
  Engine* engine = of(ssl);
  v8::Isolate* isolate = engine->env().isolate();
  const v8::HandleScope scope(isolate);
  bind::Context cx(isolate);
  v8::Local<v8::Value> answer;
  v8::Local<v8::Value> hint_text = v8::Null(isolate);
  if (hint != nullptr) hint_text = bind::to_js(cx, std::string_view(hint));
  if (!engine->call("onpsk", {hint_text, bind::to_js(cx, max_size), bind::to_js(cx, max_identity)}).ToLocal(&answer) ||
      !answer->IsArray())
    return 0;
  // [identity, key], checked by JavaScript
  v8::Local<v8::Value> name;
  v8::Local<v8::Value> key;
  if (!answer.As<v8::Array>()->Get(cx.context, 0).ToLocal(&name) || !name->IsString() ||
      !answer.As<v8::Array>()->Get(cx.context, 1).ToLocal(&key) || !key->IsArrayBufferView())
    return 0;
  const std::string utf8 = bind::utf8_of(isolate, name.As<v8::String>());
  const auto view = key.As<v8::ArrayBufferView>();
  if (utf8.size() > max_identity || view->ByteLength() > max_size) return 0;
  std::memcpy(identity, utf8.c_str(), std::min<size_t>(utf8.size() + 1, max_identity));
  return static_cast<unsigned>(view->CopyContents(psk, max_size));
}

// --- settings ---

void Engine::set_verify_mode(bool request, bool reject) {
  int mode = SSL_VERIFY_NONE;
  if (is_server_ && request) mode = SSL_VERIFY_PEER | (reject ? SSL_VERIFY_FAIL_IF_NO_PEER_CERT : 0);
  // All certificates pass here; the program decides by verifyError().
  SSL_set_verify(ssl_.get(), mode, [](int, X509_STORE_CTX*) { return 1; });
}

std::optional<std::string> Engine::servername() const {
  const char* name = SSL_get_servername(ssl_.get(), TLSEXT_NAMETYPE_host_name);
  if (name == nullptr) return std::nullopt;
  return std::string(name);
}

void Engine::set_alpn(bind::Bytes protocols) {
  if (is_server_) alpn_.assign(protocols.begin(), protocols.end());
  else SSL_set_alpn_protos(ssl_.get(), protocols.data(), static_cast<unsigned>(protocols.size()));
}

std::optional<std::string> Engine::alpn() const {
  const unsigned char* name = nullptr;
  unsigned size = 0;
  SSL_get0_alpn_selected(ssl_.get(), &name, &size);
  if (size == 0) return std::nullopt;
  return std::string(reinterpret_cast<const char*>(name), size);
}

bool Engine::set_session(bind::Bytes bytes) {
  const SessionPtr session = session_from(bytes);
  ERR_clear_error();
  return session && SSL_set_session(ssl_.get(), session.get()) == 1;
}

bind::Result<void> Engine::set_context(bind::Context& cx, SecureContext* context) {
  ERR_clear_error();
  if (SSL_set_SSL_CTX(ssl_.get(), context->get()) == nullptr) return throw_openssl(cx, "SSL_set_SSL_CTX");
  // What SSL_set_SSL_CTX leaves behind: whom to trust, and whose certificates to ask for.
  X509_STORE* store = SSL_CTX_get_cert_store(context->get());
  if (store != nullptr && SSL_set1_verify_cert_store(ssl_.get(), store) != 1)
    return throw_openssl(cx, "SSL_set1_verify_cert_store");
  if (STACK_OF(X509_NAME)* names = SSL_dup_CA_list(SSL_CTX_get_client_CA_list(context->get())); names != nullptr)
    SSL_set_client_CA_list(ssl_.get(), names);
  return {};
}

bind::Result<void> Engine::renegotiate(bind::Context& cx) {
  ERR_clear_error();
  if (SSL_renegotiate(ssl_.get()) != 1) return throw_openssl(cx, "SSL_renegotiate");
  const Busy busy(*this);
  const int status = SSL_do_handshake(ssl_.get());
  if (status <= 0 && SSL_get_error(ssl_.get(), status) != SSL_ERROR_WANT_READ)
    return throw_openssl(cx, "SSL_renegotiate");
  return {};
}

}  // namespace vireo::tls
