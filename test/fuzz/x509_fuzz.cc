// Certificates of whatever peers send: reading one, and asking it for everything that it says.
#include <openssl/pem.h>

#include <cstdint>
#include <cstdlib>
#include <string>

#include "crypto/certificate.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace vireo::crypto;
  const CleanErrors clean;
  const std::vector<uint8_t> bytes(data, data + size);  // its own allocation: reading past it is caught
  const unsigned char* at = bytes.data();
  CertificatePtr certificate(d2i_X509(nullptr, &at, static_cast<long>(bytes.size())));
  if (!certificate) {
    const BioPtr bio = bio_of(bytes);
    if (bio) certificate.reset(PEM_read_bio_X509_AUX(bio.get(), nullptr, nullptr, const_cast<char*>("")));
  }
  if (!certificate) return 0;
  (void)alternative_names(certificate.get());
  (void)info_access(certificate.get());
  (void)time_text(X509_get0_notBefore(certificate.get()));
  (void)time_text(X509_get0_notAfter(certificate.get()));
  (void)serial_number(certificate.get());
  (void)extended_key_usage(certificate.get());
  (void)fingerprint(certificate.get(), EVP_sha256());
  const auto der = der_of(certificate.get());
  // What was written must be read again as the same certificate.
  const unsigned char* again = der.data();
  const CertificatePtr copy(d2i_X509(nullptr, &again, static_cast<long>(der.size())));
  if (!copy || X509_cmp(copy.get(), certificate.get()) != 0) std::abort();
  (void)X509_check_host(certificate.get(), "example.com", 11, 0, nullptr);
  (void)X509_check_ip_asc(certificate.get(), "127.0.0.1", 0);
  (void)X509_check_ca(certificate.get());
  const PKeyPtr key(X509_get_pubkey(certificate.get()));
  return 0;
}
