// Key derivation: PBKDF2, scrypt, HKDF, Argon2.
#include "crypto/openssl.h"

namespace vireo::crypto {

namespace {

KdfContextPtr kdf_context(const char* name) {
  const KdfPtr kdf(EVP_KDF_fetch(nullptr, name, nullptr));
  return KdfContextPtr(kdf ? EVP_KDF_CTX_new(kdf.get()) : nullptr);
}

bind::Result<bind::OwnedBytes> pbkdf2(bind::SharedBytes password, bind::SharedBytes salt, uint32_t iterations,
                                      uint32_t length, std::string digest_name) {
  const DigestPtr digest = fetch_digest(digest_name.c_str());
  bind::OwnedBytes out(length);
  if (length == 0 || !digest ||
      PKCS5_PBKDF2_HMAC(reinterpret_cast<const char*>(password.data()), static_cast<int>(password.size()), salt.data(),
                        static_cast<int>(salt.size()), static_cast<int>(iterations), digest.get(),
                        static_cast<int>(length), out.data()) != 1) {
    return fail_openssl("Deriving bits failed");
  }
  return out;
}

bind::Result<bind::OwnedBytes> scrypt(bind::SharedBytes password, bind::SharedBytes salt, double n, double r, double p,
                                      double max_memory, uint32_t length) {
  bind::OwnedBytes out(length);
  if (EVP_PBE_scrypt(reinterpret_cast<const char*>(password.data()), password.size(), salt.data(), salt.size(),
                     static_cast<uint64_t>(n), static_cast<uint64_t>(r), static_cast<uint64_t>(p),
                     static_cast<uint64_t>(max_memory), out.data(), length) != 1) {
    return fail_openssl("Scrypt failed");
  }
  return out;
}

/// Whether OpenSSL would take those parameters.
bind::Result<void> check_scrypt(double n, double r, double p, double max_memory) {
  const CleanErrors clean;
  if (EVP_PBE_scrypt(nullptr, 0, nullptr, 0, static_cast<uint64_t>(n), static_cast<uint64_t>(r),
                     static_cast<uint64_t>(p), static_cast<uint64_t>(max_memory), nullptr, 0) == 1)
    return {};
  std::string message = "Invalid scrypt params";
  if (const unsigned long code = ERR_peek_last_error(); code != 0) {
    char text[256];
    ERR_error_string_n(code, text, sizeof(text));
    message += std::string(": ") + text;
  }
  return fail_coded("ERR_CRYPTO_INVALID_SCRYPT_PARAMS", message, bind::ErrorType::kRangeError);
}

bind::Result<bind::OwnedBytes> hkdf(std::string any_name, bind::SharedBytes key, bind::SharedBytes salt,
                                    bind::SharedBytes info, uint32_t length) {
  const CleanErrors clean;
  const KdfContextPtr context = kdf_context("HKDF");
  std::string name = digest_name(any_name);
  OSSL_PARAM params[] = {text_param(OSSL_KDF_PARAM_DIGEST, name), octet_param(OSSL_KDF_PARAM_KEY, key),
                         octet_param(OSSL_KDF_PARAM_SALT, salt), octet_param(OSSL_KDF_PARAM_INFO, info),
                         OSSL_PARAM_construct_end()};
  bind::OwnedBytes out(length);
  if (length == 0 || !out || EVP_KDF_derive(context.get(), out.data(), length, params) != 1)
    return fail_openssl("Deriving bits failed");
  return out;
}

/// `name`: ARGON2D, ARGON2I or ARGON2ID; memory in KiB. Lanes are worked on one after the other.
bind::Result<bind::OwnedBytes> argon2(std::string name, bind::SharedBytes message, bind::SharedBytes nonce,
                                      uint32_t lanes, uint32_t length, uint32_t memory, uint32_t passes,
                                      std::optional<bind::SharedBytes> secret,
                                      std::optional<bind::SharedBytes> associated_data) {
  const CleanErrors clean;
  const KdfContextPtr context = kdf_context(name.c_str());
  uint32_t threads = 1;
  std::vector<OSSL_PARAM> params{octet_param(OSSL_KDF_PARAM_PASSWORD, message),
                                 octet_param(OSSL_KDF_PARAM_SALT, nonce),
                                 OSSL_PARAM_construct_uint32(OSSL_KDF_PARAM_THREADS, &threads),
                                 OSSL_PARAM_construct_uint32(OSSL_KDF_PARAM_ARGON2_LANES, &lanes),
                                 OSSL_PARAM_construct_uint32(OSSL_KDF_PARAM_ARGON2_MEMCOST, &memory),
                                 OSSL_PARAM_construct_uint32(OSSL_KDF_PARAM_ITER, &passes)};
  if (secret && !secret->empty()) params.push_back(octet_param(OSSL_KDF_PARAM_SECRET, *secret));
  if (associated_data && !associated_data->empty())
    params.push_back(octet_param(OSSL_KDF_PARAM_ARGON2_AD, *associated_data));
  params.push_back(OSSL_PARAM_construct_end());
  bind::OwnedBytes out(length);
  if (!context || !out || EVP_KDF_derive(context.get(), out.data(), length, params.data()) != 1)
    return fail_openssl("Argon2 failed");
  return out;
}

}  // namespace

}  // namespace vireo::crypto

template <>
struct vireo::bind::AsyncTypeName<vireo::crypto::pbkdf2> {
  static constexpr const char* kCallback = "PBKDF2Request";
  static constexpr const char* kPromise = "PBKDF2Request";
};
template <>
struct vireo::bind::AsyncTypeName<vireo::crypto::scrypt> {
  static constexpr const char* kCallback = "ScryptRequest";
  static constexpr const char* kPromise = "ScryptRequest";
};
template <>
struct vireo::bind::AsyncTypeName<vireo::crypto::hkdf> {
  static constexpr const char* kCallback = "HKDFRequest";
  static constexpr const char* kPromise = "HKDFRequest";
};
template <>
struct vireo::bind::AsyncTypeName<vireo::crypto::argon2> {
  static constexpr const char* kCallback = "ARGON2REQUEST";
  static constexpr const char* kPromise = "ARGON2REQUEST";
};

namespace vireo::crypto {

BIND_MODULE(crypto_kdf) {
  module.async<pbkdf2>("pbkdf2");
  module.async<scrypt>("scrypt");
  module.async<hkdf>("hkdf");
  module.async<argon2>("argon2");
  module.function<check_scrypt>("checkScrypt");
}

}  // namespace vireo::crypto
