#include <openssl/err.h>
#include <openssl/pem.h>

#include <filesystem>
#include <fstream>
#include <set>
#include <sstream>

#include "crypto/openssl.h"
#include "engine/environment.h"
#include "tls/context.h"
#include "tls/engine.h"

namespace vireo::tls {

namespace {

/// Each certificate of a PEM text, in OpenSSL's own form.
std::vector<std::string> split_certificates(bind::Bytes pem) {
  std::vector<std::string> list;
  for_each_certificate(pem, [&](X509Ptr certificate) {
    const BioPtr bio(BIO_new(BIO_s_mem()));
    if (!bio || PEM_write_bio_X509(bio.get(), certificate.get()) != 1) return;
    char* bytes = nullptr;
    const long size = BIO_get_mem_data(bio.get(), &bytes);
    if (size > 0) list.emplace_back(bytes, static_cast<size_t>(size));
  });
  ERR_clear_error();
  return list;
}

/// Whether every block of the text that says it is a certificate is one.
bind::Result<void> check_certificates(bind::Bytes pem) {
  const crypto::CleanErrors clean;
  const BioPtr bio = bio_of(pem);
  while (bio && X509Ptr(PEM_read_bio_X509(bio.get(), nullptr, nullptr, nullptr))) {}
  // The end, or no PEM at all.
  const unsigned long last = ERR_peek_last_error();
  if (ERR_GET_REASON(last) == PEM_R_NO_START_LINE) return {};
  // What PEM says, not what it heard.
  ERR_clear_error();
  ERR_raise(ERR_GET_LIB(last), ERR_GET_REASON(last));
  return crypto::fail_openssl("Failed to parse certificate");
}

std::string bundled_pem() { return std::string(bundled_roots()); }

void set_default_roots(Environment& env, std::string pem) { env.state<Roots>().replace(std::move(pem)); }

/// What the operating system trusts: SSL_CERT_FILE and SSL_CERT_DIR, or where OpenSSL's packages put it.
std::string system_pem(std::string file, std::vector<std::string> directories) {
  std::ostringstream out;
  const auto add = [&](const std::filesystem::path& path) {
    std::error_code failed;
    if (!std::filesystem::is_regular_file(path, failed)) return;
    if (std::ifstream in(path, std::ios::binary); in) out << in.rdbuf() << '\n';
    out.clear();
  };
  if (!file.empty()) add(file);
  for (const std::string& directory : directories) {
    std::error_code failed;
    for (const auto& entry : std::filesystem::directory_iterator(directory, failed)) add(entry.path());
  }
  return std::move(out).str();
}

/// Lower-case names of all ciphers that a TLS connection could use.
std::vector<std::string> cipher_names() {
  std::vector<std::string> names;
  const SslContextPtr context(SSL_CTX_new(TLS_method()));
  const SslPtr ssl(context ? SSL_new(context.get()) : nullptr);
  if (!ssl) return names;
  STACK_OF(SSL_CIPHER)* ciphers = SSL_get_ciphers(ssl.get());
  for (int i = 0; i < sk_SSL_CIPHER_num(ciphers); i++)
    names.emplace_back(SSL_CIPHER_get_name(sk_SSL_CIPHER_value(ciphers, i)));
  // Those of TLS 1.3 belong to no list.
  for (const char* name : {"TLS_AES_256_GCM_SHA384", "TLS_CHACHA20_POLY1305_SHA256", "TLS_AES_128_GCM_SHA256",
                           "TLS_AES_128_CCM_8_SHA256", "TLS_AES_128_CCM_SHA256"}) {
    if (std::find(names.begin(), names.end(), name) == names.end()) names.emplace_back(name);
  }
  return names;
}

}  // namespace

BIND_MODULE(tls) {
  module.function<split_certificates>("splitCertificates");
  module.function<check_certificates>("checkCertificates");
  module.function<bundled_pem>("bundledPem");
  module.function<system_pem>("systemPem");
  module.function<set_default_roots>("setDefaultRoots");
  module.function<cipher_names>("cipherNames");
  module.constant("TLS1_VERSION", TLS1_VERSION);
  module.constant("TLS1_1_VERSION", TLS1_1_VERSION);
  module.constant("TLS1_2_VERSION", TLS1_2_VERSION);
  module.constant("TLS1_3_VERSION", TLS1_3_VERSION);
  module.class_<SecureContext>("SecureContext")
      .constructor<>()
      .method<&SecureContext::init>("init")
      .method<&SecureContext::set_key>("setKey")
      .method<&SecureContext::set_cert>("setCert")
      .method<&SecureContext::add_ca_cert>("addCACert")
      .method<&SecureContext::add_root_certs>("addRootCerts")
      .method<&SecureContext::add_crl>("addCRL")
      .method<&SecureContext::load_pkcs12>("loadPKCS12")
      .method<&SecureContext::set_client_cert_engine>("setClientCertEngine")
      .method<&SecureContext::set_engine_key>("setEngineKey")
      .method<&SecureContext::set_ciphers>("setCiphers")
      .method<&SecureContext::set_cipher_suites>("setCipherSuites")
      .method<&SecureContext::set_ecdh_curve>("setECDHCurve")
      .method<&SecureContext::set_sigalgs>("setSigalgs")
      .method<&SecureContext::set_dh_param>("setDHParam")
      .method<&SecureContext::set_options>("setOptions")
      .method<&SecureContext::set_allow_partial_trust_chain>("setAllowPartialTrustChain")
      .method<&SecureContext::set_session_id_context>("setSessionIdContext")
      .method<&SecureContext::set_session_timeout>("setSessionTimeout")
      .method<&SecureContext::set_ticket_keys>("setTicketKeys")
      .method<&SecureContext::ticket_keys>("getTicketKeys")
      .method<&SecureContext::enable_ticket_callback>("enableTicketKeyCallback")
      .method<&SecureContext::set_min_proto>("setMinProto")
      .method<&SecureContext::set_max_proto>("setMaxProto")
      .method<&SecureContext::min_proto>("getMinProto")
      .method<&SecureContext::max_proto>("getMaxProto")
      .method<&SecureContext::certificate>("getCertificate")
      .method<&SecureContext::issuer>("getIssuer")
      .method<&SecureContext::close>("close");
  module.class_<Engine>("Engine")
      .constructor<SecureContext*, bool>()
      .method<&Engine::receive>("receive")
      .method<&Engine::step>("step")
      .method<&Engine::pump>("pump")
      .method<&Engine::write>("write")
      .method<&Engine::write_text>("writeText")
      .method<&Engine::shutdown>("shutdown")
      .method<&Engine::load_session>("loadSession")
      .method<&Engine::hello_session_id>("helloSessionId")
      .method<&Engine::certificate_chosen>("certificateChosen")
      .method<&Engine::free>("free")
      .method<&Engine::take_data>("takeData")
      .method<&Engine::take_output>("takeOutput")
      .method<&Engine::take_error>("takeError")
      .method<&Engine::take_sessions>("takeSessions")
      .method<&Engine::take_keylog>("takeKeylog")
      .method<&Engine::peer_chain_der>("peerChainDer")
      .method<&Engine::take_ocsp_response>("takeOcspResponse")
      .method<&Engine::set_verify_mode>("setVerifyMode")
      .method<&Engine::want_hello>("wantHello")
      .method<&Engine::want_certificate>("wantCertificate")
      .method<&Engine::want_keylog>("wantKeylog")
      .method<&Engine::want_sessions>("wantSessions")
      .method<&Engine::want_alpn_callback>("wantAlpnCallback")
      .method<&Engine::want_psk>("wantPsk")
      .method<&Engine::request_ocsp>("requestOcsp")
      .method<&Engine::set_ocsp_response>("setOcspResponse")
      .method<&Engine::wants_ocsp>("wantsOcsp")
      .method<&Engine::set_servername>("setServername")
      .method<&Engine::servername>("servername")
      .method<&Engine::set_alpn>("setAlpn")
      .method<&Engine::alpn>("alpn")
      .method<&Engine::set_session>("setSession")
      .method<&Engine::set_context>("setContext")
      .method<&Engine::set_psk_hint>("setPskHint")
      .method<&Engine::set_max_send_fragment>("setMaxSendFragment")
      .method<&Engine::renegotiate>("renegotiate")
      .method<&Engine::session>("session")
      .method<&Engine::ticket>("ticket")
      .method<&Engine::session_reused>("sessionReused")
      .method<&Engine::protocol>("protocol")
      .method<&Engine::cipher>("cipher")
      .method<&Engine::ephemeral_key>("ephemeralKey")
      .method<&Engine::shared_sigalgs>("sharedSigalgs")
      .method<&Engine::finished>("finished")
      .method<&Engine::peer_finished>("peerFinished")
      .method<&Engine::export_keying>("exportKeying")
      .method<&Engine::verify_error>("verifyError")
      .method<&Engine::peer_certificate>("peerCertificate")
      .method<&Engine::certificate>("certificate")
      .method<&Engine::peer_certificate_der>("peerCertificateDer")
      .method<&Engine::certificate_der>("certificateDer");
}

}  // namespace vireo::tls
