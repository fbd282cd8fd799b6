// Keys: bytes, or one of OpenSSL's. Immutable, and so shared freely between threads.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "crypto/openssl.h"

namespace vireo::crypto {

enum class KeyKind : uint8_t { kSecret, kPublic, kPrivate };

struct KeyData {
  KeyData(KeyKind kind, PKeyPtr pkey) : kind(kind), pkey(std::move(pkey)) {}
  explicit KeyData(std::span<const uint8_t> bytes) : kind(KeyKind::kSecret), secret(bytes.begin(), bytes.end()) {}
  ~KeyData() { OPENSSL_cleanse(secret.data(), secret.size()); }
  KeyData(const KeyData&) = delete;

  KeyKind kind;
  std::vector<uint8_t> secret;
  PKeyPtr pkey;
};

/// A key as functions take and give it, on whatever thread.
class Key {
 public:
  Key() = default;
  Key(KeyKind kind, PKeyPtr pkey) : data_(std::make_shared<const KeyData>(kind, std::move(pkey))) {}
  explicit Key(std::span<const uint8_t> secret) : data_(std::make_shared<const KeyData>(secret)) {}

  [[nodiscard]] bool is_set() const { return data_ != nullptr; }
  [[nodiscard]] KeyKind kind() const { return data_->kind; }
  [[nodiscard]] std::span<const uint8_t> secret() const { return data_->secret; }
  /// Null for a secret key.
  [[nodiscard]] EVP_PKEY* pkey() const { return data_->pkey.get(); }
  [[nodiscard]] bool is_a(const char* type) const { return pkey() != nullptr && EVP_PKEY_is_a(pkey(), type) == 1; }
  [[nodiscard]] bool is_rsa() const { return is_a("RSA") || is_a("RSA-PSS"); }
  /// The same key as a public or private one.
  [[nodiscard]] Key as(KeyKind kind) const {
    EVP_PKEY_up_ref(pkey());
    return {kind, PKeyPtr(pkey())};
  }

 private:
  std::shared_ptr<const KeyData> data_;
};

/// What JavaScript holds of a key.
class KeyHandle final : public bind::Object {
 public:
  using Object::Object;
  KeyHandle(Environment& env, Key key) : Object(env), key(std::move(key)) {}

  bool equals(KeyHandle* other) const;
  [[nodiscard]] int32_t kind() const { return static_cast<int32_t>(key.kind()); }
  /// OpenSSL's name of the type in lower case: "rsa", "ec", "ml-dsa-44".
  [[nodiscard]] std::string type() const;
  [[nodiscard]] uint32_t size() const { return static_cast<uint32_t>(key.secret().size()); }
  [[nodiscard]] bind::OwnedBytes bytes() const { return bind::OwnedBytes(key.secret()); }
  [[nodiscard]] std::shared_ptr<const bind::Shared> share() const override;

  Key key;
};

/// Found by the binding layer: a key that a function gives becomes a KeyHandle.
v8::Local<v8::Value> to_js(bind::Context& cx, const Key& key);

struct KeyPair {
  Key public_key;
  Key private_key;
};
/// [publicKey, privateKey]
v8::Local<v8::Value> to_js(bind::Context& cx, const KeyPair& pair);

/// The name of a key's curve as OpenSSL has it, "prime256v1"; empty for other keys.
std::string curve_of(const EVP_PKEY* key);
/// A number of a key's, null when it has none of that name.
BigPtr big_param(const EVP_PKEY* key, const char* name);
/// Bytes of a key's; empty optional when it has none of that name.
std::optional<bind::OwnedBytes> octet_param_of(const EVP_PKEY* key, const char* name);

/// A key from the parameters of `builder`; null when OpenSSL refuses.
PKeyPtr pkey_from(const char* type, int selection, OSSL_PARAM* params);

/// The group of a curve named by any of OpenSSL's or NIST's names; null when there is none.
GroupPtr group_of(const std::string& name);
/// The NID of a curve by any of its names, or NID_undef.
int curve_nid(const std::string& name);

/// "prime256v1" -> public key from an encoded point, and the private scalar when given. Null when not on the curve.
PKeyPtr ec_key(const std::string& curve, std::span<const uint8_t> point, const BIGNUM* scalar);
/// The encoded point scalar * generator.
std::optional<std::vector<uint8_t>> ec_public_point(const EC_GROUP* group, const BIGNUM* scalar);

}  // namespace vireo::crypto

template <>
struct vireo::bind::FromJs<vireo::crypto::Key> {
  static constexpr const char* kExpected = "a native key";
  static bool convert(Context& cx, v8::Local<v8::Value> value, crypto::Key& out) {
    crypto::KeyHandle* handle = nullptr;
    if (!FromJs<crypto::KeyHandle*>::convert(cx, value, handle)) return false;
    out = handle->key;
    return true;
  }
};
