// What certificates say, as text and as the plain object that getPeerCertificate() gives.
#include "crypto/certificate.h"

#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/ec.h>
#include <openssl/err.h>
#include <openssl/x509v3.h>

#include <string>

#include "crypto/keys.h"

namespace vireo::crypto {

namespace {

using NamesPtr = std::unique_ptr<GENERAL_NAMES, FreeWith<GENERAL_NAMES_free>>;

std::string string_text(const ASN1_STRING* string) {
  return {reinterpret_cast<const char*>(ASN1_STRING_get0_data(string)),
          static_cast<size_t>(ASN1_STRING_length(string))};
}

std::string hex(std::span<const uint8_t> bytes, bool colons) {
  static constexpr char kDigits[] = "0123456789ABCDEF";
  std::string text;
  for (const uint8_t byte : bytes) {
    if (colons && !text.empty()) text += ':';
    text += kDigits[byte >> 4];
    text += kDigits[byte & 15];
  }
  return text;
}

std::string object_text(const ASN1_OBJECT* object) {
  char text[256];
  const int size = OBJ_obj2txt(text, sizeof(text), object, 1);
  return size <= 0 ? std::string() : std::string(text, std::min<size_t>(static_cast<size_t>(size), sizeof(text) - 1));
}

/// Parts of a name by their short names; what occurs more than once is an array.
v8::Local<v8::Value> name_to_js(bind::Context& cx, const X509_NAME* name) {
  v8::Local<v8::Object> result = v8::Object::New(cx.isolate, v8::Null(cx.isolate), nullptr, nullptr, 0);
  for (int i = 0; i < X509_NAME_entry_count(name); i++) {
    const X509_NAME_ENTRY* entry = X509_NAME_get_entry(name, i);
    const ASN1_OBJECT* object = X509_NAME_ENTRY_get_object(entry);
    const int nid = OBJ_obj2nid(object);
    const std::string key = nid == NID_undef ? object_text(object) : OBJ_nid2sn(nid);
    unsigned char* utf8 = nullptr;
    const int size = ASN1_STRING_to_UTF8(&utf8, X509_NAME_ENTRY_get_data(entry));
    if (size < 0) continue;
    v8::Local<v8::Value> value =
        bind::to_js(cx, std::string_view(reinterpret_cast<char*>(utf8), static_cast<size_t>(size)));
    OPENSSL_free(utf8);
    const auto js_key = bind::to_js(cx, std::string_view(key));
    v8::Local<v8::Value> before;
    if (!result->Get(cx.context, js_key).ToLocal(&before)) continue;
    if (before->IsUndefined()) {
      (void)result->Set(cx.context, js_key, value);
    } else if (before->IsArray()) {
      const auto list = before.As<v8::Array>();
      (void)list->Set(cx.context, list->Length(), value);
    } else {
      v8::Local<v8::Value> both[] = {before, value};
      (void)result->Set(cx.context, js_key, v8::Array::New(cx.isolate, both, 2));
    }
  }
  return result;
}

/// A name of unknown origin among others in one text: quoted as JSON when it could be mistaken for more than itself.
void append_name(std::string& out, std::string_view prefix, std::string_view name) {
  bool safe = true;
  for (const char c : name) {
    const auto byte = static_cast<unsigned char>(c);
    if (c == '"' || c == '\\' || c == ',' || c == '\'' || byte < ' ' || byte >= 0x7f) safe = false;
  }
  if (safe) {
    out += prefix;
    out += name;
    return;
  }
  out += prefix;
  out += '"';
  for (const char c : name) {
    const auto byte = static_cast<unsigned char>(c);
    if (c == '"' || c == '\\') {
      out += '\\';
      out += c;
    } else if (byte < ' ' || byte >= 0x7f) {
      static constexpr char kDigits[] = "0123456789abcdef";
      out += "\\u00";
      out += kDigits[byte >> 4];
      out += kDigits[byte & 15];
    } else {
      out += c;
    }
  }
  out += '"';
}

void append_address(std::string& out, const ASN1_OCTET_STRING* address) {
  const uint8_t* bytes = ASN1_STRING_get0_data(address);
  const int size = ASN1_STRING_length(address);
  char text[48] = "<invalid>";
  if (size == 4) {
    std::snprintf(text, sizeof(text), "%d.%d.%d.%d", bytes[0], bytes[1], bytes[2], bytes[3]);
  } else if (size == 16) {
    char* at = text;
    for (int i = 0; i < 16; i += 2) at += std::snprintf(at, 8, "%s%X", i == 0 ? "" : ":", bytes[i] << 8 | bytes[i + 1]);
  }
  out += "IP Address:";
  out += text;
}

void append_general_name(std::string& out, const GENERAL_NAME* name) {
  switch (name->type) {
    case GEN_DNS: append_name(out, "DNS:", string_text(name->d.dNSName)); break;
    case GEN_EMAIL: append_name(out, "email:", string_text(name->d.rfc822Name)); break;
    case GEN_URI: append_name(out, "URI:", string_text(name->d.uniformResourceIdentifier)); break;
    case GEN_IPADD: append_address(out, name->d.iPAddress); break;
    case GEN_RID: out += "Registered ID:" + object_text(name->d.registeredID); break;
    case GEN_DIRNAME: {
      const BioPtr bio(BIO_new(BIO_s_mem()));
      X509_NAME_print_ex(bio.get(), name->d.directoryName, 0,
                         XN_FLAG_RFC2253 & ~static_cast<unsigned long>(ASN1_STRFLGS_ESC_MSB));
      append_name(out, "DirName:", text_of(bio.get()));
      break;
    }
    case GEN_X400: out += "X400Name:<unsupported>"; break;
    case GEN_EDIPARTY: out += "EdiPartyName:<unsupported>"; break;
    default: out += "othername:<unsupported>";
  }
}

}  // namespace

std::optional<std::string> alternative_names(const X509* certificate) {
  const NamesPtr names(
      static_cast<GENERAL_NAMES*>(X509_get_ext_d2i(certificate, NID_subject_alt_name, nullptr, nullptr)));
  if (!names) return std::nullopt;
  std::string text;
  for (int i = 0; i < sk_GENERAL_NAME_num(names.get()); i++) {
    if (i != 0) text += ", ";
    append_general_name(text, sk_GENERAL_NAME_value(names.get(), i));
  }
  return text;
}

std::vector<std::pair<std::string, std::string>> info_access(const X509* certificate) {
  std::vector<std::pair<std::string, std::string>> list;
  auto* access = static_cast<AUTHORITY_INFO_ACCESS*>(X509_get_ext_d2i(certificate, NID_info_access, nullptr, nullptr));
  if (access == nullptr) return list;
  for (int i = 0; i < sk_ACCESS_DESCRIPTION_num(access); i++) {
    const ACCESS_DESCRIPTION* each = sk_ACCESS_DESCRIPTION_value(access, i);
    const int nid = OBJ_obj2nid(each->method);
    std::string text;
    append_general_name(text, each->location);
    list.emplace_back(nid == NID_undef ? object_text(each->method) : OBJ_nid2ln(nid), std::move(text));
  }
  AUTHORITY_INFO_ACCESS_free(access);
  return list;
}

namespace {

/// authorityInfoAccess: lists of addresses by method and kind.
v8::Local<v8::Value> info_access_to_js(bind::Context& cx, const X509* certificate) {
  const auto list = info_access(certificate);
  if (list.empty()) return v8::Undefined(cx.isolate);
  v8::Local<v8::Object> result = v8::Object::New(cx.isolate, v8::Null(cx.isolate), nullptr, nullptr, 0);
  for (const auto& [method, text] : list) {
    const size_t colon = text.find(':');
    const auto js_key = bind::to_js(cx, method + " - " + text.substr(0, colon));
    const auto value = bind::to_js(cx, std::string_view(text).substr(colon + 1));
    v8::Local<v8::Value> before;
    if (!result->Get(cx.context, js_key).ToLocal(&before)) continue;
    if (before->IsArray()) {
      const auto values = before.As<v8::Array>();
      (void)values->Set(cx.context, values->Length(), value);
    } else {
      v8::Local<v8::Value> one[] = {value};
      (void)result->Set(cx.context, js_key, v8::Array::New(cx.isolate, one, 1));
    }
  }
  return result;
}

}  // namespace

std::string time_text(const ASN1_TIME* time) {
  const BioPtr bio(BIO_new(BIO_s_mem()));
  ASN1_TIME_print(bio.get(), time);
  return text_of(bio.get());
}

namespace {

std::string big_text(const BIGNUM* number) {
  char* text = BN_bn2hex(number);
  if (text == nullptr) return {};
  std::string result(text);
  OPENSSL_free(text);
  return result;
}

}  // namespace

std::string fingerprint(const X509* certificate, const EVP_MD* digest) {
  uint8_t bytes[EVP_MAX_MD_SIZE];
  unsigned size = 0;
  if (X509_digest(certificate, digest, bytes, &size) != 1) return {};
  return hex({bytes, size}, true);
}

std::string serial_number(const X509* certificate) {
  const BigPtr serial(ASN1_INTEGER_to_BN(X509_get0_serialNumber(certificate), nullptr));
  return serial ? big_text(serial.get()) : std::string();
}

std::vector<std::string> extended_key_usage(const X509* certificate) {
  std::vector<std::string> list;
  auto* usage = static_cast<EXTENDED_KEY_USAGE*>(X509_get_ext_d2i(certificate, NID_ext_key_usage, nullptr, nullptr));
  if (usage == nullptr) return list;
  for (int i = 0; i < sk_ASN1_OBJECT_num(usage); i++) list.push_back(object_text(sk_ASN1_OBJECT_value(usage, i)));
  EXTENDED_KEY_USAGE_free(usage);
  return list;
}

bind::OwnedBytes der_of(const X509* certificate) {
  const int size = i2d_X509(certificate, nullptr);
  bind::OwnedBytes der(static_cast<size_t>(std::max(size, 0)));
  unsigned char* at = der.data();
  if (size > 0) i2d_X509(certificate, &at);
  return der;
}

namespace {

template <class Set>
void set_public_key(bind::Context& cx, EVP_PKEY* key, const Set& set) {
  if (EVP_PKEY_is_a(key, "RSA") != 0) {
    BIGNUM* raw = nullptr;
    if (EVP_PKEY_get_bn_param(key, OSSL_PKEY_PARAM_RSA_N, &raw) == 1) {
      const BigPtr modulus(raw);
      set("modulus", bind::to_js(cx, big_text(modulus.get())));
    }
    set("bits", bind::to_js(cx, EVP_PKEY_get_bits(key)));
    raw = nullptr;
    if (EVP_PKEY_get_bn_param(key, OSSL_PKEY_PARAM_RSA_E, &raw) == 1) {
      const BigPtr exponent(raw);
      char text[32];
      std::snprintf(text, sizeof(text), "0x%llx", static_cast<unsigned long long>(BN_get_word(exponent.get())));
      set("exponent", bind::to_js(cx, text));
    }
    const int size = i2d_PUBKEY(key, nullptr);
    if (size <= 0) return;
    bind::OwnedBytes bytes(static_cast<size_t>(size));
    unsigned char* at = bytes.data();
    i2d_PUBKEY(key, &at);
    set("pubkey", bind::to_js(cx, std::move(bytes)));
  } else if (EVP_PKEY_is_a(key, "EC") != 0) {
    set("bits", bind::to_js(cx, EVP_PKEY_get_bits(key)));
    size_t size = 0;
    if (EVP_PKEY_get_octet_string_param(key, OSSL_PKEY_PARAM_PUB_KEY, nullptr, 0, &size) == 1) {
      bind::OwnedBytes bytes(size);
      EVP_PKEY_get_octet_string_param(key, OSSL_PKEY_PARAM_PUB_KEY, bytes.data(), size, &size);
      set("pubkey", bind::to_js(cx, std::move(bytes)));
    }
    char group[80];
    if (EVP_PKEY_get_group_name(key, group, sizeof(group), &size) != 1) return;
    const int nid = OBJ_txt2nid(group);
    if (nid == NID_undef) return;
    set("asn1Curve", bind::to_js(cx, OBJ_nid2sn(nid)));
    if (const char* nist = EC_curve_nid2nist(nid); nist != nullptr) set("nistCurve", bind::to_js(cx, nist));
  }
}

}  // namespace

namespace {
constexpr const char* kMembers[] = {"subject",      "issuer",      "subjectaltname", "infoAccess",     "ca",
                                    "modulus",      "exponent",    "pubkey",         "bits",           "valid_from",
                                    "valid_to",     "fingerprint", "fingerprint256", "fingerprint512", "ext_key_usage",
                                    "serialNumber", "raw",         "asn1Curve",      "nistCurve"};
}  // namespace

v8::Local<v8::Object> certificate_to_js(bind::Context& cx, X509* certificate, bool with_undefined) {
  v8::Local<v8::Object> result = v8::Object::New(cx.isolate);
  const auto set = [&](const char* key, v8::Local<v8::Value> value) {
    if (!value->IsUndefined()) (void)result->Set(cx.context, bind::name(cx.isolate, key), value);
  };
  if (with_undefined) {
    for (const char* key : kMembers)
      (void)result->Set(cx.context, bind::name(cx.isolate, key), v8::Undefined(cx.isolate));
  }
  set("subject", name_to_js(cx, X509_get_subject_name(certificate)));
  set("issuer", name_to_js(cx, X509_get_issuer_name(certificate)));
  set("subjectaltname", bind::to_js(cx, alternative_names(certificate)));
  set("infoAccess", info_access_to_js(cx, certificate));
  set("ca", v8::Boolean::New(cx.isolate, X509_check_ca(certificate) == 1));
  if (EVP_PKEY* key = X509_get0_pubkey(certificate); key != nullptr) set_public_key(cx, key, set);
  set("valid_from", bind::to_js(cx, time_text(X509_get0_notBefore(certificate))));
  set("valid_to", bind::to_js(cx, time_text(X509_get0_notAfter(certificate))));
  set("fingerprint", bind::to_js(cx, fingerprint(certificate, EVP_sha1())));
  set("fingerprint256", bind::to_js(cx, fingerprint(certificate, EVP_sha256())));
  set("fingerprint512", bind::to_js(cx, fingerprint(certificate, EVP_sha512())));
  if (const auto usage = extended_key_usage(certificate); !usage.empty()) set("ext_key_usage", bind::to_js(cx, usage));
  set("serialNumber", bind::to_js(cx, serial_number(certificate)));
  set("raw", bind::to_js(cx, der_of(certificate)));
  ERR_clear_error();
  return result;
}

}  // namespace vireo::crypto
