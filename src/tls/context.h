// tls.SecureContext: what connections have in common (keys, certificates, whom to trust, ciphers).
#pragma once

#include <openssl/ssl.h>

#include <array>
#include <optional>
#include <string>

#include "bind/bind.h"
#include "tls/handles.h"

namespace vireo::tls {

class SecureContext final : public bind::Object {
 public:
  explicit SecureContext(Environment& env);

  [[nodiscard]] SSL_CTX* get() const { return context_.get(); }

  /// `side`: 0 both, 1 client, 2 server; versions as OpenSSL's numbers, 0 for no limit.
  bind::Result<void> init(bind::Context& cx, int32_t side, int32_t min_version, int32_t max_version);
  bind::Result<void> set_key(bind::Context& cx, bind::Bytes pem, std::optional<std::string> passphrase);
  bind::Result<void> set_cert(bind::Context& cx, bind::Bytes pem);
  /// PEM, as a string or bytes.
  void add_ca_cert(bind::Context& cx, v8::Local<v8::Value> pem);
  void add_root_certs();
  bind::Result<void> add_crl(bind::Bytes pem);
  bind::Result<void> load_pkcs12(bind::Bytes data, std::optional<std::string> passphrase);
  /// A loadable module of OpenSSL's that has the client's certificate, or a key.
  bind::Result<void> set_client_cert_engine(bind::Context& cx, std::string id);
  bind::Result<void> set_engine_key(bind::Context& cx, std::string key, std::string id);
  bind::Result<void> set_ciphers(bind::Context& cx, std::string ciphers);
  bind::Result<void> set_cipher_suites(bind::Context& cx, std::string suites);
  bind::Result<void> set_ecdh_curve(std::string curves);
  bind::Result<void> set_sigalgs(bind::Context& cx, std::string sigalgs);
  /// Gives the size in bits when it is too small, else 0. Empty bytes: chosen by OpenSSL.
  bind::Result<int32_t> set_dh_param(bind::Context& cx, bind::Bytes pem);
  void set_options(double options) { SSL_CTX_set_options(context_.get(), static_cast<uint64_t>(options)); }
  void set_allow_partial_trust_chain();
  bind::Result<void> set_session_id_context(bind::Context& cx, std::string id);
  void set_session_timeout(int32_t seconds) { SSL_CTX_set_timeout(context_.get(), seconds); }
  /// 48 bytes: name, HMAC key, AES key.
  bool set_ticket_keys(bind::Bytes keys);
  bind::OwnedBytes ticket_keys() const { return bind::OwnedBytes(std::span<const uint8_t>(ticket_keys_)); }
  void set_min_proto(int32_t version) { SSL_CTX_set_min_proto_version(context_.get(), version); }
  void set_max_proto(int32_t version) { SSL_CTX_set_max_proto_version(context_.get(), version); }
  int32_t min_proto() { return static_cast<int32_t>(SSL_CTX_get_min_proto_version(context_.get())); }
  int32_t max_proto() { return static_cast<int32_t>(SSL_CTX_get_max_proto_version(context_.get())); }
  /// DER of the certificate, or of its issuer; empty when there is none.
  std::optional<bind::OwnedBytes> certificate();
  std::optional<bind::OwnedBytes> issuer();
  void close() {}
  /// From now on `wrapper.onticketkeycallback(name, iv, encrypts)` gives the keys: [status, HMAC key, AES key, name,
  /// IV].
  void enable_ticket_callback() { asks_for_ticket_keys_ = true; }

 private:
  X509_STORE* own_store();
  static int on_ticket_key(SSL* ssl, unsigned char* name, unsigned char* iv, EVP_CIPHER_CTX* cipher, EVP_MAC_CTX* mac,
                           int encrypt);
  struct TicketKeys;
  int ask_for_ticket_keys(TicketKeys& keys, unsigned char* name, unsigned char* iv, bool encrypts);
  bool use_chain(X509Ptr leaf, STACK_OF(X509) * others);

  SslContextPtr context_;
  X509Ptr issuer_;
  bool has_own_store_ = false;
  bool asks_for_ticket_keys_ = false;
  std::array<uint8_t, 48> ticket_keys_{};
};

/// The certificates that are trusted when a program names none.
class Roots {
 public:
  explicit Roots(Environment&) {}
  /// The shared store, made when first asked for.
  X509_STORE* store();
  /// From now on these: concatenated PEM.
  void replace(std::string pem);
  [[nodiscard]] const std::string& pem() const { return pem_; }

 private:
  bool replaced_ = false;
  std::string pem_;
  StorePtr store_;
};

/// Mozilla's certificates, as PEM one after the other.
std::string_view bundled_roots();

/// Reads certificates from PEM until there are no more.
template <class Visit>
void for_each_certificate(std::span<const uint8_t> pem, Visit&& visit) {
  const BioPtr bio = bio_of(pem);
  if (!bio) return;
  while (X509Ptr certificate{
      PEM_read_bio_X509_AUX(bio.get(), nullptr, [](char*, int, int, void*) { return 0; }, nullptr)}) {
    visit(std::move(certificate));
  }
}

}  // namespace vireo::tls
