// Signatures: the streaming halves of Sign and Verify, one-shot signatures for whatever thread, and RSA encryption.
#include <openssl/rsa.h>
#include <openssl/x509.h>

#include "crypto/keys.h"

namespace vireo::crypto {

namespace {

using EcdsaPtr = Owned<ECDSA_SIG, ECDSA_SIG_free>;

/// How many bytes each of the two numbers of a DSA or ECDSA signature has; 0 for other keys.
size_t half_size(const Key& key) {
  if (key.is_a("EC")) {
    const GroupPtr group = group_of(curve_of(key.pkey()));
    if (group) return static_cast<size_t>(EC_GROUP_order_bits(group.get()) + 7) / 8;
    const BigPtr order = big_param(key.pkey(), OSSL_PKEY_PARAM_EC_ORDER);
    return order ? static_cast<size_t>(BN_num_bytes(order.get())) : 0;
  }
  if (key.is_a("DSA")) {
    const BigPtr q = big_param(key.pkey(), OSSL_PKEY_PARAM_FFC_Q);
    return q ? static_cast<size_t>(BN_num_bytes(q.get())) : 0;
  }
  return 0;
}

/// DER to the two numbers side by side (IEEE P1363). As it was for keys that have no such form.
bind::OwnedBytes to_p1363(const Key& key, bind::OwnedBytes der) {
  const size_t half = half_size(key);
  if (half == 0) return der;
  const unsigned char* at = der.data();
  const EcdsaPtr numbers(d2i_ECDSA_SIG(nullptr, &at, static_cast<long>(der.size())));
  bind::OwnedBytes out(2 * half);
  if (!numbers || BN_bn2binpad(ECDSA_SIG_get0_r(numbers.get()), out.data(), static_cast<int>(half)) < 0 ||
      BN_bn2binpad(ECDSA_SIG_get0_s(numbers.get()), out.data() + half, static_cast<int>(half)) < 0)
    return der;
  return out;
}

/// The other way. Empty when the length is wrong, which no signature verifies with.
std::optional<bind::OwnedBytes> from_p1363(const Key& key, std::span<const uint8_t> bytes) {
  const size_t half = half_size(key);
  if (half == 0) return bind::OwnedBytes(bytes);
  if (bytes.size() != 2 * half) return std::nullopt;
  const EcdsaPtr numbers(ECDSA_SIG_new());
  BigPtr r = big_of(bytes.first(half));
  BigPtr s = big_of(bytes.subspan(half));
  if (!numbers || !r || !s || ECDSA_SIG_set0(numbers.get(), r.get(), s.get()) != 1) return std::nullopt;
  (void)r.release();
  (void)s.release();
  unsigned char* der = nullptr;
  const int size = i2d_ECDSA_SIG(numbers.get(), &der);
  if (size <= 0) return std::nullopt;
  bind::OwnedBytes out(std::span<const uint8_t>(der, static_cast<size_t>(size)));
  OPENSSL_free(der);
  return out;
}

/// What a signature scheme needs beyond key and data.
struct Scheme {
  std::optional<int32_t> padding;
  std::optional<int32_t> salt_length;

  bool apply(EVP_PKEY_CTX* context, const Key& key) const {
    if (!key.is_rsa()) return true;
    const int mode = padding.value_or(key.is_a("RSA-PSS") ? RSA_PKCS1_PSS_PADDING : RSA_PKCS1_PADDING);
    if (EVP_PKEY_CTX_set_rsa_padding(context, mode) != 1) return false;
    return mode != RSA_PKCS1_PSS_PADDING || !salt_length ||
           EVP_PKEY_CTX_set_rsa_pss_saltlen(context, *salt_length) == 1;
  }
};

bool is_one_shot(const Key& key) {
  const char* name = EVP_PKEY_get0_type_name(key.pkey());
  const std::string_view type = name == nullptr ? "" : name;
  return type == "ED25519" || type == "ED448" || type.starts_with("ML-DSA") || type.starts_with("SLH-DSA");
}

std::unexpected<bind::Error> unsupported() {
  return fail_coded("ERR_CRYPTO_UNSUPPORTED_OPERATION", "Unsupported crypto operation");
}

/// The digest of Sign or Verify. The key comes last.
class Signature final : public bind::Object {
 public:
  using Object::Object;

  static bind::Result<Signature*> create(Environment& env, std::string digest_name) {
    const CleanErrors clean;
    DigestPtr digest = fetch_digest(digest_name.c_str());
    if (!digest)
      return fail_coded("ERR_CRYPTO_INVALID_DIGEST", "Invalid digest: " + digest_name, bind::ErrorType::kTypeError);
    auto self = std::make_unique<Signature>(env);
    self->context_.reset(EVP_MD_CTX_new());
    if (!self->context_ || EVP_DigestInit_ex(self->context_.get(), digest.get(), nullptr) != 1)
      return fail_openssl("Digest init failed");
    self->digest_ = std::move(digest);
    return self.release();
  }

  bind::Result<void> update(bind::Bytes data) {
    if (!context_) return fail_coded("ERR_CRYPTO_INVALID_STATE", "Not initialised");
    if (EVP_DigestUpdate(context_.get(), data.data(), data.size()) != 1) return fail_openssl("Digest update failed");
    return {};
  }

  bind::Result<bind::OwnedBytes> sign(Key key, std::optional<int32_t> padding, std::optional<int32_t> salt_length,
                                      bool p1363) {
    const CleanErrors clean;
    auto hash = finish();
    if (!hash) return bind::fail(std::move(hash.error()));
    if (is_one_shot(key)) return unsupported();
    const PKeyContextPtr context(EVP_PKEY_CTX_new_from_pkey(nullptr, key.pkey(), nullptr));
    size_t size = 0;
    if (!context || EVP_PKEY_sign_init(context.get()) != 1 || !Scheme{padding, salt_length}.apply(context.get(), key) ||
        EVP_PKEY_CTX_set_signature_md(context.get(), digest_.get()) != 1 ||
        EVP_PKEY_sign(context.get(), nullptr, &size, hash->data(), hash->size()) != 1)
      return fail_openssl("PrivateKeySignFailed");
    bind::OwnedBytes out(size);
    if (EVP_PKEY_sign(context.get(), out.data(), &size, hash->data(), hash->size()) != 1)
      return fail_openssl("Sign failed");
    out.shrink(size);
    return p1363 ? to_p1363(key, std::move(out)) : std::move(out);
  }

  bind::Result<bool> verify(Key key, bind::Bytes signature, std::optional<int32_t> padding,
                            std::optional<int32_t> salt_length, bool p1363) {
    const CleanErrors clean;
    auto hash = finish();
    if (!hash) return bind::fail(std::move(hash.error()));
    if (is_one_shot(key)) return unsupported();
    auto der = p1363 ? from_p1363(key, signature) : bind::OwnedBytes(signature);
    if (!der) return false;
    const PKeyContextPtr context(EVP_PKEY_CTX_new_from_pkey(nullptr, key.pkey(), nullptr));
    if (!context || EVP_PKEY_verify_init(context.get()) != 1 ||
        !Scheme{padding, salt_length}.apply(context.get(), key) ||
        EVP_PKEY_CTX_set_signature_md(context.get(), digest_.get()) != 1)
      return fail_openssl("Verify failed");
    return EVP_PKEY_verify(context.get(), der->data(), der->size(), hash->data(), hash->size()) == 1;
  }

 private:
  bind::Result<bind::OwnedBytes> finish() {
    if (!context_) return fail_coded("ERR_CRYPTO_INVALID_STATE", "Not initialised");
    bind::OwnedBytes hash(static_cast<size_t>(std::max(EVP_MD_get_size(digest_.get()), 0)));
    const bool is_xof = (EVP_MD_get_flags(digest_.get()) & EVP_MD_FLAG_XOF) != 0;
    if (is_xof && hash.size() == 0) hash = bind::OwnedBytes(EVP_MD_is_a(digest_.get(), "SHAKE128") != 0 ? 16 : 32);
    const bool ok = is_xof ? EVP_DigestFinalXOF(context_.get(), hash.data(), hash.size()) == 1
                           : EVP_DigestFinal_ex(context_.get(), hash.data(), nullptr) == 1;
    context_.reset();
    if (!ok) return fail_openssl("Digest failed");
    return hash;
  }

  DigestPtr digest_;
  DigestContextPtr context_;
};

/// Which kinds take a context string, and how.
std::optional<bind::Error> check_context(const Key& key, const std::optional<bind::SharedBytes>& context_string) {
  if (!context_string || context_string->empty()) return std::nullopt;
  if (!is_one_shot(key)) return bind::Error::coded("ERR_CRYPTO_OPERATION_FAILED", "Context parameter is unsupported");
  if (context_string->size() > 255) {
    return bind::Error::coded("ERR_OUT_OF_RANGE", "context string must be at most 255 bytes",
                              bind::ErrorType::kRangeError);
  }
  return std::nullopt;
}

/// A context ready for data. `digest` may be missing: chosen by the key.
bool begin(EVP_MD_CTX* context, const Key& key, const std::optional<std::string>& digest, const Scheme& scheme,
           const std::optional<bind::SharedBytes>& context_string, bool signs) {
  OSSL_PARAM params[] = {OSSL_PARAM_construct_end(), OSSL_PARAM_construct_end(), OSSL_PARAM_construct_end()};
  std::string instance = "Ed25519ctx";  // Ed25519 itself takes no context: RFC 8032 has a variant for that
  if (context_string && !context_string->empty()) {
    params[0] = octet_param(OSSL_SIGNATURE_PARAM_CONTEXT_STRING, *context_string);
    if (key.is_a("ED25519")) params[1] = text_param(OSSL_SIGNATURE_PARAM_INSTANCE, instance);
  }
  const std::string known = digest ? digest_name(*digest) : std::string();
  const char* name = digest ? known.c_str() : nullptr;
  EVP_PKEY_CTX* inner = nullptr;
  const int ok = signs ? EVP_DigestSignInit_ex(context, &inner, name, nullptr, nullptr, key.pkey(), params)
                       : EVP_DigestVerifyInit_ex(context, &inner, name, nullptr, nullptr, key.pkey(), params);
  return ok == 1 && scheme.apply(inner, key);
}

bind::Result<bind::OwnedBytes> sign_once(Key key, bind::SharedBytes data, std::optional<std::string> digest,
                                         std::optional<int32_t> padding, std::optional<int32_t> salt_length, bool p1363,
                                         std::optional<bind::SharedBytes> context_string) {
  const CleanErrors clean;
  if (auto error = check_context(key, context_string)) return bind::fail(std::move(*error));
  const DigestContextPtr context(EVP_MD_CTX_new());
  size_t size = 0;
  if (!begin(context.get(), key, digest, {padding, salt_length}, context_string, true) ||
      EVP_DigestSign(context.get(), nullptr, &size, data_of(data), data.size()) != 1)
    return fail_openssl("Signing failed");
  bind::OwnedBytes out(size);
  if (EVP_DigestSign(context.get(), out.data(), &size, data_of(data), data.size()) != 1)
    return fail_openssl("Signing failed");
  out.shrink(size);
  return p1363 ? to_p1363(key, std::move(out)) : std::move(out);
}

bind::Result<bool> verify_once(Key key, bind::SharedBytes data, bind::SharedBytes signature,
                               std::optional<std::string> digest, std::optional<int32_t> padding,
                               std::optional<int32_t> salt_length, bool p1363,
                               std::optional<bind::SharedBytes> context_string) {
  const CleanErrors clean;
  if (auto error = check_context(key, context_string)) return bind::fail(std::move(*error));
  const DigestContextPtr context(EVP_MD_CTX_new());
  if (!begin(context.get(), key, digest, {padding, salt_length}, context_string, false))
    return fail_openssl("Verifying failed");
  auto der = p1363 ? from_p1363(key, signature) : bind::OwnedBytes(signature);
  if (!der) return false;
  return EVP_DigestVerify(context.get(), der->data(), der->size(), data_of(data), data.size()) == 1;
}

enum class RsaOperation : uint8_t { kEncrypt, kDecrypt, kSign, kRecover };

/// publicEncrypt, privateDecrypt, privateEncrypt, publicDecrypt, by RsaOperation.
bind::Result<bind::OwnedBytes> rsa(int32_t operation_number, Key key, bind::SharedBytes data, int32_t padding,
                                   std::optional<std::string> oaep_hash, std::optional<bind::SharedBytes> label) {
  const CleanErrors clean;
  const auto operation = static_cast<RsaOperation>(operation_number);
  const PKeyContextPtr context(EVP_PKEY_CTX_new_from_pkey(nullptr, key.pkey(), nullptr));
  int (*init)(EVP_PKEY_CTX*) = EVP_PKEY_encrypt_init;
  int (*run)(EVP_PKEY_CTX*, unsigned char*, size_t*, const unsigned char*, size_t) = EVP_PKEY_encrypt;
  switch (operation) {
    case RsaOperation::kEncrypt: break;
    case RsaOperation::kDecrypt:
      init = EVP_PKEY_decrypt_init;
      run = EVP_PKEY_decrypt;
      break;
    case RsaOperation::kSign:
      init = EVP_PKEY_sign_init;
      run = EVP_PKEY_sign;
      break;
    case RsaOperation::kRecover:
      init = EVP_PKEY_verify_recover_init;
      run = EVP_PKEY_verify_recover;
      break;
  }
  if (!context || init(context.get()) != 1 || EVP_PKEY_CTX_set_rsa_padding(context.get(), padding) != 1)
    return fail_openssl("RSA operation failed");
  if (padding == RSA_PKCS1_OAEP_PADDING) {
    if (oaep_hash && EVP_PKEY_CTX_set_rsa_oaep_md_name(context.get(), digest_name(*oaep_hash).c_str(), nullptr) != 1)
      return fail_openssl("RSA operation failed");
    if (label && !label->empty()) {
      OSSL_PARAM params[] = {octet_param(OSSL_ASYM_CIPHER_PARAM_OAEP_LABEL, *label), OSSL_PARAM_construct_end()};
      if (EVP_PKEY_CTX_set_params(context.get(), params) != 1) return fail_openssl("RSA operation failed");
    }
  }
  size_t size = 0;
  if (run(context.get(), nullptr, &size, data_of(data), data.size()) != 1) return fail_openssl("RSA operation failed");
  bind::OwnedBytes out(size);
  if (run(context.get(), out.data(), &size, data_of(data), data.size()) != 1)
    return fail_openssl("RSA operation failed");
  out.shrink(size);
  return out;
}

}  // namespace

}  // namespace vireo::crypto

namespace vireo::bind {
template <>
struct AsyncTypeName<crypto::sign_once> {
  static constexpr const char* kCallback = "SIGNREQUEST";
  static constexpr const char* kPromise = "SIGNREQUEST";
};
template <>
struct AsyncTypeName<crypto::verify_once> {
  static constexpr const char* kCallback = "SIGNREQUEST";
  static constexpr const char* kPromise = "SIGNREQUEST";
};
template <>
struct AsyncTypeName<crypto::rsa> {
  static constexpr const char* kCallback = "CIPHERREQUEST";
  static constexpr const char* kPromise = "CIPHERREQUEST";
};
}  // namespace vireo::bind

namespace vireo::crypto {

BIND_MODULE(crypto_sign) {
  module.class_<Signature>("Signature")
      .factory<&Signature::create>()
      .method<&Signature::update>("update")
      .method<&Signature::sign>("sign")
      .method<&Signature::verify>("verify");
  module.async<sign_once>("sign");
  module.async<verify_once>("verify");
  module.async<rsa>("rsa");
}

}  // namespace vireo::crypto
