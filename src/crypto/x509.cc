// X509Certificate.
#include <openssl/pem.h>

#include <array>
#include <ctime>

#include "crypto/certificate.h"
#include "crypto/keys.h"

namespace vireo::crypto {

namespace {

std::string name_text(const X509_NAME* name) {
  constexpr unsigned long kFlags =
      XN_FLAG_SEP_MULTILINE | XN_FLAG_FN_SN | ASN1_STRFLGS_ESC_2253 | ASN1_STRFLGS_ESC_CTRL | ASN1_STRFLGS_UTF8_CONVERT;
  const BioPtr bio(BIO_new(BIO_s_mem()));
  X509_NAME_print_ex(bio.get(), name, 0, kFlags);
  return text_of(bio.get());
}

/// Milliseconds since 1970.
double milliseconds(const ASN1_TIME* time) {
  std::tm parts{};
  if (ASN1_TIME_to_tm(time, &parts) != 1) return 0;
  return static_cast<double>(timegm(&parts)) * 1000;
}

class Certificate final : public bind::Object {
 public:
  using Object::Object;

  /// PEM, or else DER.
  static bind::Result<Certificate*> create(Environment& env, bind::Bytes bytes) {
    const CleanErrors clean;
    const BioPtr bio = bio_of(bytes);
    CertificatePtr certificate(
        bio ? PEM_read_bio_X509_AUX(bio.get(), nullptr, [](char*, int, int, void*) { return 0; }, nullptr) : nullptr);
    if (!certificate) {
      ERR_set_mark();
      const unsigned char* at = bytes.data();
      certificate.reset(d2i_X509(nullptr, &at, static_cast<long>(bytes.size())));
      if (!certificate) {
        ERR_pop_to_mark();  // what was wrong with the PEM says more
        return fail_openssl("Failed to parse certificate");
      }
    }
    auto self = std::make_unique<Certificate>(env);
    self->certificate_ = std::move(certificate);
    return self.release();
  }

  std::string subject() { return name_text(X509_get_subject_name(get())); }
  std::string issuer() { return name_text(X509_get_issuer_name(get())); }
  std::optional<std::string> subject_alt_name() { return alternative_names(get()); }
  std::optional<std::string> info_access_text() {
    const auto list = info_access(get());
    if (list.empty()) return std::nullopt;
    std::string text;
    for (const auto& [method, where] : list) {
      if (!text.empty()) text += '\n';
      text += method + " - " + where;
    }
    return text;
  }
  std::string valid_from() { return time_text(X509_get0_notBefore(get())); }
  std::string valid_to() { return time_text(X509_get0_notAfter(get())); }
  double valid_from_time() { return milliseconds(X509_get0_notBefore(get())); }
  double valid_to_time() { return milliseconds(X509_get0_notAfter(get())); }
  std::string fingerprint_of(std::string digest_name) {
    const DigestPtr digest = fetch_digest(digest_name.c_str());
    return digest ? fingerprint(get(), digest.get()) : std::string();
  }
  std::optional<std::vector<std::string>> key_usage() {
    auto list = extended_key_usage(get());
    if (list.empty()) return std::nullopt;
    return list;
  }
  std::string serial() { return serial_number(get()); }
  std::optional<std::string> signature_algorithm() {
    const int nid = X509_get_signature_nid(get());
    if (nid == NID_undef) return std::nullopt;
    return OBJ_nid2ln(nid);
  }
  std::string signature_algorithm_oid() {
    const X509_ALGOR* algorithm = nullptr;
    X509_get0_signature(nullptr, &algorithm, get());
    const ASN1_OBJECT* object = nullptr;
    X509_ALGOR_get0(&object, nullptr, nullptr, algorithm);
    std::array<char, 128> text{};
    OBJ_obj2txt(text.data(), text.size(), object, 1);
    return text.data();
  }
  bind::OwnedBytes raw() { return der_of(get()); }
  std::string pem() {
    const BioPtr bio(BIO_new(BIO_s_mem()));
    PEM_write_bio_X509(bio.get(), get());
    return text_of(bio.get());
  }
  bind::Result<Key> public_key() {
    const CleanErrors clean;
    PKeyPtr key(X509_get_pubkey(get()));
    if (!key) return fail_openssl("Failed to read public key");
    return Key(KeyKind::kPublic, std::move(key));
  }
  bool is_ca() { return X509_check_ca(get()) == 1; }
  v8::Local<v8::Object> legacy(bind::Context& cx) {
    const CleanErrors clean;
    return certificate_to_js(cx, get(), true);
  }

  /// The name in the certificate that matched; undefined when none did.
  bind::Result<std::optional<std::string>> check_host(std::string name, uint32_t flags) {
    const CleanErrors clean;
    char* peer = nullptr;
    const int answer = X509_check_host(get(), name.data(), name.size(), flags, &peer);
    std::optional<std::string> found;
    if (answer == 1) found = peer == nullptr ? name : std::string(peer);
    OPENSSL_free(peer);
    if (answer < 0) return invalid_name();
    return found;
  }
  bind::Result<bool> check_email(std::string name, uint32_t flags) {
    const CleanErrors clean;
    const int answer = X509_check_email(get(), name.data(), name.size(), flags);
    if (answer < 0) return invalid_name();
    return answer == 1;
  }
  bind::Result<bool> check_ip(std::string address) {
    const CleanErrors clean;
    const int answer = X509_check_ip_asc(get(), address.c_str(), 0);
    if (answer < 0) return invalid_name();
    return answer == 1;
  }
  bool check_issued(Certificate* issuer) {
    const CleanErrors clean;
    return X509_check_issued(issuer->get(), get()) == X509_V_OK;
  }
  bool check_private_key(Key key) {
    const CleanErrors clean;
    return X509_check_private_key(get(), key.pkey()) == 1;
  }
  bool verify(Key key) {
    const CleanErrors clean;
    return X509_verify(get(), key.pkey()) == 1;
  }

 private:
  [[nodiscard]] X509* get() const { return certificate_.get(); }
  static std::unexpected<bind::Error> invalid_name() {
    return fail_coded("ERR_INVALID_ARG_VALUE", "Invalid name", bind::ErrorType::kTypeError);
  }

  CertificatePtr certificate_;
};

}  // namespace

BIND_MODULE(crypto_x509) {
  module.class_<Certificate>("Certificate")
      .factory<&Certificate::create>()
      .method<&Certificate::subject>("subject")
      .method<&Certificate::issuer>("issuer")
      .method<&Certificate::subject_alt_name>("subjectAltName")
      .method<&Certificate::info_access_text>("infoAccess")
      .method<&Certificate::valid_from>("validFrom")
      .method<&Certificate::valid_to>("validTo")
      .method<&Certificate::valid_from_time>("validFromTime")
      .method<&Certificate::valid_to_time>("validToTime")
      .method<&Certificate::fingerprint_of>("fingerprint")
      .method<&Certificate::key_usage>("keyUsage")
      .method<&Certificate::serial>("serialNumber")
      .method<&Certificate::signature_algorithm>("signatureAlgorithm")
      .method<&Certificate::signature_algorithm_oid>("signatureAlgorithmOid")
      .method<&Certificate::raw>("raw")
      .method<&Certificate::pem>("pem")
      .method<&Certificate::public_key>("publicKey")
      .method<&Certificate::is_ca>("isCA")
      .method<&Certificate::legacy>("legacy")
      .method<&Certificate::check_host>("checkHost")
      .method<&Certificate::check_email>("checkEmail")
      .method<&Certificate::check_ip>("checkIP")
      .method<&Certificate::check_issued>("checkIssued")
      .method<&Certificate::check_private_key>("checkPrivateKey")
      .method<&Certificate::verify>("verify");
}

}  // namespace vireo::crypto
