// The parts of keys: for JWK, for raw keys of Web Crypto, and for asymmetricKeyDetails. Base64 is JavaScript's affair.
#include <openssl/objects.h>

#include <algorithm>
#include <array>

#include "crypto/key_import.h"

namespace vireo::crypto {

namespace {

using Parts = std::vector<std::pair<const char*, std::optional<bind::OwnedBytes>>>;

v8::Local<v8::Value> object_of(bind::Context& cx, Parts parts) {
  v8::Local<v8::Object> result = v8::Object::New(cx.isolate, v8::Null(cx.isolate), nullptr, nullptr, 0);
  for (auto& [name, bytes] : parts) {
    if (!bytes) continue;
    (void)result->Set(cx.context, bind::name(cx.isolate, name), bind::to_js(cx, std::move(*bytes)));
  }
  return result;
}

std::optional<bind::OwnedBytes> number(const EVP_PKEY* key, const char* name, int size = 0) {
  const BigPtr value = big_param(key, name);
  if (!value) return std::nullopt;
  return bytes_of_big(value.get(), size);
}

struct RsaPart {
  const char* jwk;
  const char* name;
};
constexpr std::array<RsaPart, 8> kRsaParts{{{"n", OSSL_PKEY_PARAM_RSA_N},
                                            {"e", OSSL_PKEY_PARAM_RSA_E},
                                            {"d", OSSL_PKEY_PARAM_RSA_D},
                                            {"p", OSSL_PKEY_PARAM_RSA_FACTOR1},
                                            {"q", OSSL_PKEY_PARAM_RSA_FACTOR2},
                                            {"dp", OSSL_PKEY_PARAM_RSA_EXPONENT1},
                                            {"dq", OSSL_PKEY_PARAM_RSA_EXPONENT2},
                                            {"qi", OSSL_PKEY_PARAM_RSA_COEFFICIENT1}}};

/// The numbers of an RSA key; curve coordinates; or the raw public and private bytes of the newer kinds.
bind::Result<v8::Local<v8::Value>> parts(bind::Context& cx, Key key) {
  const CleanErrors clean;
  const EVP_PKEY* pkey = key.pkey();
  const bool is_private = key.kind() == KeyKind::kPrivate;
  Parts found;
  if (key.is_rsa()) {
    for (size_t i = 0; i < (is_private ? kRsaParts.size() : 2); i++)
      found.emplace_back(kRsaParts[i].jwk, number(pkey, kRsaParts[i].name));
  } else if (key.is_a("EC")) {
    const GroupPtr group = group_of(curve_of(pkey));
    if (!group) return fail_coded("ERR_CRYPTO_INVALID_CURVE", "Invalid EC curve name", bind::ErrorType::kTypeError);
    const int size = (EC_GROUP_get_degree(group.get()) + 7) / 8;
    found.emplace_back("x", number(pkey, OSSL_PKEY_PARAM_EC_PUB_X, size));
    found.emplace_back("y", number(pkey, OSSL_PKEY_PARAM_EC_PUB_Y, size));
    if (is_private)
      found.emplace_back("d", number(pkey, OSSL_PKEY_PARAM_PRIV_KEY, (EC_GROUP_order_bits(group.get()) + 7) / 8));
  } else {
    found.emplace_back("public", octet_param_of(pkey, OSSL_PKEY_PARAM_PUB_KEY));
    if (is_private) {
      found.emplace_back("private", octet_param_of(pkey, OSSL_PKEY_PARAM_PRIV_KEY));
      std::optional<bind::OwnedBytes> seed;
      if (key.is_a("ML-DSA-44") || key.is_a("ML-DSA-65") || key.is_a("ML-DSA-87"))
        seed = octet_param_of(pkey, OSSL_PKEY_PARAM_ML_DSA_SEED);
      else seed = octet_param_of(pkey, OSSL_PKEY_PARAM_ML_KEM_SEED);
      found.emplace_back("seed", std::move(seed));
    }
  }
  return object_of(cx, std::move(found));
}

}  // namespace

std::optional<Key> rsa_key(std::vector<bind::Bytes> numbers) {
  const CleanErrors clean;
  if (numbers.size() != 2 && numbers.size() != kRsaParts.size()) return std::nullopt;
  const ParamBuilderPtr builder(OSSL_PARAM_BLD_new());
  std::vector<BigPtr> kept;
  for (size_t i = 0; i < numbers.size(); i++) {
    kept.push_back(big_of(numbers[i]));
    if (!kept.back() || OSSL_PARAM_BLD_push_BN(builder.get(), kRsaParts[i].name, kept.back().get()) != 1)
      return std::nullopt;
  }
  const ParamsPtr params(OSSL_PARAM_BLD_to_param(builder.get()));
  const bool is_private = numbers.size() > 2;
  PKeyPtr key = pkey_from("RSA", is_private ? EVP_PKEY_KEYPAIR : EVP_PKEY_PUBLIC_KEY, params.get());
  if (!key) return std::nullopt;
  return Key(is_private ? KeyKind::kPrivate : KeyKind::kPublic, std::move(key));
}

std::optional<Key> ec_key_of(std::string curve, bind::Bytes x, bind::Bytes y, std::optional<bind::Bytes> d) {
  const CleanErrors clean;
  const GroupPtr group = group_of(curve);
  if (!group) return std::nullopt;
  const size_t size = (static_cast<size_t>(EC_GROUP_get_degree(group.get())) + 7) / 8;
  std::vector<uint8_t> point(1 + (2 * size));
  point[0] = POINT_CONVERSION_UNCOMPRESSED;
  const auto place = [&](std::span<const uint8_t> coordinate, size_t at) {
    while (coordinate.size() > size && coordinate[0] == 0) coordinate = coordinate.subspan(1);
    if (coordinate.size() > size) return false;
    std::ranges::copy(coordinate, point.begin() + static_cast<ptrdiff_t>(at + size - coordinate.size()));
    return true;
  };
  if (!place(x, 1) || !place(y, 1 + size)) return std::nullopt;
  const BigPtr scalar = d ? big_of(*d) : nullptr;
  if (d && (!scalar || BN_is_zero(scalar.get()) || BN_cmp(scalar.get(), EC_GROUP_get0_order(group.get())) >= 0))
    return std::nullopt;
  PKeyPtr key = ec_key(curve, point, scalar.get());
  if (!key) return std::nullopt;
  return Key(d ? KeyKind::kPrivate : KeyKind::kPublic, std::move(key));
}

std::optional<Key> ec_public_key(std::string curve, bind::Bytes point) {
  const CleanErrors clean;
  if (point.empty()) return std::nullopt;
  PKeyPtr key = ec_key(curve, point, nullptr);
  if (!key) return std::nullopt;
  return Key(KeyKind::kPublic, std::move(key));
}

std::optional<Key> ec_private_key(std::string curve, bind::Bytes bytes) {
  const CleanErrors clean;
  const GroupPtr group = group_of(curve);
  if (!group || bytes.size() != (static_cast<size_t>(EC_GROUP_order_bits(group.get())) + 7) / 8) return std::nullopt;
  const BigPtr scalar = big_of(bytes);
  if (!scalar || BN_is_zero(scalar.get()) || BN_cmp(scalar.get(), EC_GROUP_get0_order(group.get())) >= 0)
    return std::nullopt;
  PKeyPtr key = ec_key(curve, {}, scalar.get());
  if (!key) return std::nullopt;
  return Key(KeyKind::kPrivate, std::move(key));
}

std::optional<Key> raw_key(std::string type, int32_t kind, bind::Bytes bytes, bool is_seed) {
  const CleanErrors clean;
  const bool is_private = kind == static_cast<int32_t>(KeyKind::kPrivate);
  PKeyPtr key;
  if (is_seed) {
    OSSL_PARAM params[] = {octet_param(OSSL_PKEY_PARAM_ML_DSA_SEED, bytes), OSSL_PARAM_construct_end()};
    key = pkey_from(type.c_str(), EVP_PKEY_KEYPAIR, params);
  } else if (is_private) {
    key.reset(EVP_PKEY_new_raw_private_key_ex(nullptr, type.c_str(), nullptr, data_of(bytes), bytes.size()));
  } else {
    key.reset(EVP_PKEY_new_raw_public_key_ex(nullptr, type.c_str(), nullptr, data_of(bytes), bytes.size()));
  }
  if (!key) return std::nullopt;
  return Key(is_private ? KeyKind::kPrivate : KeyKind::kPublic, std::move(key));
}

namespace {

std::string text_param_of(const EVP_PKEY* key, const char* name, const char* fallback) {
  char text[80];
  size_t size = 0;
  if (EVP_PKEY_get_utf8_string_param(key, name, text, sizeof(text), &size) != 1 || size == 0) return fallback;
  std::string lower(text, size);
  std::ranges::transform(lower, lower.begin(), [](unsigned char c) { return std::tolower(c); });
  const bool is_sha2 = lower.starts_with("sha2-");
  return is_sha2 ? "sha" + lower.substr(5) : lower;
}

/// asymmetricKeyDetails. The exponent comes as bytes; JavaScript makes a BigInt of them.
v8::Local<v8::Value> details(bind::Context& cx, Key key) {
  const CleanErrors clean;
  v8::Local<v8::Object> result = v8::Object::New(cx.isolate);
  const auto set = [&](const char* name, v8::Local<v8::Value> value) {
    (void)result->Set(cx.context, bind::name(cx.isolate, name), value);
  };
  const EVP_PKEY* pkey = key.pkey();
  if (key.is_rsa()) {
    const BigPtr modulus = big_param(pkey, OSSL_PKEY_PARAM_RSA_N);
    set("modulusLength", bind::to_js(cx, modulus ? BN_num_bits(modulus.get()) : 0));
    if (auto exponent = number(pkey, OSSL_PKEY_PARAM_RSA_E))
      set("publicExponent", bind::to_js(cx, std::move(*exponent)));
    int salt = 0;
    if (key.is_a("RSA-PSS") && EVP_PKEY_get_int_param(pkey, OSSL_PKEY_PARAM_RSA_PSS_SALTLEN, &salt) == 1) {
      // Without restrictions there is no salt length either; the other two are left out where they are SHA-1.
      set("hashAlgorithm", bind::to_js(cx, text_param_of(pkey, OSSL_PKEY_PARAM_RSA_DIGEST, "sha1")));
      set("mgf1HashAlgorithm", bind::to_js(cx, text_param_of(pkey, OSSL_PKEY_PARAM_RSA_MGF1_DIGEST, "sha1")));
      set("saltLength", bind::to_js(cx, salt));
    }
  } else if (key.is_a("DSA")) {
    const BigPtr p = big_param(pkey, OSSL_PKEY_PARAM_FFC_P);
    const BigPtr q = big_param(pkey, OSSL_PKEY_PARAM_FFC_Q);
    set("modulusLength", bind::to_js(cx, p ? BN_num_bits(p.get()) : 0));
    set("divisorLength", bind::to_js(cx, q ? BN_num_bits(q.get()) : 0));
  } else if (key.is_a("EC")) {
    set("namedCurve", bind::to_js(cx, curve_of(pkey)));
  }
  return result;
}

/// Whether the public part of a private key is that of its private part.
bool is_consistent(Key key) {
  const CleanErrors clean;
  const PKeyContextPtr context(EVP_PKEY_CTX_new_from_pkey(nullptr, key.pkey(), nullptr));
  return context && EVP_PKEY_pairwise_check(context.get()) == 1;
}

bool is_curve(std::string name) { return group_of(name) != nullptr; }

/// A public key's point, compressed or not.
std::optional<bind::OwnedBytes> ec_point(Key key, bool compressed) {
  const CleanErrors clean;
  const GroupPtr group = group_of(curve_of(key.pkey()));
  const auto encoded = octet_param_of(key.pkey(), OSSL_PKEY_PARAM_PUB_KEY);
  if (!group || !encoded) return std::nullopt;
  const PointPtr point(EC_POINT_new(group.get()));
  if (EC_POINT_oct2point(group.get(), point.get(), encoded->data(), encoded->size(), nullptr) != 1) return std::nullopt;
  const auto form = compressed ? POINT_CONVERSION_COMPRESSED : POINT_CONVERSION_UNCOMPRESSED;
  bind::OwnedBytes out(EC_POINT_point2oct(group.get(), point.get(), form, nullptr, 0, nullptr));
  EC_POINT_point2oct(group.get(), point.get(), form, out.data(), out.size(), nullptr);
  return out;
}

}  // namespace

BIND_MODULE(crypto_jwk) {
  module.function<parts>("parts");
  module.function<rsa_key>("rsaKey");
  module.function<ec_key_of>("ecKey");
  module.function<ec_public_key>("ecPublicKey");
  module.function<ec_private_key>("ecPrivateKey");
  module.function<ec_point>("ecPoint");
  module.function<raw_key>("rawKey");
  module.function<details>("details");
  module.function<is_curve>("isCurve");
  module.function<is_consistent>("isConsistent");
}

}  // namespace vireo::crypto
