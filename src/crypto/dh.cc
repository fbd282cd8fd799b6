// Key agreement: the classes DiffieHellman and ECDH, and agreement and encapsulation between keys.
#include <openssl/dh.h>
#include <openssl/dherr.h>
#include <openssl/objects.h>

#include <array>

#include "crypto/keys.h"
#include "engine/environment.h"

namespace vireo::crypto {

namespace {

std::unexpected<bind::Error> operation_failed(std::string_view message) {
  ERR_clear_error();
  return fail_coded("ERR_CRYPTO_OPERATION_FAILED", message);
}

struct Group {
  std::string_view name;
  BIGNUM* (*prime)(BIGNUM*);
};
constexpr std::array<Group, 8> kGroups{{{"modp1", BN_get_rfc2409_prime_768},
                                        {"modp2", BN_get_rfc2409_prime_1024},
                                        {"modp5", BN_get_rfc3526_prime_1536},
                                        {"modp14", BN_get_rfc3526_prime_2048},
                                        {"modp15", BN_get_rfc3526_prime_3072},
                                        {"modp16", BN_get_rfc3526_prime_4096},
                                        {"modp17", BN_get_rfc3526_prime_6144},
                                        {"modp18", BN_get_rfc3526_prime_8192}}};

BigPtr group_prime(std::string_view name) {
  for (const Group& group : kGroups) {
    if (group.name.size() == name.size() && OPENSSL_strncasecmp(group.name.data(), name.data(), name.size()) == 0)
      return BigPtr(group.prime(nullptr));
  }
  return nullptr;
}

bool is_group_prime(const BIGNUM* p) {
  for (const Group& group : kGroups) {
    const BigPtr prime(group.prime(nullptr));
    if (BN_cmp(prime.get(), p) == 0) return true;
  }
  return false;
}

/// Bits of `verifyError`, as crypto.constants has some of them.
constexpr int32_t kNotPrime = 1;
constexpr int32_t kNotSafePrime = 2;
constexpr int32_t kBadGenerator = 8;
constexpr int32_t kModulusTooSmall = 128;
constexpr int32_t kModulusTooLarge = 256;

/// OpenSSL refuses to work with smaller ones.
constexpr int kSmallestModulus = 512;

/// What is wrong with a prime and a generator.
int32_t check_parameters(const BIGNUM* p, const BIGNUM* g) {
  const BigContextPtr context(BN_CTX_new());
  int32_t found = 0;
  const BigPtr last(BN_dup(p));
  BN_sub_word(last.get(), 1);
  if (BN_is_negative(g) || BN_is_zero(g) || BN_is_one(g) || BN_cmp(g, last.get()) >= 0) found |= kBadGenerator;
  if (BN_num_bits(p) < kSmallestModulus) found |= kModulusTooSmall;
  if (BN_num_bits(p) > 10000) return found | kModulusTooLarge;  // testing it would take forever
  if (found == 0 && is_group_prime(p)) return 0;
  if (BN_is_odd(p) == 0 || BN_check_prime(p, context.get(), nullptr) != 1) return found | kNotPrime;
  const BigPtr half(BN_new());
  BN_rshift1(half.get(), p);
  if (BN_check_prime(half.get(), context.get(), nullptr) != 1) found |= kNotSafePrime;
  return found;
}

PKeyPtr dh_key(const BIGNUM* p, const BIGNUM* g) {
  const ParamBuilderPtr builder(OSSL_PARAM_BLD_new());
  if (OSSL_PARAM_BLD_push_BN(builder.get(), OSSL_PKEY_PARAM_FFC_P, p) != 1 ||
      OSSL_PARAM_BLD_push_BN(builder.get(), OSSL_PKEY_PARAM_FFC_G, g) != 1)
    return nullptr;
  const ParamsPtr params(OSSL_PARAM_BLD_to_param(builder.get()));
  return pkey_from("DH", EVP_PKEY_KEY_PARAMETERS, params.get());
}

/// Numbers of any size that a program gives: OpenSSL's keys would refuse many of them, so that the arithmetic is done
/// here, in constant time where the exponent is a secret.
class DiffieHellman final : public bind::Object {
 public:
  using Object::Object;

  static bind::Result<DiffieHellman*> of_size(Environment& env, int32_t bits, int32_t generator) {
    const CleanErrors clean;
    if (bits < kSmallestModulus) {
      ERR_raise(ERR_LIB_DH, DH_R_MODULUS_TOO_SMALL);
      return fail_openssl("Initialization failed");
    }
    if (generator < 2) return bad_generator();
    const PKeyContextPtr context(EVP_PKEY_CTX_new_from_name(nullptr, "DH", nullptr));
    EVP_PKEY* raw = nullptr;
    if (!context || EVP_PKEY_paramgen_init(context.get()) != 1 ||
        EVP_PKEY_CTX_set_dh_paramgen_prime_len(context.get(), bits) != 1 ||
        EVP_PKEY_CTX_set_dh_paramgen_generator(context.get(), generator) != 1 ||
        EVP_PKEY_generate(context.get(), &raw) != 1)
      return fail_openssl("Initialization failed");
    const PKeyPtr parameters(raw);
    auto self = std::make_unique<DiffieHellman>(env);
    self->p_ = big_param(raw, OSSL_PKEY_PARAM_FFC_P);
    self->g_ = big_param(raw, OSSL_PKEY_PARAM_FFC_G);
    if (!self->p_ || !self->g_) return fail_openssl("Initialization failed");
    return self.release();
  }

  static bind::Result<DiffieHellman*> of_prime(Environment& env, bind::Bytes prime, bind::Bytes generator) {
    const CleanErrors clean;
    auto self = std::make_unique<DiffieHellman>(env);
    self->p_ = big_of(prime);
    self->g_ = big_of(generator);
    if (!self->p_ || !self->g_) return fail_openssl("Initialization failed");
    if (BN_is_zero(self->g_.get()) || BN_is_one(self->g_.get())) return bad_generator();
    self->check_ = true;
    return self.release();
  }

  static bind::Result<DiffieHellman*> of_group(Environment& env, std::string name) {
    auto self = std::make_unique<DiffieHellman>(env);
    self->p_ = group_prime(name);
    if (!self->p_) return fail_coded("ERR_CRYPTO_UNKNOWN_DH_GROUP", "Unknown DH group");
    self->g_.reset(BN_new());
    BN_set_word(self->g_.get(), 2);
    return self.release();
  }

  int32_t verify_error() {
    const CleanErrors clean;
    return check_ ? check_parameters(p_.get(), g_.get()) : 0;
  }

  bind::Result<bind::OwnedBytes> generate_keys() {
    const CleanErrors clean;
    if (!private_) {
      const PKeyPtr parameters = dh_key(p_.get(), g_.get());
      const PKeyContextPtr context(parameters ? EVP_PKEY_CTX_new_from_pkey(nullptr, parameters.get(), nullptr)
                                              : nullptr);
      EVP_PKEY* raw = nullptr;
      if (!context || EVP_PKEY_keygen_init(context.get()) != 1 || EVP_PKEY_generate(context.get(), &raw) != 1)
        return operation_failed("Key generation failed");
      const PKeyPtr key(raw);
      const BigPtr number = big_param(raw, OSSL_PKEY_PARAM_PRIV_KEY);
      public_ = big_param(raw, OSSL_PKEY_PARAM_PUB_KEY);
      private_.reset(BN_secure_new());
      if (!number || !public_ || BN_copy(private_.get(), number.get()) == nullptr)
        return operation_failed("Key generation failed");
    } else {
      public_ = power(g_.get());
      if (!public_) return operation_failed("Key generation failed");
    }
    return bytes_of_big(public_.get());
  }

  bind::Result<bind::OwnedBytes> compute_secret(bind::Bytes peer) {
    const CleanErrors clean;
    const BigPtr other = big_of(peer);
    if (!other || !private_ || BN_num_bits(p_.get()) < kSmallestModulus)
      return operation_failed("Failed to compute shared secret");
    const BigPtr last(BN_dup(p_.get()));
    BN_sub_word(last.get(), 1);
    const auto invalid = [](const char* message) {
      return fail_coded("ERR_CRYPTO_INVALID_KEYLEN", message, bind::ErrorType::kRangeError);
    };
    if (BN_is_zero(other.get()) || BN_is_one(other.get())) return invalid("Supplied key is too small");
    if (BN_cmp(other.get(), last.get()) >= 0) return invalid("Supplied key is too large");
    const BigPtr secret = power(other.get());
    // A peer in a tiny subgroup would make the secret known.
    if (!secret || BN_is_zero(secret.get()) || BN_is_one(secret.get()) || BN_cmp(secret.get(), last.get()) == 0)
      return operation_failed("Failed to compute shared secret");
    return padded(secret.get());
  }

  bind::OwnedBytes prime() { return bytes_of_big(p_.get()); }
  bind::OwnedBytes generator() { return bytes_of_big(g_.get()); }
  bind::Result<bind::OwnedBytes> public_key() { return bytes_or(public_, "No public key"); }
  bind::Result<bind::OwnedBytes> private_key() { return bytes_or(private_, "No private key"); }
  void set_public_key(bind::Bytes bytes) { public_ = big_of(bytes); }
  void set_private_key(bind::Bytes bytes) {
    private_.reset(BN_secure_new());
    if (private_ && bytes.size() <= INT_MAX) BN_bin2bn(bytes.data(), static_cast<int>(bytes.size()), private_.get());
  }

 private:
  static std::unexpected<bind::Error> bad_generator() {
    ERR_raise(ERR_LIB_DH, DH_R_BAD_GENERATOR);
    return fail_openssl("Initialization failed");
  }

  BigPtr power(const BIGNUM* base) const {
    if (BN_is_zero(p_.get()) || BN_is_odd(p_.get()) == 0) return nullptr;
    const BigContextPtr context(BN_CTX_secure_new());
    BigPtr result(BN_secure_new());
    BN_set_flags(private_.get(), BN_FLG_CONSTTIME);
    if (BN_mod_exp(result.get(), base, private_.get(), p_.get(), context.get()) != 1) return nullptr;
    return result;
  }

  [[nodiscard]] bind::OwnedBytes padded(const BIGNUM* number) const {
    return bytes_of_big(number, BN_num_bytes(p_.get()));
  }
  [[nodiscard]] bind::Result<bind::OwnedBytes> bytes_or(const BigPtr& number, const char* missing) const {
    if (!number) {
      return fail_coded("ERR_CRYPTO_INVALID_STATE", std::string(missing) + " - did you forget to generate one?");
    }
    return bytes_of_big(number.get());
  }

  BigPtr p_;
  BigPtr g_;
  BigPtr public_;
  BigPtr private_;
  bool check_ = false;
};

std::optional<bind::OwnedBytes> group_prime_bytes(std::string name) {
  const BigPtr prime = group_prime(name);
  if (!prime) return std::nullopt;
  return bytes_of_big(prime.get());
}

template <auto Make, class... A>
bind::Result<v8::Local<v8::Value>> make_dh(bind::Context& cx, A&&... args) {
  auto made = Make(cx.env, std::forward<A>(args)...);
  if (!made) return bind::fail(std::move(made.error()));
  (*made)->set_class(bind::class_key<DiffieHellman>());
  return (*made)->wrapper().template As<v8::Value>();
}
bind::Result<v8::Local<v8::Value>> dh_of_size(bind::Context& cx, int32_t bits, int32_t generator) {
  return make_dh<DiffieHellman::of_size>(cx, bits, generator);
}
bind::Result<v8::Local<v8::Value>> dh_of_prime(bind::Context& cx, bind::Bytes prime, bind::Bytes generator) {
  return make_dh<DiffieHellman::of_prime>(cx, prime, generator);
}
bind::Result<v8::Local<v8::Value>> dh_of_group(bind::Context& cx, std::string name) {
  return make_dh<DiffieHellman::of_group>(cx, std::move(name));
}

bind::Result<bind::OwnedBytes> encode_point(const EC_GROUP* group, const EC_POINT* point, int32_t form) {
  const auto conversion = static_cast<point_conversion_form_t>(form);
  bind::OwnedBytes out(EC_POINT_point2oct(group, point, conversion, nullptr, 0, nullptr));
  if (out.size() == 0 || EC_POINT_point2oct(group, point, conversion, out.data(), out.size(), nullptr) != out.size())
    return operation_failed("Failed to get public key");
  return out;
}

PointPtr decode_point(const EC_GROUP* group, std::span<const uint8_t> bytes) {
  PointPtr point(EC_POINT_new(group));
  if (!point || EC_POINT_oct2point(group, point.get(), data_of(bytes), bytes.size(), nullptr) != 1) return nullptr;
  return point;
}

std::unexpected<bind::Error> invalid_curve() {
  return fail_coded("ERR_CRYPTO_INVALID_CURVE", "Invalid EC curve name", bind::ErrorType::kTypeError);
}

/// The key agreement of an elliptic curve.
class Ecdh final : public bind::Object {
 public:
  using Object::Object;

  static bind::Result<Ecdh*> create(Environment& env, std::string curve) {
    const CleanErrors clean;
    auto self = std::make_unique<Ecdh>(env);
    self->group_ = group_of(curve);
    if (!self->group_) return invalid_curve();
    self->curve_ = std::move(curve);
    return self.release();
  }

  bind::Result<void> generate_keys() {
    const CleanErrors clean;
    const PKeyContextPtr context(EVP_PKEY_CTX_new_from_name(nullptr, "EC", nullptr));
    std::string name = OBJ_nid2sn(curve_nid(curve_));
    OSSL_PARAM params[] = {text_param(OSSL_PKEY_PARAM_GROUP_NAME, name), OSSL_PARAM_construct_end()};
    EVP_PKEY* raw = nullptr;
    if (!context || EVP_PKEY_keygen_init(context.get()) != 1 || EVP_PKEY_CTX_set_params(context.get(), params) != 1 ||
        EVP_PKEY_generate(context.get(), &raw) != 1)
      return operation_failed("Failed to generate key");
    const PKeyPtr key(raw);
    private_ = big_param(raw, OSSL_PKEY_PARAM_PRIV_KEY);
    const auto encoded = octet_param_of(raw, OSSL_PKEY_PARAM_PUB_KEY);
    if (encoded) public_ = decode_point(group_.get(), {encoded->data(), encoded->size()});
    if (!private_ || !public_) return operation_failed("Failed to generate key");
    return {};
  }

  bind::Result<bind::OwnedBytes> public_key(int32_t form) {
    const CleanErrors clean;
    if (!public_) return operation_failed("Failed to get ECDH public key");
    return encode_point(group_.get(), public_.get(), form);
  }

  bind::Result<bind::OwnedBytes> private_key() {
    if (!private_) return operation_failed("Failed to get ECDH private key");
    return bytes_of_big(private_.get());
  }

  bind::Result<void> set_private_key(bind::Bytes bytes) {
    const CleanErrors clean;
    BigPtr number = big_of(bytes);
    if (!number || BN_is_zero(number.get()) || BN_cmp(number.get(), EC_GROUP_get0_order(group_.get())) >= 0) {
      return fail_coded("ERR_CRYPTO_INVALID_KEYTYPE", "Private key is not valid for specified curve.",
                        bind::ErrorType::kRangeError);
    }
    PointPtr point(EC_POINT_new(group_.get()));
    if (!point || EC_POINT_mul(group_.get(), point.get(), number.get(), nullptr, nullptr, nullptr) != 1)
      return operation_failed("Failed to generate ECDH public key");
    private_ = std::move(number);
    public_ = std::move(point);
    return {};
  }

  bind::Result<void> set_public_key(bind::Bytes bytes) {
    const CleanErrors clean;
    PointPtr point = decode_point(group_.get(), bytes);
    if (!point) return operation_failed("Failed to convert Buffer to EC_POINT");
    public_ = std::move(point);
    return {};
  }

  bind::Result<bind::OwnedBytes> compute_secret(bind::Bytes peer) {
    const CleanErrors clean;
    const PointPtr point = decode_point(group_.get(), peer);
    if (!point || EC_POINT_is_at_infinity(group_.get(), point.get()) == 1) {
      return fail_coded("ERR_CRYPTO_ECDH_INVALID_PUBLIC_KEY", "Public key is not valid for specified curve");
    }
    const auto invalid_pair = [] {
      ERR_clear_error();
      return fail_coded("ERR_CRYPTO_INVALID_KEYPAIR", "Invalid key pair", bind::ErrorType::kRangeError);
    };
    if (!private_ || !public_) return invalid_pair();
    const PointPtr expected(EC_POINT_new(group_.get()));
    if (EC_POINT_mul(group_.get(), expected.get(), private_.get(), nullptr, nullptr, nullptr) != 1 ||
        EC_POINT_cmp(group_.get(), expected.get(), public_.get(), nullptr) != 0)
      return invalid_pair();
    const PKeyPtr own = ec_key(curve_, {}, private_.get());
    const PKeyPtr other = ec_key(curve_, peer, nullptr);
    const PKeyContextPtr context(own ? EVP_PKEY_CTX_new_from_pkey(nullptr, own.get(), nullptr) : nullptr);
    size_t size = 0;
    if (!context || !other || EVP_PKEY_derive_init(context.get()) != 1 ||
        EVP_PKEY_derive_set_peer(context.get(), other.get()) != 1 ||
        EVP_PKEY_derive(context.get(), nullptr, &size) != 1)
      return operation_failed("Failed to compute ECDH key");
    bind::OwnedBytes secret(size);
    if (EVP_PKEY_derive(context.get(), secret.data(), &size) != 1)
      return operation_failed("Failed to compute ECDH key");
    secret.shrink(size);
    return secret;
  }

 private:
  std::string curve_;
  GroupPtr group_;
  BigPtr private_;
  PointPtr public_;
};

bind::Result<bind::OwnedBytes> convert_point(bind::Bytes bytes, std::string curve, int32_t form) {
  const CleanErrors clean;
  const GroupPtr group = group_of(curve);
  if (!group) return invalid_curve();
  const PointPtr point = decode_point(group.get(), bytes);
  if (!point) return operation_failed("Failed to convert Buffer to EC_POINT");
  return encode_point(group.get(), point.get(), form);
}

/// The secret that two keys agree on.
bind::Result<bind::OwnedBytes> agree(Key own, Key peer) {
  const CleanErrors clean;
  const PKeyContextPtr context(EVP_PKEY_CTX_new_from_pkey(nullptr, own.pkey(), nullptr));
  size_t size = 0;
  if (!context || EVP_PKEY_derive_init(context.get()) != 1 ||
      ((own.is_a("DH") || own.is_a("DHX")) && EVP_PKEY_CTX_set_dh_pad(context.get(), 1) != 1) ||
      EVP_PKEY_derive_set_peer(context.get(), peer.pkey()) != 1 || EVP_PKEY_derive(context.get(), nullptr, &size) != 1)
    return fail_openssl("diffieHellman failed");
  bind::OwnedBytes secret(size);
  if (EVP_PKEY_derive(context.get(), secret.data(), &size) != 1) return fail_openssl("diffieHellman failed");
  secret.shrink(size);
  return secret;
}

bool init_kem(EVP_PKEY_CTX* context, const Key& key, int (*init)(EVP_PKEY_CTX*, const OSSL_PARAM*)) {
  if (context == nullptr || init(context, nullptr) != 1) return false;
  if (key.is_rsa()) return EVP_PKEY_CTX_set_kem_op(context, "RSASVE") == 1;
  if (key.is_a("EC") || key.is_a("X25519") || key.is_a("X448")) {
    return EVP_PKEY_CTX_set_kem_op(context, "DHKEM") == 1;
  }
  return true;
}

struct Encapsulated {
  bind::OwnedBytes secret;
  bind::OwnedBytes wrapped;
};

/// [sharedKey, ciphertext]
v8::Local<v8::Value> to_js(bind::Context& cx, Encapsulated made) {
  v8::Local<v8::Value> both[] = {bind::to_js(cx, std::move(made.secret)), bind::to_js(cx, std::move(made.wrapped))};
  return v8::Array::New(cx.isolate, both, 2);
}

bind::Result<Encapsulated> encapsulate(Key key) {
  const CleanErrors clean;
  const PKeyContextPtr context(EVP_PKEY_CTX_new_from_pkey(nullptr, key.pkey(), nullptr));
  size_t wrapped_size = 0;
  size_t secret_size = 0;
  static constexpr const char* kFailed = "Failed to perform encapsulation";
  if (!init_kem(context.get(), key, EVP_PKEY_encapsulate_init) ||
      EVP_PKEY_encapsulate(context.get(), nullptr, &wrapped_size, nullptr, &secret_size) != 1)
    return operation_failed(kFailed);
  bind::OwnedBytes wrapped(wrapped_size);
  bind::OwnedBytes secret(secret_size);
  if (EVP_PKEY_encapsulate(context.get(), wrapped.data(), &wrapped_size, secret.data(), &secret_size) != 1)
    return operation_failed(kFailed);
  secret.shrink(secret_size);
  wrapped.shrink(wrapped_size);
  return Encapsulated{.secret = std::move(secret), .wrapped = std::move(wrapped)};
}

bind::Result<bind::OwnedBytes> decapsulate(Key key, bind::SharedBytes ciphertext) {
  const CleanErrors clean;
  const PKeyContextPtr context(EVP_PKEY_CTX_new_from_pkey(nullptr, key.pkey(), nullptr));
  size_t size = 0;
  static constexpr const char* kFailed = "Failed to perform decapsulation";
  if (!init_kem(context.get(), key, EVP_PKEY_decapsulate_init) ||
      EVP_PKEY_decapsulate(context.get(), nullptr, &size, data_of(ciphertext), ciphertext.size()) != 1)
    return operation_failed(kFailed);
  bind::OwnedBytes secret(size);
  if (EVP_PKEY_decapsulate(context.get(), secret.data(), &size, data_of(ciphertext), ciphertext.size()) != 1)
    return operation_failed(kFailed);
  secret.shrink(size);
  return secret;
}

}  // namespace

}  // namespace vireo::crypto

namespace vireo::bind {
template <>
struct AsyncTypeName<crypto::agree> {
  static constexpr const char* kCallback = "DERIVEBITSREQUEST";
  static constexpr const char* kPromise = "DERIVEBITSREQUEST";
};
template <>
struct AsyncTypeName<crypto::encapsulate> {
  static constexpr const char* kCallback = "DERIVEBITSREQUEST";
  static constexpr const char* kPromise = "DERIVEBITSREQUEST";
};
template <>
struct AsyncTypeName<crypto::decapsulate> {
  static constexpr const char* kCallback = "DERIVEBITSREQUEST";
  static constexpr const char* kPromise = "DERIVEBITSREQUEST";
};
}  // namespace vireo::bind

namespace vireo::crypto {

BIND_MODULE(crypto_dh) {
  module.class_<DiffieHellman>("DiffieHellman")
      .method<&DiffieHellman::verify_error>("verifyError")
      .method<&DiffieHellman::generate_keys>("generateKeys")
      .method<&DiffieHellman::compute_secret>("computeSecret")
      .method<&DiffieHellman::prime>("prime")
      .method<&DiffieHellman::generator>("generator")
      .method<&DiffieHellman::public_key>("publicKey")
      .method<&DiffieHellman::private_key>("privateKey")
      .method<&DiffieHellman::set_public_key>("setPublicKey")
      .method<&DiffieHellman::set_private_key>("setPrivateKey");
  module.class_<Ecdh>("ECDH")
      .factory<&Ecdh::create>()
      .method<&Ecdh::generate_keys>("generateKeys")
      .method<&Ecdh::public_key>("publicKey")
      .method<&Ecdh::private_key>("privateKey")
      .method<&Ecdh::set_public_key>("setPublicKey")
      .method<&Ecdh::set_private_key>("setPrivateKey")
      .method<&Ecdh::compute_secret>("computeSecret");
  module.function<dh_of_size>("dhOfSize");
  module.function<dh_of_prime>("dhOfPrime");
  module.function<dh_of_group>("dhOfGroup");
  module.function<group_prime_bytes>("groupPrime");
  module.function<convert_point>("convertPoint");
  module.async<agree>("agree");
  module.async<encapsulate>("encapsulate");
  module.async<decapsulate>("decapsulate");
}

}  // namespace vireo::crypto
