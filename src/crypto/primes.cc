// Primes, and signed public keys and challenges (SPKAC).
#include <openssl/crypto.h>
#include <openssl/pem.h>
#include <openssl/x509.h>

#include "crypto/keys.h"

namespace vireo::crypto {

namespace {

/// A prime of that many bits; congruent to `rem` (or 1) modulo `add` when that is given.
bind::Result<bind::OwnedBytes> generate_prime(int32_t bits, bool safe, std::optional<bind::SharedBytes> add_bytes,
                                              std::optional<bind::SharedBytes> rem_bytes) {
  const CleanErrors clean;
  const BigPtr add = add_bytes ? big_of(*add_bytes) : nullptr;
  const BigPtr rem = rem_bytes ? big_of(*rem_bytes) : nullptr;
  const auto invalid = [](const char* message) {
    return fail_coded("ERR_OUT_OF_RANGE", message, bind::ErrorType::kRangeError);
  };
  if (add) {
    // Otherwise there is nothing to be found, or there is no end of it.
    if (BN_num_bits(add.get()) > bits) return invalid("invalid options.add");
    if (rem && BN_cmp(add.get(), rem.get()) != 1) return invalid("invalid options.rem");
  }
  const BigPtr prime(BN_secure_new());
  const BigContextPtr context(BN_CTX_secure_new());
  if (!prime ||
      BN_generate_prime_ex2(prime.get(), bits, safe ? 1 : 0, add.get(), rem.get(), nullptr, context.get()) != 1)
    return fail_openssl("Prime generation failed");
  return bytes_of_big(prime.get(), (bits + 7) / 8);
}

bind::Result<bool> check_prime(bind::SharedBytes candidate) {
  const CleanErrors clean;
  const BigPtr number = big_of(candidate);
  const BigContextPtr context(BN_CTX_new());
  const int answer = number ? BN_check_prime(number.get(), context.get(), nullptr) : -1;
  if (answer < 0) return fail_openssl("Prime check failed");
  return answer == 1;
}

using SpkacPtr = Owned<NETSCAPE_SPKI, NETSCAPE_SPKI_free>;

SpkacPtr spkac_of(bind::Bytes text) {
  if (text.size() > INT_MAX) return nullptr;
  return SpkacPtr(
      NETSCAPE_SPKI_b64_decode(reinterpret_cast<const char*>(data_of(text)), static_cast<int>(text.size())));
}

bool spkac_verify(bind::Bytes text) {
  const CleanErrors clean;
  const SpkacPtr spkac = text.empty() ? nullptr : spkac_of(text);
  const PKeyPtr key(spkac ? NETSCAPE_SPKI_get_pubkey(spkac.get()) : nullptr);
  return key && NETSCAPE_SPKI_verify(spkac.get(), key.get()) > 0;
}

/// The key as PEM.
std::optional<bind::OwnedBytes> spkac_public_key(bind::Bytes text) {
  const CleanErrors clean;
  const SpkacPtr spkac = text.empty() ? nullptr : spkac_of(text);
  const PKeyPtr key(spkac ? NETSCAPE_SPKI_get_pubkey(spkac.get()) : nullptr);
  const BioPtr bio(BIO_new(BIO_s_mem()));
  if (!key || PEM_write_bio_PUBKEY(bio.get(), key.get()) != 1) return std::nullopt;
  return bind::OwnedBytes(contents_of(bio.get()));
}

std::optional<bind::OwnedBytes> spkac_challenge(bind::Bytes text) {
  const CleanErrors clean;
  const SpkacPtr spkac = text.empty() ? nullptr : spkac_of(text);
  if (!spkac) return std::nullopt;
  unsigned char* utf8 = nullptr;
  const int size = ASN1_STRING_to_UTF8(&utf8, spkac->spkac->challenge);
  if (size < 0) return std::nullopt;
  bind::OwnedBytes out(std::span<const uint8_t>(utf8, static_cast<size_t>(size)));
  OPENSSL_free(utf8);
  return out;
}

/// How much of OpenSSL's secure heap is in use.
double secure_heap_used() {
  return CRYPTO_secure_malloc_initialized() == 1 ? static_cast<double>(CRYPTO_secure_used()) : 0;
}

}  // namespace

}  // namespace vireo::crypto

namespace vireo::bind {
template <>
struct AsyncTypeName<crypto::generate_prime> {
  static constexpr const char* kCallback = "RANDOMPRIMEREQUEST";
  static constexpr const char* kPromise = "RANDOMPRIMEREQUEST";
};
template <>
struct AsyncTypeName<crypto::check_prime> {
  static constexpr const char* kCallback = "CHECKPRIMEREQUEST";
  static constexpr const char* kPromise = "CHECKPRIMEREQUEST";
};
}  // namespace vireo::bind

namespace vireo::crypto {

BIND_MODULE(crypto_primes) {
  module.async<generate_prime>("generatePrime");
  module.async<check_prime>("checkPrime");
  module.function<spkac_verify>("spkacVerify");
  module.function<spkac_public_key>("spkacPublicKey");
  module.function<spkac_challenge>("spkacChallenge");
  module.function<secure_heap_used>("secureHeapUsed");
}

}  // namespace vireo::crypto
