#include "crypto/openssl.h"

#include <cctype>

namespace vireo::crypto {

namespace {

/// "ERR_OSSL_" with the part of OpenSSL that the error is of, where codes have always named it.
std::string code_prefix(int library) {
  switch (library) {
    case ERR_LIB_SSL: return "ERR_SSL_";
    case ERR_LIB_BN: return "ERR_OSSL_BN_";
    case ERR_LIB_RSA: return "ERR_OSSL_RSA_";
    case ERR_LIB_DH: return "ERR_OSSL_DH_";
    case ERR_LIB_EVP: return "ERR_OSSL_EVP_";
    case ERR_LIB_BUF: return "ERR_OSSL_BUF_";
    case ERR_LIB_OBJ: return "ERR_OSSL_OBJ_";
    case ERR_LIB_PEM: return "ERR_OSSL_PEM_";
    case ERR_LIB_DSA: return "ERR_OSSL_DSA_";
    case ERR_LIB_X509: return "ERR_OSSL_X509_";
    case ERR_LIB_ASN1: return "ERR_OSSL_ASN1_";
    case ERR_LIB_CONF: return "ERR_OSSL_CONF_";
    case ERR_LIB_CRYPTO: return "ERR_OSSL_CRYPTO_";
    case ERR_LIB_EC: return "ERR_OSSL_EC_";
    case ERR_LIB_BIO: return "ERR_OSSL_BIO_";
    case ERR_LIB_PKCS7: return "ERR_OSSL_PKCS7_";
    case ERR_LIB_X509V3: return "ERR_OSSL_X509V3_";
    case ERR_LIB_PKCS12: return "ERR_OSSL_PKCS12_";
    case ERR_LIB_RAND: return "ERR_OSSL_RAND_";
    case ERR_LIB_DSO: return "ERR_OSSL_DSO_";
    case ERR_LIB_ENGINE: return "ERR_OSSL_ENGINE_";
    case ERR_LIB_OCSP: return "ERR_OSSL_OCSP_";
    case ERR_LIB_UI: return "ERR_OSSL_UI_";
    case ERR_LIB_ECDSA: return "ERR_OSSL_ECDSA_";
    case ERR_LIB_ECDH: return "ERR_OSSL_ECDH_";
    case ERR_LIB_CMS: return "ERR_OSSL_CMS_";
    case ERR_LIB_HMAC: return "ERR_OSSL_HMAC_";
    default: return "ERR_OSSL_";
  }
}

std::string error_text(unsigned long code) {
  char text[256];
  ERR_error_string_n(code, text, sizeof(text));
  return text;
}

}  // namespace

bind::Error openssl_error(const char* fallback, bool whole) {
  const unsigned long code = whole ? ERR_peek_error() : ERR_get_error();
  if (code == 0) return bind::Error::plain(fallback);
  bind::Error error = bind::Error::plain(error_text(code));
  std::vector<bind::Error::Property> properties;
  std::vector<std::string> others;
  for (unsigned long other = ERR_get_error(); other != 0; other = ERR_get_error()) {
    others.insert(others.begin(), error_text(other));
  }
  if (!others.empty()) properties.emplace_back("opensslErrorStack", std::move(others));
  if (const char* library = ERR_lib_error_string(code); library != nullptr)
    properties.emplace_back("library", std::string(library));
  if (const char* reason = ERR_reason_error_string(code); reason != nullptr) {
    properties.emplace_back("reason", std::string(reason));
    std::string name = code_prefix(ERR_GET_LIB(code));
    for (const char* at = reason; *at != '\0'; at++) {
      const auto c = static_cast<unsigned char>(*at);
      name += c == ' ' || c == '-' ? '_' : static_cast<char>(std::toupper(c));
    }
    properties.emplace_back("code", std::move(name));
  }
  error.set_properties(std::move(properties));
  return error;
}

std::unexpected<bind::Error> fail_coded(const char* code, std::string_view message, bind::ErrorType type) {
  bind::Error error = bind::Error::plain(message, type);
  error.set_properties({{"code", std::string(code)}});
  return bind::fail(std::move(error));
}

}  // namespace vireo::crypto
