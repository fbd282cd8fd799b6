// What every file of this room needs of OpenSSL: owners of its objects, and its errors as ours.
#pragma once

#include <openssl/bio.h>
#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/ec.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/kdf.h>
#include <openssl/param_build.h>
#include <openssl/params.h>

#include <climits>
#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "bind/bind.h"

namespace vireo::crypto {

template <auto Free>
struct FreeWith {
  template <class T>
  void operator()(T* pointer) const {
    Free(pointer);
  }
};
template <class T, auto Free>
using Owned = std::unique_ptr<T, FreeWith<Free>>;

using BioPtr = Owned<BIO, BIO_free_all>;
using BigPtr = Owned<BIGNUM, BN_clear_free>;
using BigContextPtr = Owned<BN_CTX, BN_CTX_free>;
using CipherPtr = Owned<EVP_CIPHER, EVP_CIPHER_free>;
using CipherContextPtr = Owned<EVP_CIPHER_CTX, EVP_CIPHER_CTX_free>;
using DigestPtr = Owned<EVP_MD, EVP_MD_free>;
using DigestContextPtr = Owned<EVP_MD_CTX, EVP_MD_CTX_free>;
using GroupPtr = Owned<EC_GROUP, EC_GROUP_free>;
using KdfPtr = Owned<EVP_KDF, EVP_KDF_free>;
using KdfContextPtr = Owned<EVP_KDF_CTX, EVP_KDF_CTX_free>;
using MacPtr = Owned<EVP_MAC, EVP_MAC_free>;
using MacContextPtr = Owned<EVP_MAC_CTX, EVP_MAC_CTX_free>;
using ParamsPtr = Owned<OSSL_PARAM, OSSL_PARAM_free>;
using ParamBuilderPtr = Owned<OSSL_PARAM_BLD, OSSL_PARAM_BLD_free>;
using PKeyPtr = Owned<EVP_PKEY, EVP_PKEY_free>;
using PKeyContextPtr = Owned<EVP_PKEY_CTX, EVP_PKEY_CTX_free>;
using PointPtr = Owned<EC_POINT, EC_POINT_free>;

/// OpenSSL's queued errors as one of ours: the first gives message, `code`, `library` and `reason`, the others are its
/// `opensslErrorStack`. Empties the queue. With nothing in it: `fallback` alone. On whatever thread.
/// `whole`: the first is among the `opensslErrorStack`, as it is where Node only looks at it.
bind::Error openssl_error(const char* fallback, bool whole = false);

/// `return fail_openssl("Sign failed")` from a function that gives a Result.
inline std::unexpected<bind::Error> fail_openssl(const char* fallback) { return bind::fail(openssl_error(fallback)); }

inline std::unexpected<bind::Error> fail_openssl_whole(const char* fallback) {
  return bind::fail(openssl_error(fallback, true));
}

/// An error with one of Node's codes, which shows it as a property alone: what is native there says "Error: ..." .
std::unexpected<bind::Error> fail_coded(const char* code, std::string_view message,
                                        bind::ErrorType type = bind::ErrorType::kError);

/// A digest by any of the names that it ever had ("RSA-SHA256"); null when there is none.
inline DigestPtr fetch_digest(const char* name) {
  ERR_set_mark();
  DigestPtr digest(EVP_MD_fetch(nullptr, name, nullptr));
  if (!digest) {
    const EVP_MD* legacy = EVP_get_digestbyname(name);
    if (legacy != nullptr) digest.reset(EVP_MD_fetch(nullptr, EVP_MD_get0_name(legacy), nullptr));
  }
  ERR_pop_to_mark();
  return digest;
}

/// The name by which OpenSSL's providers know it.
inline std::string digest_name(const std::string& any) {
  const DigestPtr digest = fetch_digest(any.c_str());
  return digest ? EVP_MD_get0_name(digest.get()) : any;
}

/// Leaves the queue of this thread empty, whatever failed in between and did not matter.
class CleanErrors {
 public:
  CleanErrors() { ERR_clear_error(); }
  ~CleanErrors() { ERR_clear_error(); }
  CleanErrors(const CleanErrors&) = delete;
};

/// A BIO that reads the bytes in place; null when they are too many.
inline BioPtr bio_of(std::span<const uint8_t> bytes) {
  if (bytes.size() > INT_MAX) return nullptr;
  return BioPtr(BIO_new_mem_buf(bytes.data(), static_cast<int>(bytes.size())));
}

/// What was written into a memory BIO.
inline std::span<const uint8_t> contents_of(BIO* bio) {
  char* bytes = nullptr;
  const long size = BIO_get_mem_data(bio, &bytes);
  return {reinterpret_cast<const uint8_t*>(bytes), size <= 0 ? 0 : static_cast<size_t>(size)};
}

inline std::string text_of(BIO* bio) {
  const auto bytes = contents_of(bio);
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

inline BigPtr big_of(std::span<const uint8_t> big_endian) {
  if (big_endian.size() > INT_MAX) return nullptr;
  return BigPtr(BN_bin2bn(big_endian.data(), static_cast<int>(big_endian.size()), nullptr));
}

/// Big-endian, without leading zeros, or of `size` bytes.
inline bind::OwnedBytes bytes_of_big(const BIGNUM* number, int size = 0) {
  const int needed = std::max(size, BN_num_bytes(number));
  bind::OwnedBytes out(static_cast<size_t>(needed));
  BN_bn2binpad(number, out.data(), needed);
  return out;
}

/// A pointer that OpenSSL accepts for no bytes, too.
inline const uint8_t* data_of(std::span<const uint8_t> bytes) {
  static constexpr uint8_t kEmpty = 0;
  return bytes.empty() ? &kEmpty : bytes.data();
}

inline OSSL_PARAM octet_param(const char* name, std::span<const uint8_t> bytes) {
  return OSSL_PARAM_construct_octet_string(name, const_cast<uint8_t*>(data_of(bytes)), bytes.size());
}
inline OSSL_PARAM text_param(const char* name, std::string& text) {
  return OSSL_PARAM_construct_utf8_string(name, text.data(), 0);
}

}  // namespace vireo::crypto
