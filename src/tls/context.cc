#include "tls/context.h"

#include <openssl/core_names.h>
#include <openssl/dh.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/rand.h>

#include <cstring>

#include "crypto/openssl.h"
#include "engine/environment.h"
#include "tls/engine.h"
#include "tls/errors.h"

extern "C" const char vireo_tls_roots[];
extern "C" const char vireo_tls_roots_end[];

namespace vireo::tls {

namespace {

bind::Error failed(const char* message) {
  ERR_clear_error();
  return bind::Error::coded("ERR_CRYPTO_OPERATION_FAILED", message);
}

/// OpenSSL asks for the passphrase: `user_data` is it, or null.
int passphrase_callback(char* buffer, int size, int, void* user_data) {
  const auto* passphrase = static_cast<const std::string*>(user_data);
  // None given is an empty one: that the key is encrypted shows in what comes out.
  if (passphrase == nullptr) return 0;
  if (passphrase->size() > static_cast<size_t>(size)) return -1;
  std::memcpy(buffer, passphrase->data(), passphrase->size());
  return static_cast<int>(passphrase->size());
}

}  // namespace

std::string_view bundled_roots() {
  return {vireo_tls_roots, static_cast<size_t>(vireo_tls_roots_end - vireo_tls_roots)};
}

X509_STORE* Roots::store() {
  if (!store_) {
    const std::string_view pem = replaced_ ? std::string_view(pem_) : bundled_roots();
    store_.reset(X509_STORE_new());
    if (!store_) return nullptr;
    for_each_certificate({reinterpret_cast<const uint8_t*>(pem.data()), pem.size()},
                         [this](X509Ptr certificate) { X509_STORE_add_cert(store_.get(), certificate.get()); });
    // Servers still send chains up to roots that are no longer trusted themselves.
    X509_STORE_set_flags(store_.get(), X509_V_FLAG_TRUSTED_FIRST);
    ERR_clear_error();
  }
  return store_.get();
}

void Roots::replace(std::string pem) {
  replaced_ = true;
  pem_ = std::move(pem);
  store_.reset();
}

SecureContext::SecureContext(Environment& env) : Object(env) { RAND_bytes(ticket_keys_.data(), ticket_keys_.size()); }

bind::Result<void> SecureContext::init(bind::Context& cx, int32_t side, int32_t min_version, int32_t max_version) {
  ERR_clear_error();
  context_.reset(SSL_CTX_new(side == 1 ? TLS_client_method() : side == 2 ? TLS_server_method() : TLS_method()));
  if (!context_) return throw_openssl(cx, "SSL_CTX_new");
  SSL_CTX* context = context_.get();
  SSL_CTX_set_app_data(context, this);
  // What Node starts from; `secureOptions` adds.
  SSL_CTX_set_options(context, SSL_OP_NO_SSLv2 | SSL_OP_NO_SSLv3 | SSL_OP_ALLOW_CLIENT_RENEGOTIATION);
  SSL_CTX_clear_mode(context, SSL_MODE_NO_AUTO_CHAIN);
  SSL_CTX_set_mode(context, SSL_MODE_RELEASE_BUFFERS | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
  // The program caches sessions, if anybody.
  SSL_CTX_set_session_cache_mode(context, SSL_SESS_CACHE_CLIENT | SSL_SESS_CACHE_SERVER | SSL_SESS_CACHE_NO_INTERNAL |
                                              SSL_SESS_CACHE_NO_AUTO_CLEAR);
  SSL_CTX_set_min_proto_version(context, min_version);
  SSL_CTX_set_max_proto_version(context, max_version);
  SSL_CTX_set_tlsext_ticket_key_evp_cb(context, on_ticket_key);
  Engine::install_callbacks(context);
  return {};
}

bind::Result<void> SecureContext::set_key(bind::Context& cx, bind::Bytes pem, std::optional<std::string> passphrase) {
  ERR_clear_error();
  const BioPtr bio = bio_of(pem);
  const KeyPtr key(
      bio ? PEM_read_bio_PrivateKey(bio.get(), nullptr, passphrase_callback, passphrase ? &*passphrase : nullptr)
          : nullptr);
  if (!key) return throw_openssl(cx, "PEM_read_bio_PrivateKey");
  if (SSL_CTX_use_PrivateKey(context_.get(), key.get()) != 1) return throw_openssl(cx, "SSL_CTX_use_PrivateKey");
  return {};
}

/// Takes a certificate and what belongs to it: its issuers among `others`.
bool SecureContext::use_chain(X509Ptr leaf, STACK_OF(X509) * others) {
  SSL_CTX* context = context_.get();
  if (SSL_CTX_use_certificate(context, leaf.get()) != 1) return false;
  SSL_CTX_clear_chain_certs(context);
  issuer_.reset();
  for (int i = 0; i < sk_X509_num(others); i++) {
    X509* other = sk_X509_value(others, i);
    if (SSL_CTX_add1_chain_cert(context, other) != 1) return false;
    if (!issuer_ && X509_check_issued(other, leaf.get()) == X509_V_OK) {
      X509_up_ref(other);
      issuer_.reset(other);
    }
  }
  return true;
}

bind::Result<void> SecureContext::set_cert(bind::Context& cx, bind::Bytes pem) {
  ERR_clear_error();
  X509Ptr leaf;
  const CertificatesPtr others(sk_X509_new_null());
  for_each_certificate(pem, [&](X509Ptr certificate) {
    if (!leaf) leaf = std::move(certificate);
    else sk_X509_push(others.get(), certificate.release());
  });
  if (!leaf) return throw_openssl(cx, "PEM_read_bio_X509");
  ERR_clear_error();
  if (!use_chain(std::move(leaf), others.get())) return throw_openssl(cx, "SSL_CTX_use_certificate");
  return {};
}

X509_STORE* SecureContext::own_store() {
  if (!has_own_store_) {
    has_own_store_ = true;
    X509_STORE* store = X509_STORE_new();
    // A store that was shared with others is left to them; its certificates are known here, too.
    X509_STORE* shared = SSL_CTX_get_cert_store(context_.get());
    if (shared == env().state<Roots>().store()) {
      STACK_OF(X509_OBJECT)* objects = X509_STORE_get0_objects(shared);
      for (int i = 0; i < sk_X509_OBJECT_num(objects); i++) {
        if (X509* certificate = X509_OBJECT_get0_X509(sk_X509_OBJECT_value(objects, i)); certificate != nullptr)
          X509_STORE_add_cert(store, certificate);
      }
    }
    SSL_CTX_set_cert_store(context_.get(), store);
  }
  return SSL_CTX_get_cert_store(context_.get());
}

void SecureContext::add_ca_cert(bind::Context& cx, v8::Local<v8::Value> pem) {
  std::string text;
  bind::Bytes bytes;
  if (pem->IsString()) {
    text = bind::utf8_of(cx.isolate, pem.As<v8::String>());
    bytes = bind::Bytes(reinterpret_cast<uint8_t*>(text.data()), text.size());
  } else if (!bind::FromJs<bind::Bytes>::convert(cx, pem, bytes)) {
    return;
  }
  X509_STORE* store = own_store();
  for_each_certificate(bytes, [&](X509Ptr certificate) {
    X509_STORE_add_cert(store, certificate.get());
    SSL_CTX_add_client_CA(context_.get(), certificate.get());
  });
  ERR_clear_error();
}

void SecureContext::add_root_certs() {
  X509_STORE* store = env().state<Roots>().store();
  if (store == nullptr) return;
  X509_STORE_up_ref(store);
  SSL_CTX_set_cert_store(context_.get(), store);
  has_own_store_ = false;
}

bind::Result<void> SecureContext::add_crl(bind::Bytes pem) {
  const BioPtr bio = bio_of(pem);
  const CrlPtr crl(bio ? PEM_read_bio_X509_CRL(bio.get(), nullptr, passphrase_callback, nullptr) : nullptr);
  if (!crl) {
    ERR_clear_error();
    return crypto::fail_coded("ERR_CRYPTO_OPERATION_FAILED", "Failed to parse CRL");
  }
  X509_STORE* store = own_store();
  X509_STORE_add_crl(store, crl.get());
  X509_STORE_set_flags(store, X509_V_FLAG_CRL_CHECK | X509_V_FLAG_CRL_CHECK_ALL);
  return {};
}

bind::Result<void> SecureContext::load_pkcs12(bind::Bytes data, std::optional<std::string> passphrase) {
  ERR_clear_error();
  const BioPtr bio = bio_of(data);
  const Pkcs12Ptr pkcs12(bio ? d2i_PKCS12_bio(bio.get(), nullptr) : nullptr);
  if (!pkcs12) return throw_reason("Unable to load PFX certificate");
  EVP_PKEY* raw_key = nullptr;
  X509* raw_leaf = nullptr;
  STACK_OF(X509)* raw_others = nullptr;
  if (PKCS12_parse(pkcs12.get(), passphrase ? passphrase->c_str() : "", &raw_key, &raw_leaf, &raw_others) != 1) {
    if (ERR_GET_REASON(ERR_peek_error()) == ERR_R_UNSUPPORTED) {
      ERR_clear_error();
      return bind::fail(bind::Error::coded("ERR_CRYPTO_UNSUPPORTED_OPERATION", "Unsupported PKCS12 PFX data"));
    }
    return throw_reason("Unable to load PFX certificate");
  }
  const KeyPtr key(raw_key);
  X509Ptr leaf(raw_leaf);
  CertificatesPtr others(raw_others);
  if (!key) return bind::fail(bind::Error::plain("Unable to load private key from PFX data"));
  if (!leaf) return bind::fail(bind::Error::plain("Unable to load certificate from PFX data"));
  if (!others) others.reset(sk_X509_new_null());
  if (!use_chain(std::move(leaf), others.get()) || SSL_CTX_use_PrivateKey(context_.get(), key.get()) != 1)
    return throw_reason("Unable to load PFX certificate");
  X509_STORE* store = own_store();
  for (int i = 0; i < sk_X509_num(others.get()); i++) {
    X509* other = sk_X509_value(others.get(), i);
    X509_STORE_add_cert(store, other);
    SSL_CTX_add_client_CA(context_.get(), other);
  }
  ERR_clear_error();
  return {};
}

bind::Result<void> SecureContext::set_ciphers(bind::Context& cx, std::string ciphers) {
  ERR_clear_error();
  if (SSL_CTX_set_cipher_list(context_.get(), ciphers.c_str()) == 1) return {};
  // Without ciphers of TLS 1.2 there may still be those of TLS 1.3.
  if (ciphers.empty() && ERR_GET_REASON(ERR_peek_last_error()) == SSL_R_NO_CIPHER_MATCH) {
    ERR_clear_error();
    return {};
  }
  return throw_openssl(cx, "Failed to set ciphers");
}

bind::Result<void> SecureContext::set_cipher_suites(bind::Context& cx, std::string suites) {
  ERR_clear_error();
  if (SSL_CTX_set_ciphersuites(context_.get(), suites.c_str()) != 1) return throw_openssl(cx, "Failed to set ciphers");
  return {};
}

bind::Result<void> SecureContext::set_ecdh_curve(std::string curves) {
  if (curves == "auto") return {};
  if (SSL_CTX_set1_groups_list(context_.get(), curves.c_str()) != 1)
    return bind::fail(failed("Failed to set ECDH curve"));
  return {};
}

bind::Result<void> SecureContext::set_sigalgs(bind::Context& cx, std::string sigalgs) {
  ERR_clear_error();
  if (SSL_CTX_set1_sigalgs_list(context_.get(), sigalgs.c_str()) != 1) {
    ERR_clear_error();
    return bind::fail(bind::Error::plain("error:00000000:lib(0)::reason(0)"));
  }
  return {};
}

bind::Result<int32_t> SecureContext::set_dh_param(bind::Context& cx, bind::Bytes pem) {
  if (pem.empty()) {
    SSL_CTX_set_dh_auto(context_.get(), 1);
    return 0;
  }
  const BioPtr bio = bio_of(pem);
  KeyPtr parameters(bio ? PEM_read_bio_Parameters(bio.get(), nullptr) : nullptr);
  if (!parameters || EVP_PKEY_is_a(parameters.get(), "DH") == 0) {
    ERR_clear_error();
    return 0;
  }
  if (const int bits = EVP_PKEY_get_bits(parameters.get()); bits < 1024) return bits;
  if (SSL_CTX_set0_tmp_dh_pkey(context_.get(), parameters.get()) != 1)
    return throw_openssl(cx, "Error setting temp DH parameter");
  (void)parameters.release();
  return 0;
}

void SecureContext::set_allow_partial_trust_chain() { X509_STORE_set_flags(own_store(), X509_V_FLAG_PARTIAL_CHAIN); }

bind::Result<void> SecureContext::set_session_id_context(bind::Context& cx, std::string id) {
  ERR_clear_error();
  if (SSL_CTX_set_session_id_context(context_.get(), reinterpret_cast<const unsigned char*>(id.data()),
                                     static_cast<unsigned>(id.size())) != 1) {
    return throw_openssl(cx, "SSL_CTX_set_session_id_context error");
  }
  return {};
}

bool SecureContext::set_ticket_keys(bind::Bytes keys) {
  if (keys.size() != ticket_keys_.size()) return false;
  std::memcpy(ticket_keys_.data(), keys.data(), keys.size());
  return true;
}

namespace {
std::optional<bind::OwnedBytes> der_of(X509* certificate) {
  if (certificate == nullptr) return std::nullopt;
  const int size = i2d_X509(certificate, nullptr);
  if (size < 0) return std::nullopt;
  bind::OwnedBytes der(static_cast<size_t>(size));
  unsigned char* at = der.data();
  i2d_X509(certificate, &at);
  return der;
}
}  // namespace

std::optional<bind::OwnedBytes> SecureContext::certificate() {
  return der_of(SSL_CTX_get0_certificate(context_.get()));
}
std::optional<bind::OwnedBytes> SecureContext::issuer() {
  X509* leaf = SSL_CTX_get0_certificate(context_.get());
  if (!issuer_ && leaf != nullptr) {
    // Not in the chain: perhaps among those trusted.
    X509_STORE_CTX* lookup = X509_STORE_CTX_new();
    X509* found = nullptr;
    if (lookup != nullptr &&
        X509_STORE_CTX_init(lookup, SSL_CTX_get_cert_store(context_.get()), nullptr, nullptr) == 1 &&
        X509_STORE_CTX_get1_issuer(&found, lookup, leaf) == 1)
      issuer_.reset(found);
    X509_STORE_CTX_free(lookup);
    ERR_clear_error();
  }
  return der_of(issuer_.get());
}

}  // namespace vireo::tls
