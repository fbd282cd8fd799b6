// Hashes, HMACs and random bytes by OpenSSL's EVP interface.
#include <openssl/core_names.h>
#include <openssl/crypto.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/rand.h>

#include <algorithm>
#include <array>
#include <memory>
#include <optional>
#include <string>

#include "bind/bind.h"
#include "buffer/encoding.h"
#include "crypto/openssl.h"
#include "engine/environment.h"

namespace vireo::crypto {

namespace {

using Digest = DigestPtr;
using DigestContext = DigestContextPtr;

/// Fetching a digest is slow: each is fetched once an Environment.
struct Digests {
  explicit Digests(Environment&) {}
  std::unordered_map<std::string, Digest> by_name;
  MacPtr hmac;
};

EVP_MAC* hmac_of(Environment& env) {
  auto& hmac = env.state<Digests>().hmac;
  if (!hmac) hmac.reset(EVP_MAC_fetch(nullptr, "HMAC", nullptr));
  return hmac.get();
}

EVP_MD* digest_of(Environment& env, const std::string& name) {
  auto& known = env.state<Digests>().by_name;
  if (const auto found = known.find(name); found != known.end()) return found->second.get();
  EVP_MD* digest = fetch_digest(name.c_str()).release();
  if (digest == nullptr) return nullptr;
  known.emplace(name, Digest(digest));
  return digest;
}

/// The bytes of a string in one of the encodings that need no table (0 UTF-8, 1 Latin-1), without a Buffer in between.
std::string text_bytes(v8::Isolate* isolate, v8::Local<v8::String> text, int32_t encoding) {
  if (encoding != 1) return bind::utf8_of(isolate, text);
  std::string latin1(static_cast<size_t>(text->Length()), '\0');
  text->WriteOneByteV2(isolate, 0, static_cast<uint32_t>(latin1.size()), reinterpret_cast<uint8_t*>(latin1.data()));
  return latin1;
}

/// How long a digest is: `wanted` bytes of an extendable-output function, whose default is what OpenSSL had until 3.4.
uint32_t digest_size(EVP_MD* digest, std::optional<uint32_t> wanted) {
  if ((EVP_MD_get_flags(digest) & EVP_MD_FLAG_XOF) != 0) {
    if (wanted) return *wanted;
    return EVP_MD_is_a(digest, "SHAKE128") != 0 ? 16 : 32;
  }
  return static_cast<uint32_t>(std::max(EVP_MD_get_size(digest), 0));
}

class Hash final : public bind::Object {
 public:
  using Object::Object;

  /// False when OpenSSL does not know the algorithm. `length`: of an extendable-output function, or 0.
  static bind::Result<Hash*> create(Environment& env, std::string algorithm, uint32_t length) {
    EVP_MD* digest = digest_of(env, algorithm);
    if (digest == nullptr) return bind::fail(bind::Error::plain("Digest method not supported"));
    auto hash = std::make_unique<Hash>(env);
    hash->context_.reset(EVP_MD_CTX_new());
    if (!hash->context_ || !hash->start(digest, length))
      return bind::fail(openssl_error("Digest method not supported"));
    if (length != 0 && length != hash->length_) {
      return bind::fail(bind::Error::plain("Unsupported state or unable to authenticate"));
    }
    return hash.release();
  }

  /// Begins anew, with whatever algorithm: a native object can serve one Hash after the other.
  bind::Result<void> restart(std::string algorithm) {
    EVP_MD* digest = digest_of(env(), algorithm);
    if (digest == nullptr || !start(digest, 0)) return bind::fail(openssl_error("Digest method not supported"));
    return {};
  }

  bool update_bytes(bind::Bytes data) { return EVP_DigestUpdate(context_.get(), data.data(), data.size()) == 1; }
  bool update_text(v8::Local<v8::String> text, int32_t encoding) {
    const std::string bytes = text_bytes(isolate(), text, encoding);
    return EVP_DigestUpdate(context_.get(), bytes.data(), bytes.size()) == 1;
  }

  /// Text in an encoding of buffer::Encoding, or bytes for -1.
  bind::Result<v8::Local<v8::Value>> digest(bind::Context& cx, int32_t result_encoding) {
    if (result_encoding >= 0 && !is_xof_) {
      std::array<uint8_t, EVP_MAX_MD_SIZE> out;
      if (EVP_DigestFinal_ex(context_.get(), out.data(), nullptr) != 1)
        return bind::fail(openssl_error("Unsupported state"));
      return buffer::decode(cx.isolate, {out.data(), length_}, static_cast<buffer::Encoding>(result_encoding));
    }
    bind::OwnedBytes out(length_);
    if (length_ != 0) {
      const bool ok = is_xof_ ? EVP_DigestFinalXOF(context_.get(), out.data(), length_) == 1
                              : EVP_DigestFinal_ex(context_.get(), out.data(), nullptr) == 1;
      if (!ok) return bind::fail(openssl_error("Unsupported state"));
    }
    if (result_encoding < 0) return bind::to_js(cx, std::move(out));
    return buffer::decode(cx.isolate, {out.data(), out.size()}, static_cast<buffer::Encoding>(result_encoding));
  }

  /// A hash in the same state.
  static bind::Result<Hash*> copy(Environment& env, Hash* other, uint32_t length) {
    auto hash = std::make_unique<Hash>(env);
    hash->context_.reset(EVP_MD_CTX_new());
    if (EVP_MD_CTX_copy_ex(hash->context_.get(), other->context_.get()) != 1)
      return bind::fail(openssl_error("Digest copy error"));
    hash->is_xof_ = other->is_xof_;
    hash->length_ = length != 0 && other->is_xof_ ? length : other->length_;
    return hash.release();
  }

 private:
  bool start(EVP_MD* digest, uint32_t length) {
    is_xof_ = (EVP_MD_get_flags(digest) & EVP_MD_FLAG_XOF) != 0;
    length_ = digest_size(digest, length != 0 ? std::optional(length) : std::nullopt);
    return EVP_DigestInit_ex(context_.get(), digest, nullptr) == 1;
  }

  DigestContext context_;
  uint32_t length_ = 0;
  bool is_xof_ = false;
};

bind::Result<v8::Local<v8::Value>> new_hash(bind::Context& cx, std::string algorithm, uint32_t length) {
  bind::Result<Hash*> made = Hash::create(cx.env, std::move(algorithm), length);
  if (!made) return bind::fail(std::move(made.error()));
  (*made)->set_class(bind::class_key<Hash>());
  return (*made)->wrapper().As<v8::Value>();
}

bind::Result<v8::Local<v8::Value>> copy_hash(bind::Context& cx, Hash* other, uint32_t length) {
  bind::Result<Hash*> made = Hash::copy(cx.env, other, length);
  if (!made) return bind::fail(std::move(made.error()));
  (*made)->set_class(bind::class_key<Hash>());
  return (*made)->wrapper().As<v8::Value>();
}

/// One-shot: bytes in, digest out.
bind::Result<bind::OwnedBytes> digest_of_bytes(Environment& env, const std::string& algorithm,
                                               std::span<const uint8_t> data, std::optional<uint32_t> wanted) {
  EVP_MD* digest = digest_of(env, algorithm);
  if (digest == nullptr) return bind::fail(bind::Error::plain("Digest method not supported"));
  const uint32_t size = digest_size(digest, wanted);
  if (wanted && size != *wanted) {
    return bind::fail(bind::Error::plain("Output length " + std::to_string(*wanted) + " is invalid for " + algorithm +
                                         ", which does not support XOF"));
  }
  bind::OwnedBytes out(size);
  if (size == 0) return out;
  bool ok;
  if ((EVP_MD_get_flags(digest) & EVP_MD_FLAG_XOF) == 0) {
    ok = EVP_Digest(data.data(), data.size(), out.data(), nullptr, digest, nullptr) == 1;
  } else {
    const DigestContext context(EVP_MD_CTX_new());
    ok = EVP_DigestInit_ex(context.get(), digest, nullptr) == 1 &&
         EVP_DigestUpdate(context.get(), data.data(), data.size()) == 1 &&
         EVP_DigestFinalXOF(context.get(), out.data(), size) == 1;
  }
  if (!ok) return bind::fail(openssl_error("Digest failed"));
  return out;
}

bind::Result<bind::OwnedBytes> hash_once(Environment& env, std::string algorithm, bind::Bytes data,
                                         std::optional<uint32_t> length) {
  return digest_of_bytes(env, algorithm, {data.data(), data.size()}, length);
}

/// The same of a text. `text_encoding` as in text_bytes; `result_encoding` one of buffer::Encoding, or -1 for bytes.
bind::Result<v8::Local<v8::Value>> hash_text(bind::Context& cx, std::string algorithm, v8::Local<v8::String> text,
                                             int32_t text_encoding, int32_t result_encoding,
                                             std::optional<uint32_t> length) {
  const std::string data = text_bytes(cx.isolate, text, text_encoding);
  bind::Result<bind::OwnedBytes> out =
      digest_of_bytes(cx.env, algorithm, {reinterpret_cast<const uint8_t*>(data.data()), data.size()}, length);
  if (!out) return bind::fail(std::move(out.error()));
  if (result_encoding < 0) return bind::to_js(cx, std::move(*out));
  return buffer::decode(cx.isolate, {out->data(), out->size()}, static_cast<buffer::Encoding>(result_encoding));
}

class Hmac final : public bind::Object {
 public:
  using Object::Object;

  static bind::Result<Hmac*> create(Environment& env, std::string algorithm, bind::Bytes key) {
    if (digest_of(env, algorithm) == nullptr)
      return bind::fail(
          bind::Error::coded("ERR_CRYPTO_INVALID_DIGEST", "Invalid digest: " + algorithm, bind::ErrorType::kTypeError));
    std::string name = EVP_MD_get0_name(digest_of(env, algorithm));
    auto hmac = std::make_unique<Hmac>(env);
    hmac->context_.reset(EVP_MAC_CTX_new(hmac_of(env)));
    OSSL_PARAM params[] = {OSSL_PARAM_construct_utf8_string(OSSL_MAC_PARAM_DIGEST, name.data(), 0),
                           OSSL_PARAM_construct_end()};
    static constexpr uint8_t kEmpty = 0;
    if (EVP_MAC_init(hmac->context_.get(), key.empty() ? &kEmpty : key.data(), key.size(), params) != 1)
      return bind::fail(openssl_error("Hmac init failed"));
    return hmac.release();
  }

  bool update_bytes(bind::Bytes data) { return EVP_MAC_update(context_.get(), data.data(), data.size()) == 1; }
  bool update_text(v8::Local<v8::String> text, int32_t encoding) {
    const std::string bytes = text_bytes(isolate(), text, encoding);
    return EVP_MAC_update(context_.get(), reinterpret_cast<const uint8_t*>(bytes.data()), bytes.size()) == 1;
  }
  bind::Result<bind::OwnedBytes> digest() {
    bind::OwnedBytes out(EVP_MAX_MD_SIZE);
    size_t size = 0;
    if (EVP_MAC_final(context_.get(), out.data(), &size, out.size()) != 1)
      return bind::fail(openssl_error("Hmac final failed"));
    out.shrink(size);
    return out;
  }

 private:
  MacContextPtr context_;
};

bool has_digest(Environment& env, std::string name) { return digest_of(env, name) != nullptr; }

/// Fills memory with random bytes; on whatever thread.
bind::Result<void> random_fill(bind::SharedBytes bytes) {
  size_t at = 0;
  while (at < bytes.size()) {
    const size_t count = std::min<size_t>(bytes.size() - at, 1U << 30);
    if (RAND_bytes(bytes.data() + at, static_cast<int>(count)) != 1)
      return bind::fail(openssl_error("Random bytes failed"));
    at += count;
  }
  return {};
}

bool timing_safe_equal(bind::Bytes a, bind::Bytes b) {
  return a.size() == b.size() && CRYPTO_memcmp(a.data(), b.data(), a.size()) == 0;
}

}  // namespace

}  // namespace vireo::crypto

template <>
struct vireo::bind::AsyncTypeName<vireo::crypto::random_fill> {
  static constexpr const char* kCallback = "RandomBytesRequest";
  static constexpr const char* kPromise = "RandomBytesRequest";
};
namespace vireo::crypto {

namespace {
/// From now on only what OpenSSL's FIPS provider has, if there is one.
bool set_fips(bool on) { return EVP_default_properties_enable_fips(nullptr, on ? 1 : 0) == 1; }
bool get_fips() { return EVP_default_properties_is_fips_enabled(nullptr) == 1; }
}  // namespace

BIND_MODULE(crypto) {
  module.class_<Hash>("Hash")
      .method<&Hash::update_bytes>("updateBytes")
      .method<&Hash::update_text>("updateText")
      .method<&Hash::restart>("restart")
      .method<&Hash::digest>("digest");
  module.class_<Hmac>("Hmac")
      .factory<&Hmac::create>()
      .method<&Hmac::update_bytes>("updateBytes")
      .method<&Hmac::update_text>("updateText")
      .method<&Hmac::digest>("digest");
  module.function<new_hash>("newHash");
  module.function<copy_hash>("copyHash");
  module.function<hash_once>("hashOnce");
  module.function<hash_text>("hashText");
  module.function<has_digest>("hasDigest");
  module.function<set_fips>("setFips");
  module.function<get_fips>("getFips");
  module.function<timing_safe_equal>("timingSafeEqual");
  module.async<random_fill>("randomFill");
}

}  // namespace vireo::crypto
