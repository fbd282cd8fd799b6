// New keys. Each kind is one blocking function, for the thread pool.
#include <openssl/dh.h>
#include <openssl/rand.h>
#include <openssl/rsa.h>

#include "crypto/keys.h"

namespace vireo::crypto {

namespace {

bind::Result<KeyPair> generate(EVP_PKEY_CTX* context) {
  EVP_PKEY* raw = nullptr;
  if (EVP_PKEY_generate(context, &raw) != 1) return fail_openssl("Key generation failed");
  const Key key(KeyKind::kPrivate, PKeyPtr(raw));
  return KeyPair{.public_key = key.as(KeyKind::kPublic), .private_key = key};
}

PKeyContextPtr context_for(const char* type) {
  return PKeyContextPtr(EVP_PKEY_CTX_new_from_name(nullptr, type, nullptr));
}

bind::Result<KeyPair> generate_rsa(uint32_t bits, uint32_t exponent) {
  const CleanErrors clean;
  const PKeyContextPtr context = context_for("RSA");
  const BigPtr e(BN_new());
  if (!context || !e || BN_set_word(e.get(), exponent) != 1 || EVP_PKEY_keygen_init(context.get()) != 1 ||
      EVP_PKEY_CTX_set_rsa_keygen_bits(context.get(), static_cast<int>(bits)) != 1 ||
      EVP_PKEY_CTX_set1_rsa_keygen_pubexp(context.get(), e.get()) != 1)
    return fail_openssl("Key generation failed");
  return generate(context.get());
}

/// Restricted to a digest, a digest of MGF1, and a smallest salt, where they are given.
bind::Result<KeyPair> generate_rsa_pss(uint32_t bits, uint32_t exponent, std::optional<std::string> hash,
                                       std::optional<std::string> mgf1_hash, std::optional<int32_t> salt_length) {
  const CleanErrors clean;
  const PKeyContextPtr context = context_for("RSA-PSS");
  const BigPtr e(BN_new());
  if (!context || !e || BN_set_word(e.get(), exponent) != 1 || EVP_PKEY_keygen_init(context.get()) != 1 ||
      EVP_PKEY_CTX_set_rsa_keygen_bits(context.get(), static_cast<int>(bits)) != 1 ||
      EVP_PKEY_CTX_set1_rsa_keygen_pubexp(context.get(), e.get()) != 1)
    return fail_openssl("Key generation failed");
  DigestPtr digest;
  if (hash) {
    digest = fetch_digest(hash->c_str());
    if (!digest || EVP_PKEY_CTX_set_rsa_pss_keygen_md(context.get(), digest.get()) != 1)
      return fail_openssl("Key generation failed");
  }
  // MGF1 takes the hash itself when nothing else is said; the salt is as long as the digest.
  const auto& mgf1 = mgf1_hash ? mgf1_hash : hash;
  if (mgf1 && EVP_PKEY_CTX_set_rsa_pss_keygen_mgf1_md_name(context.get(), digest_name(*mgf1).c_str()) != 1)
    return fail_openssl("Key generation failed");
  int salt = salt_length.value_or(-1);
  if (salt < 0 && digest) salt = EVP_MD_get_size(digest.get());
  if (salt >= 0 && EVP_PKEY_CTX_set_rsa_pss_keygen_saltlen(context.get(), salt) != 1)
    return fail_openssl("Key generation failed");
  return generate(context.get());
}

PKeyPtr generate_parameters(EVP_PKEY_CTX* context) {
  EVP_PKEY* raw = nullptr;
  return EVP_PKEY_generate(context, &raw) == 1 ? PKeyPtr(raw) : nullptr;
}

bind::Result<KeyPair> generate_from(EVP_PKEY* parameters) {
  const PKeyContextPtr context(EVP_PKEY_CTX_new_from_pkey(nullptr, parameters, nullptr));
  if (!context || EVP_PKEY_keygen_init(context.get()) != 1) return fail_openssl("Key generation failed");
  return generate(context.get());
}

bind::Result<KeyPair> generate_dsa(uint32_t bits, std::optional<int32_t> divisor_bits) {
  const CleanErrors clean;
  const PKeyContextPtr context = context_for("DSA");
  size_t p_bits = bits;
  OSSL_PARAM params[3] = {OSSL_PARAM_construct_size_t(OSSL_PKEY_PARAM_FFC_PBITS, &p_bits), OSSL_PARAM_construct_end(),
                          OSSL_PARAM_construct_end()};
  size_t q_bits = static_cast<size_t>(divisor_bits.value_or(0));
  if (divisor_bits) params[1] = OSSL_PARAM_construct_size_t(OSSL_PKEY_PARAM_FFC_QBITS, &q_bits);
  if (!context || EVP_PKEY_paramgen_init(context.get()) != 1 || EVP_PKEY_CTX_set_params(context.get(), params) != 1)
    return fail_openssl("Key generation failed");
  const PKeyPtr parameters = generate_parameters(context.get());
  if (!parameters) return fail_openssl("Key generation failed");
  return generate_from(parameters.get());
}

bind::Result<KeyPair> generate_ec(std::string curve, bool explicit_parameters) {
  const CleanErrors clean;
  const PKeyContextPtr context = context_for("EC");
  std::string name = OBJ_nid2sn(curve_nid(curve));
  std::string encoding = explicit_parameters ? OSSL_PKEY_EC_ENCODING_EXPLICIT : OSSL_PKEY_EC_ENCODING_GROUP;
  OSSL_PARAM params[] = {text_param(OSSL_PKEY_PARAM_GROUP_NAME, name),
                         text_param(OSSL_PKEY_PARAM_EC_ENCODING, encoding), OSSL_PARAM_construct_end()};
  if (!context || EVP_PKEY_keygen_init(context.get()) != 1 || EVP_PKEY_CTX_set_params(context.get(), params) != 1)
    return fail_openssl("Key generation failed");
  return generate(context.get());
}

/// Kinds that have nothing to choose: Ed25519, X25519, ML-DSA-44, ...
bind::Result<KeyPair> generate_plain(std::string type) {
  const CleanErrors clean;
  const PKeyContextPtr context = context_for(type.c_str());
  if (!context || EVP_PKEY_keygen_init(context.get()) != 1) return fail_openssl("Key generation failed");
  return generate(context.get());
}

bind::Result<KeyPair> generate_dh_of_prime(bind::SharedBytes prime, uint32_t generator) {
  const CleanErrors clean;
  const ParamBuilderPtr builder(OSSL_PARAM_BLD_new());
  const BigPtr p = big_of(prime);
  const BigPtr g(BN_new());
  if (!p || !g || BN_set_word(g.get(), generator) != 1 ||
      OSSL_PARAM_BLD_push_BN(builder.get(), OSSL_PKEY_PARAM_FFC_P, p.get()) != 1 ||
      OSSL_PARAM_BLD_push_BN(builder.get(), OSSL_PKEY_PARAM_FFC_G, g.get()) != 1)
    return fail_openssl("Key generation failed");
  const ParamsPtr params(OSSL_PARAM_BLD_to_param(builder.get()));
  const PKeyPtr parameters = pkey_from("DH", EVP_PKEY_KEY_PARAMETERS, params.get());
  if (!parameters) return fail_openssl("Key generation failed");
  return generate_from(parameters.get());
}

bind::Result<KeyPair> generate_dh_of_size(int32_t bits, uint32_t generator) {
  const CleanErrors clean;
  const PKeyContextPtr context = context_for("DH");
  if (!context || EVP_PKEY_paramgen_init(context.get()) != 1 ||
      EVP_PKEY_CTX_set_dh_paramgen_prime_len(context.get(), bits) != 1 ||
      EVP_PKEY_CTX_set_dh_paramgen_generator(context.get(), static_cast<int>(generator)) != 1)
    return fail_openssl("Key generation failed");
  const PKeyPtr parameters = generate_parameters(context.get());
  if (!parameters) return fail_openssl("Key generation failed");
  return generate_from(parameters.get());
}

bind::Result<Key> generate_secret(uint32_t size) {
  const CleanErrors clean;
  std::vector<uint8_t> bytes(size);
  if (RAND_priv_bytes(bytes.data(), static_cast<int>(size)) != 1) return fail_openssl("Key generation failed");
  Key key{std::span<const uint8_t>(bytes)};
  OPENSSL_cleanse(bytes.data(), bytes.size());
  return key;
}

struct PairRequestName {
  static constexpr const char* kCallback = "KEYPAIRGENREQUEST";
  static constexpr const char* kPromise = "KEYPAIRGENREQUEST";
};

}  // namespace

}  // namespace vireo::crypto

namespace vireo::bind {
template <>
struct AsyncTypeName<crypto::generate_rsa> : crypto::PairRequestName {};
template <>
struct AsyncTypeName<crypto::generate_rsa_pss> : crypto::PairRequestName {};
template <>
struct AsyncTypeName<crypto::generate_dsa> : crypto::PairRequestName {};
template <>
struct AsyncTypeName<crypto::generate_ec> : crypto::PairRequestName {};
template <>
struct AsyncTypeName<crypto::generate_plain> : crypto::PairRequestName {};
template <>
struct AsyncTypeName<crypto::generate_dh_of_prime> : crypto::PairRequestName {};
template <>
struct AsyncTypeName<crypto::generate_dh_of_size> : crypto::PairRequestName {};
template <>
struct AsyncTypeName<crypto::generate_secret> {
  static constexpr const char* kCallback = "KEYGENREQUEST";
  static constexpr const char* kPromise = "KEYGENREQUEST";
};
}  // namespace vireo::bind

namespace vireo::crypto {

BIND_MODULE(crypto_keygen) {
  module.async<generate_rsa>("rsa");
  module.async<generate_rsa_pss>("rsaPss");
  module.async<generate_dsa>("dsa");
  module.async<generate_ec>("ec");
  module.async<generate_plain>("plain");
  module.async<generate_dh_of_prime>("dhOfPrime");
  module.async<generate_dh_of_size>("dhOfSize");
  module.async<generate_secret>("secret");
}

}  // namespace vireo::crypto
