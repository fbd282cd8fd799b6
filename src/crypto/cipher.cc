// Symmetric ciphers: streaming ones, whole messages for the thread pool, and what there is to know about them.
#include "crypto/cipher.h"

#include <openssl/objects.h>
#include <openssl/proverr.h>

#include <algorithm>
#include <cstring>
#include <map>

#include "crypto/keys.h"

namespace vireo::crypto {

CipherPtr fetch_cipher(const char* name) {
  ERR_set_mark();
  CipherPtr cipher(EVP_CIPHER_fetch(nullptr, name, nullptr));
  if (!cipher) {
    const EVP_CIPHER* legacy = EVP_get_cipherbyname(name);
    if (legacy != nullptr) cipher.reset(EVP_CIPHER_fetch(nullptr, EVP_CIPHER_get0_name(legacy), nullptr));
  }
  ERR_pop_to_mark();
  return cipher;
}

namespace {

constexpr uint32_t kNoTagLength = UINT32_MAX;

bool is_chacha(const EVP_CIPHER* cipher) { return EVP_CIPHER_is_a(cipher, "ChaCha20-Poly1305") == 1; }

bool is_siv(const EVP_CIPHER* cipher) {
  const int mode = EVP_CIPHER_get_mode(cipher);
  return mode == EVP_CIPH_SIV_MODE || mode == EVP_CIPH_GCM_SIV_MODE;
}

/// The modes whose tag the API knows.
bool is_authenticated(const EVP_CIPHER* cipher) {
  const int mode = EVP_CIPHER_get_mode(cipher);
  return mode == EVP_CIPH_GCM_MODE || mode == EVP_CIPH_CCM_MODE || mode == EVP_CIPH_OCB_MODE || is_chacha(cipher);
}

bool is_valid_gcm_tag(uint32_t length) { return length == 4 || length == 8 || (length >= 12 && length <= 16); }

std::unexpected<bind::Error> invalid_iv() {
  return fail_coded("ERR_CRYPTO_INVALID_IV", "Invalid initialization vector", bind::ErrorType::kTypeError);
}
std::unexpected<bind::Error> invalid_tag(uint32_t length) {
  return fail_coded("ERR_CRYPTO_INVALID_AUTH_TAG", "Invalid authentication tag length: " + std::to_string(length),
                    bind::ErrorType::kTypeError);
}
std::unexpected<bind::Error> invalid_state(std::string_view operation) {
  return fail_coded("ERR_CRYPTO_INVALID_STATE", "Invalid state for operation " + std::string(operation));
}
std::unexpected<bind::Error> unknown_cipher() { return fail_coded("ERR_CRYPTO_UNKNOWN_CIPHER", "Unknown cipher"); }

class Cipher final : public bind::Object {
 public:
  using Object::Object;

  static bind::Result<Cipher*> create(Environment& env, bool encrypts, std::string name, bind::Bytes key,
                                      std::optional<bind::Bytes> iv, uint32_t tag_length) {
    const CleanErrors clean;
    auto self = std::make_unique<Cipher>(env);
    self->encrypts_ = encrypts;
    self->cipher_ = fetch_cipher(name.c_str());
    if (!self->cipher_) {
      const EVP_CIPHER* known = EVP_get_cipherbyname(name.c_str());
      if (known == nullptr) return unknown_cipher();
      // Known by name, and in none of the providers that are loaded: the failing fetch leaves OpenSSL's reason.
      const CipherPtr unavailable(EVP_CIPHER_fetch(nullptr, EVP_CIPHER_get0_name(known), nullptr));
      return fail_openssl_whole("Unknown cipher");
    }
    auto ok = self->init(name, key, iv, tag_length);
    if (!ok) return bind::fail(std::move(ok.error()));
    return self.release();
  }

  bind::Result<void> set_aad(bind::Bytes aad, int32_t plaintext_length) {
    const CleanErrors clean;
    if (!context_ || !is_authenticated(cipher_.get()) || has_data_) return invalid_state("setAAD");
    int written = 0;
    if (mode() == EVP_CIPH_CCM_MODE) {
      if (plaintext_length < 0) {
        return fail_coded("ERR_MISSING_ARGS", "options.plaintextLength required for CCM mode with AAD",
                          bind::ErrorType::kTypeError);
      }
      if (plaintext_length > max_message_) return message_too_long();
      if (!encrypts_ && !pass_tag()) return invalid_state("setAAD");
      if (EVP_CipherUpdate(context_.get(), nullptr, &written, nullptr, plaintext_length) != 1)
        return invalid_state("setAAD");
    }
    if (aad.size() > INT_MAX ||
        EVP_CipherUpdate(context_.get(), nullptr, &written, data_of(aad), static_cast<int>(aad.size())) != 1)
      return invalid_state("setAAD");
    return {};
  }

  bind::Result<bind::OwnedBytes> update(bind::Bytes data) {
    const CleanErrors clean;
    static constexpr const char* kUnsupported = "Trying to add data in unsupported state";
    if (!context_ || data.size() > static_cast<size_t>(INT_MAX - EVP_MAX_BLOCK_LENGTH * 2))
      return bind::fail(bind::Error::plain(kUnsupported));
    const bool is_ccm = mode() == EVP_CIPH_CCM_MODE;
    if (is_ccm && data.size() > static_cast<size_t>(max_message_)) return message_too_long();
    if (!encrypts_ && is_authenticated(cipher_.get()) && !pass_tag())
      return bind::fail(bind::Error::plain(kUnsupported));
    has_data_ = true;

    const int length = static_cast<int>(data.size());
    int capacity = length + EVP_CIPHER_CTX_get_block_size(context_.get());
    if (mode() == EVP_CIPH_WRAP_MODE &&
        EVP_CipherUpdate(context_.get(), nullptr, &capacity, data_of(data), length) != 1)
      return bind::fail(bind::Error::plain(kUnsupported));
    bind::OwnedBytes out(static_cast<size_t>(capacity));
    if (!out) return bind::fail(bind::Error::plain(kUnsupported));
    int written = 0;
    const int ok = EVP_CipherUpdate(context_.get(), out.data(), &written, data_of(data), length);
    if (ok != 1) {
      // CCM checks the tag as soon as it has the data; that is told by final().
      if (!is_ccm || encrypts_) return bind::fail(bind::Error::plain(kUnsupported));
      failed_ = true;
      written = 0;
    }
    out.shrink(static_cast<size_t>(std::max(written, 0)));
    return out;
  }

  bind::Result<bind::OwnedBytes> final() {
    const CleanErrors clean;
    if (!context_) return fail_coded("ERR_CRYPTO_INVALID_STATE", "Invalid state");
    const bool authenticated = is_authenticated(cipher_.get());
    // ChaCha20-Poly1305 without a tag would pass for verified.
    if (is_chacha(cipher_.get()) && !encrypts_ && !pass_tag()) return unauthenticated();
    const bool needs_tag = !encrypts_ && authenticated;
    if (encrypts_ && mode() == EVP_CIPH_CCM_MODE && !has_data_) {
      // Without data there was nothing to make a tag of.
      ERR_raise(ERR_LIB_PROV, PROV_R_TAG_NOT_SET);
      context_.reset();
      return fail_openssl_whole("Unsupported state");
    }
    bind::OwnedBytes out(static_cast<size_t>(EVP_CIPHER_CTX_get_block_size(context_.get())));
    int written = 0;
    bool ok = false;
    if (needs_tag && mode() == EVP_CIPH_CCM_MODE) {
      ok = !failed_;
      if (ok && tag_state_ == Tag::kNone) ok = false;
    } else {
      if (needs_tag) pass_tag();
      ok = EVP_CipherFinal_ex(context_.get(), out.data(), &written) == 1;
      if (needs_tag && tag_state_ == Tag::kNone) ok = false;
    }
    if (ok && encrypts_ && authenticated) {
      // ChaCha20-Poly1305 and GCM give the whole tag when nothing else was asked for.
      if (tag_length_ == kNoTagLength) tag_length_ = 16;
      ok = EVP_CIPHER_CTX_ctrl(context_.get(), EVP_CTRL_AEAD_GET_TAG, static_cast<int>(tag_length_), tag_) == 1;
    }
    context_.reset();
    if (!ok) {
      if (authenticated && needs_tag) return unauthenticated();
      return fail_openssl_whole("Unsupported state");
    }
    out.shrink(static_cast<size_t>(written));
    return out;
  }

  bind::Result<void> set_auto_padding(bool on) {
    if (!context_ || EVP_CIPHER_CTX_set_padding(context_.get(), on ? 1 : 0) != 1)
      return invalid_state("setAutoPadding");
    return {};
  }

  bind::Result<bind::OwnedBytes> auth_tag() {
    if (context_ || !encrypts_ || !is_authenticated(cipher_.get()) || tag_length_ == kNoTagLength)
      return invalid_state("getAuthTag");
    return bind::OwnedBytes(std::span<const uint8_t>(tag_, tag_length_));
  }

  /// True when the tag is a short one that the program has not announced.
  bind::Result<bool> set_auth_tag(bind::Bytes tag) {
    if (!context_ || encrypts_ || !is_authenticated(cipher_.get()) || tag_state_ != Tag::kNone)
      return invalid_state("setAuthTag");
    const auto length = static_cast<uint32_t>(std::min<size_t>(tag.size(), UINT32_MAX));
    const bool unannounced = mode() == EVP_CIPH_GCM_MODE && tag_length_ == kNoTagLength;
    const bool valid = unannounced ? is_valid_gcm_tag(length) : length == tag_length_;
    if (!valid || length > sizeof(tag_)) return invalid_tag(length);
    tag_length_ = length;
    std::memcpy(tag_, data_of(tag), length);
    tag_state_ = Tag::kKnown;
    return unannounced && length < 16;
  }

 private:
  enum class Tag : uint8_t { kNone, kKnown, kPassed };

  [[nodiscard]] int mode() const { return EVP_CIPHER_get_mode(cipher_.get()); }

  static std::unexpected<bind::Error> message_too_long() {
    return fail_coded("ERR_CRYPTO_INVALID_MESSAGELEN", "Invalid message length", bind::ErrorType::kRangeError);
  }
  static std::unexpected<bind::Error> unauthenticated() {
    return bind::fail(bind::Error::plain("Unsupported state or unable to authenticate data"));
  }

  bind::Result<void> init(const std::string& name, bind::Bytes key, const std::optional<bind::Bytes>& iv,
                          uint32_t tag_length) {
    const EVP_CIPHER* cipher = cipher_.get();
    if (is_siv(cipher)) return unknown_cipher();
    const int iv_length = EVP_CIPHER_get_iv_length(cipher);
    const bool authenticated = is_authenticated(cipher);
    const size_t given = iv ? iv->size() : 0;
    if (!iv && iv_length != 0) return invalid_iv();
    if (!authenticated && given != static_cast<size_t>(iv_length)) return invalid_iv();
    if (authenticated && (given == 0 || given > INT_MAX)) return invalid_iv();
    if (is_chacha(cipher) && given > 12) return invalid_iv();

    context_.reset(EVP_CIPHER_CTX_new());
    if (mode() == EVP_CIPH_WRAP_MODE) EVP_CIPHER_CTX_set_flags(context_.get(), EVP_CIPHER_CTX_FLAG_WRAP_ALLOW);
    if (EVP_CipherInit_ex2(context_.get(), cipher, nullptr, nullptr, encrypts_ ? 1 : 0, nullptr) != 1)
      return fail_openssl_whole("Failed to initialize cipher");
    if (authenticated) {
      if (auto ok = init_authenticated(name, given, tag_length); !ok) return ok;
    }
    if (EVP_CIPHER_CTX_get_key_length(context_.get()) != static_cast<int>(key.size()) &&
        EVP_CIPHER_CTX_set_key_length(context_.get(), static_cast<int>(key.size())) != 1)
      return fail_coded("ERR_CRYPTO_INVALID_KEYLEN", "Invalid key length", bind::ErrorType::kRangeError);
    if (EVP_CipherInit_ex2(context_.get(), nullptr, data_of(key), iv && given != 0 ? iv->data() : nullptr,
                           encrypts_ ? 1 : 0, nullptr) != 1)
      return fail_openssl_whole("Failed to initialize cipher");
    return {};
  }

  bind::Result<void> init_authenticated(const std::string& name, size_t iv_length, uint32_t tag_length) {
    EVP_CIPHER_CTX* context = context_.get();
    if (EVP_CIPHER_CTX_ctrl(context, EVP_CTRL_AEAD_SET_IVLEN, static_cast<int>(iv_length), nullptr) != 1)
      return invalid_iv();
    tag_length_ = tag_length;
    switch (mode()) {
      case EVP_CIPH_GCM_MODE:
        if (tag_length != kNoTagLength && !is_valid_gcm_tag(tag_length)) return invalid_tag(tag_length);
        return {};
      case EVP_CIPH_CCM_MODE:
      case EVP_CIPH_OCB_MODE:
        if (tag_length == kNoTagLength) {
          return fail_coded("ERR_CRYPTO_INVALID_AUTH_TAG", "authTagLength required for " + name,
                            bind::ErrorType::kTypeError);
        }
        if (tag_length > 16 ||
            EVP_CIPHER_CTX_ctrl(context, EVP_CTRL_AEAD_SET_TAG, static_cast<int>(tag_length), nullptr) != 1)
          return invalid_tag(tag_length);
        // What is left of 15 bytes for the length of the message.
        if (iv_length >= 12) max_message_ = (1 << (8 * (15 - static_cast<int>(iv_length)))) - 1;
        return {};
      default:  // ChaCha20-Poly1305
        if (tag_length == kNoTagLength) tag_length_ = 16;
        else if (tag_length == 0 || tag_length > 16) return invalid_tag(tag_length);
        return {};
    }
  }

  /// Gives OpenSSL the tag to compare with, once.
  bool pass_tag() {
    if (tag_state_ == Tag::kKnown) {
      if (EVP_CIPHER_CTX_ctrl(context_.get(), EVP_CTRL_AEAD_SET_TAG, static_cast<int>(tag_length_), tag_) != 1)
        return false;
      tag_state_ = Tag::kPassed;
    }
    return true;
  }

  CipherPtr cipher_;
  CipherContextPtr context_;  // null after final()
  uint8_t tag_[16] = {};
  uint32_t tag_length_ = kNoTagLength;
  int max_message_ = INT_MAX;
  Tag tag_state_ = Tag::kNone;
  bool encrypts_ = false;
  bool has_data_ = false;
  bool failed_ = false;
};

std::string mode_name(const EVP_CIPHER* cipher) {
  switch (EVP_CIPHER_get_mode(cipher)) {
    case EVP_CIPH_ECB_MODE: return "ecb";
    case EVP_CIPH_CBC_MODE: return "cbc";
    case EVP_CIPH_CFB_MODE: return "cfb";
    case EVP_CIPH_OFB_MODE: return "ofb";
    case EVP_CIPH_CTR_MODE: return "ctr";
    case EVP_CIPH_GCM_MODE: return "gcm";
    case EVP_CIPH_CCM_MODE: return "ccm";
    case EVP_CIPH_XTS_MODE: return "xts";
    case EVP_CIPH_WRAP_MODE: return "wrap";
    case EVP_CIPH_OCB_MODE: return "ocb";
    default: return "stream";
  }
}

/// Whether a cipher takes keys and IVs of those lengths.
bool fits(const EVP_CIPHER* cipher, std::optional<int32_t> key_length, std::optional<int32_t> iv_length) {
  const CipherContextPtr context(EVP_CIPHER_CTX_new());
  if (EVP_CipherInit_ex2(context.get(), cipher, nullptr, nullptr, 1, nullptr) != 1) return false;
  if (key_length && *key_length != EVP_CIPHER_CTX_get_key_length(context.get()) &&
      EVP_CIPHER_CTX_set_key_length(context.get(), *key_length) != 1)
    return false;
  if (!iv_length) return true;
  if (!is_authenticated(cipher)) return *iv_length == EVP_CIPHER_get_iv_length(cipher);
  if (is_chacha(cipher) && *iv_length > 12) return false;
  return EVP_CIPHER_CTX_ctrl(context.get(), EVP_CTRL_AEAD_SET_IVLEN, *iv_length, nullptr) == 1;
}

/// getCipherInfo, by name or by number; undefined when there is no such cipher or it does not fit.
v8::Local<v8::Value> info(bind::Context& cx, v8::Local<v8::Value> name_or_nid, std::optional<int32_t> key_length,
                          std::optional<int32_t> iv_length) {
  const CleanErrors clean;
  CipherPtr cipher;
  if (name_or_nid->IsString()) {
    cipher = fetch_cipher(bind::utf8_of(cx.isolate, name_or_nid.As<v8::String>()).c_str());
  } else {
    const int nid = name_or_nid->Int32Value(cx.context).FromMaybe(0);
    const char* name = nid > 0 ? OBJ_nid2sn(nid) : nullptr;
    if (name != nullptr) cipher = fetch_cipher(name);
  }
  if (!cipher || !fits(cipher.get(), key_length, iv_length)) return v8::Undefined(cx.isolate);
  v8::Local<v8::Object> result = v8::Object::New(cx.isolate);
  const auto set = [&](const char* key, v8::Local<v8::Value> value) {
    (void)result->Set(cx.context, bind::name(cx.isolate, key), value);
  };
  const int nid = EVP_CIPHER_get_nid(cipher.get());
  std::string name = nid == NID_undef ? EVP_CIPHER_get0_name(cipher.get()) : OBJ_nid2sn(nid);
  std::ranges::transform(name, name.begin(), [](unsigned char c) { return std::tolower(c); });
  const std::string mode = mode_name(cipher.get());
  set("mode", bind::to_js(cx, mode));
  set("name", bind::to_js(cx, name));
  set("nid", bind::to_js(cx, nid));
  if (mode != "stream") set("blockSize", bind::to_js(cx, EVP_CIPHER_get_block_size(cipher.get())));
  const int iv = iv_length.value_or(EVP_CIPHER_get_iv_length(cipher.get()));
  if (iv != 0) set("ivLength", bind::to_js(cx, iv));
  set("keyLength", bind::to_js(cx, key_length.value_or(EVP_CIPHER_get_key_length(cipher.get()))));
  return result;
}

/// Every name that createCipheriv takes. Of names that differ in case alone, the one in small letters.
std::vector<std::string> names() {
  const CleanErrors clean;
  std::map<std::string, std::string> found;
  EVP_CIPHER_do_all_sorted(
      [](const EVP_CIPHER*, const char* from, const char*, void* out) {
        if (from == nullptr) return;
        const CipherPtr cipher = fetch_cipher(from);
        if (!cipher || is_siv(cipher.get())) return;
        std::string lower(from);
        std::ranges::transform(lower, lower.begin(), [](unsigned char c) { return std::tolower(c); });
        auto& name = (*static_cast<std::map<std::string, std::string>*>(out))[lower];
        if (name.empty() || lower == from) name = from;
      },
      &found);
  std::vector<std::string> list;
  list.reserve(found.size());
  for (auto& [lower, name] : found) list.push_back(name);
  std::ranges::sort(list);
  return list;
}

std::vector<std::string> curves() {
  std::vector<EC_builtin_curve> built_in(EC_get_builtin_curves(nullptr, 0));
  EC_get_builtin_curves(built_in.data(), built_in.size());
  std::vector<std::string> list;
  list.reserve(built_in.size());
  for (const auto& curve : built_in) list.emplace_back(OBJ_nid2sn(curve.nid));
  std::ranges::sort(list);
  return list;
}

/// A whole message, as Web Crypto has it: with authenticated ciphers the tag stands at the end. Fails without saying
/// why.
bind::Result<bind::OwnedBytes> message(bool encrypts, std::string name, Key key, std::optional<bind::SharedBytes> iv,
                                       bind::SharedBytes data, std::optional<bind::SharedBytes> aad,
                                       uint32_t tag_length) {
  const CleanErrors clean;
  static constexpr const char* kFailed = "Cipher job failed";
  const auto failed = [] { return fail_openssl(kFailed); };
  const CipherPtr cipher = fetch_cipher(name.c_str());
  const CipherContextPtr context(EVP_CIPHER_CTX_new());
  if (!cipher || data.size() > static_cast<size_t>(INT_MAX - 64)) return failed();
  const bool authenticated = is_authenticated(cipher.get());
  const bool wraps = EVP_CIPHER_get_mode(cipher.get()) == EVP_CIPH_WRAP_MODE;
  if (wraps) EVP_CIPHER_CTX_set_flags(context.get(), EVP_CIPHER_CTX_FLAG_WRAP_ALLOW);
  std::span<const uint8_t> text = data;
  if (authenticated && !encrypts) {
    if (text.size() < tag_length) return failed();
    text = text.first(text.size() - tag_length);
  }
  const int direction = encrypts ? 1 : 0;
  if (EVP_CipherInit_ex2(context.get(), cipher.get(), nullptr, nullptr, direction, nullptr) != 1) return failed();
  // GCM takes shorter ones, which it hashes, and hashes of short ones are no better than they are.
  const size_t shortest = EVP_CIPHER_get_mode(cipher.get()) == EVP_CIPH_GCM_MODE ? 12 : 1;
  if (authenticated && (!iv || iv->size() < shortest)) return invalid_iv();
  if (authenticated && (EVP_CIPHER_CTX_ctrl(context.get(), EVP_CTRL_AEAD_SET_IVLEN,
                                            static_cast<int>(iv ? iv->size() : 0), nullptr) != 1 ||
                        EVP_CIPHER_get_key_length(cipher.get()) != static_cast<int>(key.secret().size())))
    return failed();
  if (EVP_CIPHER_get_mode(cipher.get()) == EVP_CIPH_OCB_MODE &&
      EVP_CIPHER_CTX_ctrl(context.get(), EVP_CTRL_AEAD_SET_TAG, static_cast<int>(tag_length), nullptr) != 1)
    return failed();
  if (EVP_CipherInit_ex2(context.get(), nullptr, data_of(key.secret()), iv ? data_of(*iv) : nullptr, direction,
                         nullptr) != 1)
    return failed();
  if (authenticated && !encrypts &&
      EVP_CIPHER_CTX_ctrl(context.get(), EVP_CTRL_AEAD_SET_TAG, static_cast<int>(tag_length),
                          const_cast<uint8_t*>(data.data() + text.size())) != 1)
    return failed();
  int written = 0;
  if (aad && !aad->empty() &&
      (aad->size() > INT_MAX ||
       EVP_CipherUpdate(context.get(), nullptr, &written, aad->data(), static_cast<int>(aad->size())) != 1))
    return failed();
  bind::OwnedBytes out(text.size() + (2 * EVP_MAX_BLOCK_LENGTH) + tag_length);
  if (!out) return failed();
  int at = 0;
  if ((!text.empty() || !authenticated) &&
      EVP_CipherUpdate(context.get(), out.data(), &at, data_of(text), static_cast<int>(text.size())) != 1)
    return failed();
  if (!wraps) {
    if (EVP_CipherFinal_ex(context.get(), out.data() + at, &written) != 1) return failed();
    at += written;
  }
  if (authenticated && encrypts) {
    if (EVP_CIPHER_CTX_ctrl(context.get(), EVP_CTRL_AEAD_GET_TAG, static_cast<int>(tag_length), out.data() + at) != 1)
      return failed();
    at += static_cast<int>(tag_length);
  }
  out.shrink(static_cast<size_t>(at));
  return out;
}

}  // namespace

}  // namespace vireo::crypto

template <>
struct vireo::bind::AsyncTypeName<vireo::crypto::message> {
  static constexpr const char* kCallback = "CIPHERREQUEST";
  static constexpr const char* kPromise = "CIPHERREQUEST";
};

namespace vireo::crypto {

BIND_MODULE(crypto_cipher) {
  module.class_<Cipher>("Cipher")
      .factory<&Cipher::create>()
      .method<&Cipher::set_aad>("setAAD")
      .method<&Cipher::update>("update")
      .method<&Cipher::final>("final")
      .method<&Cipher::set_auto_padding>("setAutoPadding")
      .method<&Cipher::auth_tag>("authTag")
      .method<&Cipher::set_auth_tag>("setAuthTag");
  module.function<info>("info");
  module.function<names>("names");
  module.function<curves>("curves");
  module.async<message>("message");
}

}  // namespace vireo::crypto
