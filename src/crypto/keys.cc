#include "crypto/keys.h"

#include <openssl/obj_mac.h>
#include <openssl/objects.h>

#include <algorithm>
#include <cctype>

#include "engine/environment.h"

namespace vireo::crypto {

bool KeyHandle::equals(KeyHandle* other) const {
  if (key.kind() != other->key.kind()) return false;
  if (key.kind() == KeyKind::kSecret) {
    const auto a = key.secret();
    const auto b = other->key.secret();
    return a.size() == b.size() && CRYPTO_memcmp(a.data(), b.data(), a.size()) == 0;
  }
  const CleanErrors clean;
  return EVP_PKEY_eq(key.pkey(), other->key.pkey()) == 1;
}

std::string KeyHandle::type() const {
  if (key.kind() == KeyKind::kSecret) return {};
  const char* name = EVP_PKEY_get0_type_name(key.pkey());
  std::string text = name == nullptr ? "" : name;
  if (text == "X9.42 DH") return "dh";
  std::ranges::transform(text, text.begin(), [](unsigned char c) { return std::tolower(c); });
  return text;
}

namespace {
class SharedKey final : public bind::Shared {
 public:
  explicit SharedKey(Key key) : key_(std::move(key)) {}
  [[nodiscard]] v8::Local<v8::Value> open(bind::Context& cx) const override { return to_js(cx, key_); }

 private:
  Key key_;
};
}  // namespace

std::shared_ptr<const bind::Shared> KeyHandle::share() const { return std::make_shared<const SharedKey>(key); }

v8::Local<v8::Value> to_js(bind::Context& cx, const Key& key) {
  if (!key.is_set()) return v8::Undefined(cx.isolate);
  auto* handle = new KeyHandle(cx.env, key);
  handle->set_class(bind::class_key<KeyHandle>());
  return handle->wrapper();
}

v8::Local<v8::Value> to_js(bind::Context& cx, const KeyPair& pair) {
  v8::Local<v8::Value> both[] = {to_js(cx, pair.public_key), to_js(cx, pair.private_key)};
  return v8::Array::New(cx.isolate, both, 2);
}

BigPtr big_param(const EVP_PKEY* key, const char* name) {
  BIGNUM* number = nullptr;
  if (EVP_PKEY_get_bn_param(key, name, &number) != 1) return nullptr;
  return BigPtr(number);
}

std::optional<bind::OwnedBytes> octet_param_of(const EVP_PKEY* key, const char* name) {
  size_t size = 0;
  if (EVP_PKEY_get_octet_string_param(key, name, nullptr, 0, &size) != 1) return std::nullopt;
  bind::OwnedBytes bytes(size);
  if (EVP_PKEY_get_octet_string_param(key, name, bytes.data(), size, &size) != 1) return std::nullopt;
  bytes.shrink(size);
  return bytes;
}

int curve_nid(const std::string& name) {
  const int nid = EC_curve_nist2nid(name.c_str());
  if (nid != NID_undef) return nid;
  return OBJ_txt2nid(name.c_str());
}

GroupPtr group_of(const std::string& name) {
  const int nid = curve_nid(name);
  if (nid == NID_undef) return nullptr;
  return GroupPtr(EC_GROUP_new_by_curve_name(nid));
}

std::string curve_of(const EVP_PKEY* key) {
  char name[80];
  size_t size = 0;
  if (EVP_PKEY_get_group_name(key, name, sizeof(name), &size) != 1) return {};
  const int nid = curve_nid(name);
  return nid == NID_undef ? std::string(name, size) : OBJ_nid2sn(nid);
}

PKeyPtr pkey_from(const char* type, int selection, OSSL_PARAM* params) {
  const PKeyContextPtr context(EVP_PKEY_CTX_new_from_name(nullptr, type, nullptr));
  EVP_PKEY* key = nullptr;
  if (!context || EVP_PKEY_fromdata_init(context.get()) != 1 ||
      EVP_PKEY_fromdata(context.get(), &key, selection, params) != 1)
    return nullptr;
  return PKeyPtr(key);
}

std::optional<std::vector<uint8_t>> ec_public_point(const EC_GROUP* group, const BIGNUM* scalar) {
  const PointPtr point(EC_POINT_new(group));
  if (!point || EC_POINT_mul(group, point.get(), scalar, nullptr, nullptr, nullptr) != 1) return std::nullopt;
  std::vector<uint8_t> bytes(
      EC_POINT_point2oct(group, point.get(), POINT_CONVERSION_UNCOMPRESSED, nullptr, 0, nullptr));
  if (bytes.empty()) return std::nullopt;
  EC_POINT_point2oct(group, point.get(), POINT_CONVERSION_UNCOMPRESSED, bytes.data(), bytes.size(), nullptr);
  return bytes;
}

PKeyPtr ec_key(const std::string& curve, std::span<const uint8_t> point, const BIGNUM* scalar) {
  const int nid = curve_nid(curve);
  const GroupPtr group = group_of(curve);
  if (!group) return nullptr;
  std::vector<uint8_t> derived;
  if (point.empty()) {
    if (scalar == nullptr) return nullptr;
    auto made = ec_public_point(group.get(), scalar);
    if (!made) return nullptr;
    derived = std::move(*made);
    point = derived;
  }
  const ParamBuilderPtr builder(OSSL_PARAM_BLD_new());
  const int size = (EC_GROUP_order_bits(group.get()) + 7) / 8;
  if (OSSL_PARAM_BLD_push_utf8_string(builder.get(), OSSL_PKEY_PARAM_GROUP_NAME, OBJ_nid2sn(nid), 0) != 1 ||
      OSSL_PARAM_BLD_push_octet_string(builder.get(), OSSL_PKEY_PARAM_PUB_KEY, point.data(), point.size()) != 1)
    return nullptr;
  if (scalar != nullptr &&
      OSSL_PARAM_BLD_push_BN_pad(builder.get(), OSSL_PKEY_PARAM_PRIV_KEY, scalar, static_cast<size_t>(size)) != 1)
    return nullptr;
  const ParamsPtr params(OSSL_PARAM_BLD_to_param(builder.get()));
  return pkey_from("EC", scalar == nullptr ? EVP_PKEY_PUBLIC_KEY : EVP_PKEY_KEYPAIR, params.get());
}

}  // namespace vireo::crypto
