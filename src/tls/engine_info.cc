// What a program can ask a TLS connection: session, cipher, certificates.
#include <openssl/err.h>
#include <openssl/x509v3.h>

#include <cstring>

#include "crypto/certificate.h"
#include "engine/environment.h"
#include "tls/context.h"
#include "tls/engine.h"
#include "tls/errors.h"

namespace vireo::tls {

namespace {

std::optional<bind::OwnedBytes> encoded(SSL_SESSION* session) {
  const int size = session == nullptr ? 0 : i2d_SSL_SESSION(session, nullptr);
  if (size <= 0) return std::nullopt;
  bind::OwnedBytes bytes(static_cast<size_t>(size));
  unsigned char* at = bytes.data();
  i2d_SSL_SESSION(session, &at);
  return bytes;
}

std::optional<bind::OwnedBytes> encoded(X509* certificate) {
  const int size = certificate == nullptr ? 0 : i2d_X509(certificate, nullptr);
  if (size <= 0) return std::nullopt;
  bind::OwnedBytes der(static_cast<size_t>(size));
  unsigned char* at = der.data();
  i2d_X509(certificate, &at);
  return der;
}

const char* verify_code(long error) {
  switch (error) {
#define VERIFY_CODE(name) \
  case X509_V_ERR_##name: return #name
    VERIFY_CODE(UNABLE_TO_GET_ISSUER_CERT);
    VERIFY_CODE(UNABLE_TO_GET_CRL);
    VERIFY_CODE(UNABLE_TO_DECRYPT_CERT_SIGNATURE);
    VERIFY_CODE(UNABLE_TO_DECRYPT_CRL_SIGNATURE);
    VERIFY_CODE(UNABLE_TO_DECODE_ISSUER_PUBLIC_KEY);
    VERIFY_CODE(CERT_SIGNATURE_FAILURE);
    VERIFY_CODE(CRL_SIGNATURE_FAILURE);
    VERIFY_CODE(CERT_NOT_YET_VALID);
    VERIFY_CODE(CERT_HAS_EXPIRED);
    VERIFY_CODE(CRL_NOT_YET_VALID);
    VERIFY_CODE(CRL_HAS_EXPIRED);
    VERIFY_CODE(ERROR_IN_CERT_NOT_BEFORE_FIELD);
    VERIFY_CODE(ERROR_IN_CERT_NOT_AFTER_FIELD);
    VERIFY_CODE(ERROR_IN_CRL_LAST_UPDATE_FIELD);
    VERIFY_CODE(ERROR_IN_CRL_NEXT_UPDATE_FIELD);
    VERIFY_CODE(OUT_OF_MEM);
    VERIFY_CODE(DEPTH_ZERO_SELF_SIGNED_CERT);
    VERIFY_CODE(SELF_SIGNED_CERT_IN_CHAIN);
    VERIFY_CODE(UNABLE_TO_GET_ISSUER_CERT_LOCALLY);
    VERIFY_CODE(UNABLE_TO_VERIFY_LEAF_SIGNATURE);
    VERIFY_CODE(CERT_CHAIN_TOO_LONG);
    VERIFY_CODE(CERT_REVOKED);
    VERIFY_CODE(INVALID_CA);
    VERIFY_CODE(PATH_LENGTH_EXCEEDED);
    VERIFY_CODE(INVALID_PURPOSE);
    VERIFY_CODE(CERT_UNTRUSTED);
    VERIFY_CODE(CERT_REJECTED);
    VERIFY_CODE(HOSTNAME_MISMATCH);
#undef VERIFY_CODE
    default: return "UNSPECIFIED";
  }
}

void set(bind::Context& cx, v8::Local<v8::Object> object, const char* key, v8::Local<v8::Value> value) {
  (void)object->Set(cx.context, bind::name(cx.isolate, key), value);
}

}  // namespace

std::optional<bind::OwnedBytes> Engine::session() { return encoded(SSL_get0_session(ssl_.get())); }

std::optional<bind::OwnedBytes> Engine::ticket() {
  SSL_SESSION* session = SSL_get0_session(ssl_.get());
  if (session == nullptr) return std::nullopt;
  const unsigned char* bytes = nullptr;
  size_t size = 0;
  SSL_SESSION_get0_ticket(session, &bytes, &size);
  if (bytes == nullptr) return std::nullopt;
  return bind::OwnedBytes(std::span<const uint8_t>(bytes, size));
}

v8::Local<v8::Value> Engine::cipher(bind::Context& cx) {
  const SSL_CIPHER* cipher = SSL_get_current_cipher(ssl_.get());
  if (cipher == nullptr) return v8::Undefined(cx.isolate);
  v8::Local<v8::Object> result = v8::Object::New(cx.isolate);
  set(cx, result, "name", bind::to_js(cx, SSL_CIPHER_get_name(cipher)));
  const char* standard = SSL_CIPHER_standard_name(cipher);
  set(cx, result, "standardName", bind::to_js(cx, standard == nullptr ? "" : standard));
  set(cx, result, "version", bind::to_js(cx, SSL_CIPHER_get_version(cipher)));
  return result;
}

v8::Local<v8::Value> Engine::ephemeral_key(bind::Context& cx) {
  if (is_server_) return v8::Null(cx.isolate);
  v8::Local<v8::Object> result = v8::Object::New(cx.isolate);
  EVP_PKEY* raw = nullptr;
  const bool has_key = SSL_get_peer_tmp_key(ssl_.get(), &raw) == 1 && raw != nullptr;
  const KeyPtr key(raw);
  ERR_clear_error();
  if (has_key && EVP_PKEY_is_a(key.get(), "DH") != 0) {
    set(cx, result, "type", bind::to_js(cx, "DH"));
    set(cx, result, "size", v8::Integer::New(cx.isolate, EVP_PKEY_get_bits(key.get())));
    return result;
  }
  const bool is_curve = has_key && (EVP_PKEY_is_a(key.get(), "EC") != 0 || EVP_PKEY_is_a(key.get(), "X25519") != 0 ||
                                    EVP_PKEY_is_a(key.get(), "X448") != 0);
  if (is_curve) {
    char group[80];
    size_t size = 0;
    const bool named =
        EVP_PKEY_is_a(key.get(), "EC") != 0 && EVP_PKEY_get_group_name(key.get(), group, sizeof(group), &size) == 1;
    set(cx, result, "type", bind::to_js(cx, "ECDH"));
    set(cx, result, "name", bind::to_js(cx, named ? group : EVP_PKEY_get0_type_name(key.get())));
    set(cx, result, "size", v8::Integer::New(cx.isolate, EVP_PKEY_get_bits(key.get())));
    return result;
  }
  // A hybrid of two, one of them safe from quantum computers: it has a name only.
  if (const char* group = SSL_get0_group_name(ssl_.get());
      group != nullptr && SSL_version(ssl_.get()) >= TLS1_3_VERSION) {
    set(cx, result, "type", bind::to_js(cx, "TLSGroup"));
    set(cx, result, "name", bind::to_js(cx, group));
    set(cx, result, "size", v8::Undefined(cx.isolate));
  }
  return result;
}

std::vector<std::string> Engine::shared_sigalgs() {
  std::vector<std::string> names;
  SSL* ssl = ssl_.get();
  const int count = SSL_get_shared_sigalgs(ssl, 0, nullptr, nullptr, nullptr, nullptr, nullptr);
  for (int i = 0; i < count; i++) {
    int sign = 0;
    int hash = 0;
    SSL_get_shared_sigalgs(ssl, i, &sign, &hash, nullptr, nullptr, nullptr);
    std::string name;
    switch (sign) {
      case EVP_PKEY_RSA: name = "RSA"; break;
      case EVP_PKEY_RSA_PSS: name = "RSA-PSS"; break;
      case EVP_PKEY_DSA: name = "DSA"; break;
      case EVP_PKEY_EC: name = "ECDSA"; break;
      case NID_ED25519: name = "Ed25519"; break;
      case NID_ED448: name = "Ed448"; break;
      default: {
        const char* known = OBJ_nid2sn(sign);
        name = known == nullptr ? "UNDEF" : known;
      }
    }
    name += '+';
    const char* digest = hash == NID_undef ? nullptr : OBJ_nid2sn(hash);
    name += digest == nullptr ? "UNDEF" : digest;
    names.push_back(std::move(name));
  }
  return names;
}

std::optional<bind::OwnedBytes> Engine::finished() {
  uint8_t bytes[EVP_MAX_MD_SIZE];
  const size_t size = SSL_get_finished(ssl_.get(), bytes, sizeof(bytes));
  if (size == 0) return std::nullopt;
  return bind::OwnedBytes(std::span<const uint8_t>(bytes, size));
}

std::optional<bind::OwnedBytes> Engine::peer_finished() {
  uint8_t bytes[EVP_MAX_MD_SIZE];
  const size_t size = SSL_get_peer_finished(ssl_.get(), bytes, sizeof(bytes));
  if (size == 0) return std::nullopt;
  return bind::OwnedBytes(std::span<const uint8_t>(bytes, size));
}

bind::Result<bind::OwnedBytes> Engine::export_keying(bind::Context& cx, uint32_t length, std::string label,
                                                     std::optional<bind::Bytes> context) {
  ERR_clear_error();
  bind::OwnedBytes out(length);
  if (!out) return bind::fail(bind::Error::plain("Out of memory"));
  if (SSL_export_keying_material(ssl_.get(), out.data(), length, label.data(), label.size(),
                                 context ? context->data() : nullptr, context ? context->size() : 0,
                                 context ? 1 : 0) != 1) {
    return throw_openssl(cx, "SSL_export_keying_material");
  }
  return out;
}

v8::Local<v8::Value> Engine::verify_error(bind::Context& cx) {
  long error = X509_V_ERR_UNSPECIFIED;
  if (SSL_get0_peer_certificate(ssl_.get()) != nullptr) {
    error = SSL_get_verify_result(ssl_.get());
  } else {
    const SSL_CIPHER* cipher = SSL_get_current_cipher(ssl_.get());
    const SSL_SESSION* session = SSL_get_session(ssl_.get());
    // Who knows the shared key, or resumes a session that was verified, needs no certificate.
    if ((cipher != nullptr && SSL_CIPHER_get_auth_nid(cipher) == NID_auth_psk) ||
        (session != nullptr && SSL_SESSION_get_protocol_version(session) == TLS1_3_VERSION &&
         SSL_session_reused(ssl_.get()) == 1)) {
      error = SSL_get_verify_result(ssl_.get());
    }
  }
  if (error == X509_V_OK) return v8::Undefined(cx.isolate);
  v8::Local<v8::Value> exception =
      v8::Exception::Error(bind::string_to_js(cx, std::string_view(X509_verify_cert_error_string(error))));
  set(cx, exception.As<v8::Object>(), "code", bind::to_js(cx, verify_code(error)));
  return exception;
}

v8::Local<v8::Value> Engine::peer_certificate(bind::Context& cx, bool detailed) {
  X509* leaf = SSL_get0_peer_certificate(ssl_.get());
  if (leaf == nullptr) return v8::Undefined(cx.isolate);
  v8::Local<v8::Object> result = crypto::certificate_to_js(cx, leaf);
  if (!detailed) return result;

  // What the peer has sent, and behind it what we know of its issuers.
  std::vector<X509Ptr> pool;
  STACK_OF(X509)* chain = SSL_get_peer_cert_chain(ssl_.get());
  for (int i = 0; i < sk_X509_num(chain); i++) {
    X509* other = sk_X509_value(chain, i);
    if (X509_cmp(other, leaf) == 0) continue;
    X509_up_ref(other);
    pool.emplace_back(other);
  }
  X509* current = leaf;
  v8::Local<v8::Object> object = result;
  std::vector<X509Ptr> found;
  while (X509_check_issued(current, current) != X509_V_OK) {
    X509* issuer = nullptr;
    for (size_t i = 0; i < pool.size(); i++) {
      if (X509_check_issued(pool[i].get(), current) != X509_V_OK) continue;
      issuer = pool[i].get();
      found.push_back(std::move(pool[i]));
      pool.erase(pool.begin() + static_cast<ptrdiff_t>(i));
      break;
    }
    if (issuer == nullptr) {
      X509_STORE* store = SSL_CTX_get_cert_store(SSL_get_SSL_CTX(ssl_.get()));
      X509_STORE_CTX* lookup = X509_STORE_CTX_new();
      if (lookup != nullptr && X509_STORE_CTX_init(lookup, store, nullptr, nullptr) == 1 &&
          X509_STORE_CTX_get1_issuer(&issuer, lookup, current) == 1) {
        found.emplace_back(issuer);
      } else {
        issuer = nullptr;
      }
      X509_STORE_CTX_free(lookup);
      // A chain of chains without an end is the sender's doing: no deeper than OpenSSL verifies.
      if (issuer == nullptr || found.size() > 100) break;
    }
    v8::Local<v8::Object> next = crypto::certificate_to_js(cx, issuer);
    set(cx, object, "issuerCertificate", next);
    object = next;
    current = issuer;
  }
  if (X509_check_issued(current, current) == X509_V_OK) set(cx, object, "issuerCertificate", object);
  ERR_clear_error();
  return result;
}

v8::Local<v8::Value> Engine::certificate(bind::Context& cx) {
  X509* own = SSL_get_certificate(ssl_.get());
  if (own == nullptr) return v8::Undefined(cx.isolate);
  return crypto::certificate_to_js(cx, own);
}

std::optional<bind::OwnedBytes> Engine::peer_certificate_der() {
  return encoded(SSL_get0_peer_certificate(ssl_.get()));
}

v8::Local<v8::Array> Engine::peer_chain_der(bind::Context& cx) {
  v8::Local<v8::Array> list = v8::Array::New(cx.isolate);
  const STACK_OF(X509)* chain = SSL_get_peer_cert_chain(ssl_.get());
  for (int i = 0; i < sk_X509_num(chain); i++) {
    auto der = encoded(sk_X509_value(chain, i));
    if (der) (void)list->Set(cx.context, list->Length(), bind::to_js(cx, std::move(*der)));
  }
  return list;
}

std::optional<bind::OwnedBytes> Engine::certificate_der() { return encoded(SSL_get_certificate(ssl_.get())); }

}  // namespace vireo::tls
