#include "tls/errors.h"

#include <openssl/bio.h>
#include <openssl/err.h>

#include <cctype>
#include <vector>

namespace vireo::tls {

namespace {

/// "ERR_SSL_" or "ERR_OSSL_" with the part of OpenSSL that it is of.
std::string code_prefix(int library) {
  switch (library) {
    case ERR_LIB_SSL: return "ERR_SSL_";
    case ERR_LIB_BN: return "ERR_OSSL_BN_";
    case ERR_LIB_RSA: return "ERR_OSSL_RSA_";
    case ERR_LIB_DH: return "ERR_OSSL_DH_";
    case ERR_LIB_EVP: return "ERR_OSSL_EVP_";
    case ERR_LIB_PEM: return "ERR_OSSL_PEM_";
    case ERR_LIB_X509: return "ERR_OSSL_X509_";
    case ERR_LIB_X509V3: return "ERR_OSSL_X509V3_";
    case ERR_LIB_ASN1: return "ERR_OSSL_ASN1_";
    case ERR_LIB_EC: return "ERR_OSSL_EC_";
    case ERR_LIB_PKCS12: return "ERR_OSSL_PKCS12_";
    default: return "ERR_OSSL_";
  }
}

void decorate(bind::Context& cx, v8::Local<v8::Object> error, unsigned long code) {
  const auto set = [&](const char* key, std::string_view value) {
    (void)error->Set(cx.context, bind::name(cx.isolate, key), bind::string_to_js(cx, value));
  };
  if (const char* library = ERR_lib_error_string(code); library != nullptr) set("library", library);
  const char* reason = ERR_reason_error_string(code);
  if (reason == nullptr) return;
  set("reason", reason);
  std::string name = code_prefix(ERR_GET_LIB(code));
  for (const char* at = reason; *at != '\0'; at++) {
    const auto c = static_cast<unsigned char>(*at);
    name += c == ' ' || c == '-' ? '_' : static_cast<char>(std::toupper(c));
  }
  set("code", name);
}

v8::Local<v8::Value> make(bind::Context& cx, std::string_view message, unsigned long code) {
  v8::Local<v8::Value> error = v8::Exception::Error(bind::string_to_js(cx, message));
  if (code != 0) decorate(cx, error.As<v8::Object>(), code);
  return error;
}

}  // namespace

v8::Local<v8::Value> openssl_exception(bind::Context& cx, const char* fallback) {
  const unsigned long code = ERR_get_error();
  if (code == 0) return make(cx, fallback, 0);
  char text[256];
  std::vector<std::string> others;
  while (const unsigned long other = ERR_get_error()) {
    ERR_error_string_n(other, text, sizeof(text));
    others.insert(others.begin(), text);
  }
  ERR_error_string_n(code, text, sizeof(text));
  v8::Local<v8::Value> error = make(cx, text, code);
  if (!others.empty())
    (void)error.As<v8::Object>()->Set(cx.context, bind::name(cx.isolate, "opensslErrorStack"), bind::to_js(cx, others));
  return error;
}

v8::Local<v8::Value> connection_exception(bind::Context& cx, const char* fallback) {
  const unsigned long code = ERR_peek_error();
  if (code == 0) return make(cx, fallback, 0);
  std::string text;
  ERR_print_errors_cb(
      [](const char* line, size_t length, void* out) {
        static_cast<std::string*>(out)->append(line, length);
        return 1;
      },
      &text);
  ERR_clear_error();
  return make(cx, text, code);
}

std::unexpected<bind::Error> throw_openssl(bind::Context& cx, const char* fallback) {
  cx.isolate->ThrowException(openssl_exception(cx, fallback));
  return bind::fail(bind::Error::pending());
}

std::unexpected<bind::Error> throw_reason(const char* fallback) {
  const unsigned long code = ERR_get_error();
  ERR_clear_error();
  const char* reason = code == 0 ? nullptr : ERR_reason_error_string(code);
  return bind::fail(bind::Error::plain(reason == nullptr ? fallback : reason));
}

}  // namespace vireo::tls
