// What certificates say.
#pragma once

#include <openssl/x509v3.h>

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "bind/bind.h"
#include "crypto/openssl.h"

namespace vireo::crypto {

using CertificatePtr = Owned<X509, X509_free>;

/// subjectAltName as one text; names of doubtful content are quoted as JSON.
std::optional<std::string> alternative_names(const X509* certificate);
/// authorityInfoAccess: methods ("OCSP"), and where ("URI:http://...").
std::vector<std::pair<std::string, std::string>> info_access(const X509* certificate);
/// "Sep  3 21:40:37 2022 GMT"
std::string time_text(const ASN1_TIME* time);
/// Upper-case hex with colons.
std::string fingerprint(const X509* certificate, const EVP_MD* digest);
/// Upper-case hex.
std::string serial_number(const X509* certificate);
/// Object identifiers.
std::vector<std::string> extended_key_usage(const X509* certificate);
bind::OwnedBytes der_of(const X509* certificate);

/// The legacy object of getPeerCertificate() for one certificate. Members that a certificate lacks are left out, or,
/// `with_undefined`, there with no value.
v8::Local<v8::Object> certificate_to_js(bind::Context& cx, X509* certificate, bool with_undefined = false);

}  // namespace vireo::crypto
