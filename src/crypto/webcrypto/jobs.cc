// Web Crypto's work that node:crypto has no function for: digests at once, MACs at once, AES-CTR with a short counter.
// Blocking, for whatever thread.
#include <algorithm>
#include <array>
#include <string_view>

#include "crypto/cipher.h"
#include "crypto/keys.h"
#include "crypto/webcrypto/keccak.h"

namespace vireo::crypto {

namespace {

std::unexpected<bind::Error> failed(const char* message) { return fail_openssl(message); }

/// Room for `bits`.
bind::OwnedBytes room_for(double bits) { return bind::OwnedBytes(static_cast<size_t>((bits + 7) / 8)); }

/// Of the last byte, the first bits are those that count.
bind::OwnedBytes without_spare_bits(bind::OwnedBytes bytes, double bits) {
  const int spare = static_cast<int>((8 - (static_cast<uint64_t>(bits) % 8)) % 8);
  if (spare != 0) bytes.data()[bytes.size() - 1] &= static_cast<uint8_t>(0xff << spare);
  return bytes;
}

bind::Result<bind::OwnedBytes> digest(std::string name, bind::SharedBytes data) {
  const CleanErrors clean;
  const DigestPtr digest = fetch_digest(name.c_str());
  if (!digest) return failed("Digest job failed");
  bind::OwnedBytes out(static_cast<size_t>(EVP_MD_get_size(digest.get())));
  if (EVP_Digest(data_of(data), data.size(), out.data(), nullptr, digest.get(), nullptr) != 1)
    return failed("Digest job failed");
  return out;
}

/// `name`: one of Web Crypto's. `text`: functionName of cSHAKE; `domain`: of TurboSHAKE.
bind::Result<bind::OwnedBytes> xof(std::string name, bind::SharedBytes data, double bits,
                                   std::optional<bind::SharedBytes> text,
                                   std::optional<bind::SharedBytes> customization, uint32_t domain) {
  bind::OwnedBytes out = room_for(bits);
  if (!out) return failed("Digest job failed");
  const int strength = name.ends_with("128") ? 128 : 256;
  const std::span<const uint8_t> custom = customization ? *customization : bind::SharedBytes();
  if (name.starts_with("cSHAKE")) cshake(strength, text ? *text : bind::SharedBytes(), custom, data, out.span());
  else if (name.starts_with("KT")) kangaroo_twelve(strength, custom, data, out.span());
  else turbo_shake(strength, static_cast<uint8_t>(domain), data, out.span());
  return without_spare_bits(std::move(out), bits);
}

bind::Result<bind::OwnedBytes> hmac(std::string digest_name, Key key, bind::SharedBytes data) {
  const CleanErrors clean;
  const DigestPtr digest = fetch_digest(digest_name.c_str());
  bind::OwnedBytes out(EVP_MAX_MD_SIZE);
  size_t size = 0;
  if (!digest || EVP_Q_mac(nullptr, "HMAC", nullptr, EVP_MD_get0_name(digest.get()), nullptr, data_of(key.secret()),
                           key.secret().size(), data_of(data), data.size(), out.data(), out.size(), &size) == nullptr)
    return failed("HMAC job failed");
  out.shrink(size);
  return out;
}

constexpr size_t kLongestKmacInput = 512;

bind::Result<bind::OwnedBytes> kmac_once(int32_t strength, Key key, double key_bits, bind::SharedBytes data,
                                         double out_bits, std::optional<bind::SharedBytes> customization) {
  const std::span<const uint8_t> custom = customization ? *customization : bind::SharedBytes();
  bind::OwnedBytes out = room_for(out_bits);
  // As long as OpenSSL's own KMAC takes them.
  if (!out || key.secret().size() > kLongestKmacInput || custom.size() > kLongestKmacInput)
    return failed("Deriving bits failed");
  kmac(strength, key.secret(), static_cast<uint64_t>(key_bits), custom, data, static_cast<uint64_t>(out_bits),
       out.span());
  return without_spare_bits(std::move(out), out_bits);
}

/// The counter block of AES-CTR: only its last `bits` count, and begin anew at zero.
class Counter {
 public:
  Counter(std::span<const uint8_t> block, uint32_t bits) : bits_(bits) {
    std::copy_n(block.begin(), block_.size(), block_.begin());
  }

  /// How many blocks there are until it begins anew, at most `limit`.
  [[nodiscard]] uint64_t blocks_left(uint64_t limit) const {
    // 2^bits - counter, as far as it fits 63 bits.
    uint64_t rest = 0;
    for (uint32_t bit = 0; bit < bits_; bit++) {
      if (is_set(bit)) continue;
      if (bit >= 62) return limit;
      rest |= uint64_t{1} << bit;
    }
    return std::min(limit, rest + 1);
  }

  void restart() {
    for (uint32_t bit = 0; bit < bits_; bit++) byte_of(bit) &= static_cast<uint8_t>(~(1U << (bit % 8)));
  }
  [[nodiscard]] const uint8_t* data() const { return block_.data(); }

 private:
  uint8_t& byte_of(uint32_t bit) { return block_[block_.size() - 1 - (bit / 8)]; }
  [[nodiscard]] bool is_set(uint32_t bit) const {
    return ((block_[block_.size() - 1 - (bit / 8)] >> (bit % 8)) & 1) != 0;
  }

  std::array<uint8_t, 16> block_{};
  uint32_t bits_;
};

/// AES-CTR; encryption is decryption. A message may not be longer than the counter can count.
bind::Result<bind::OwnedBytes> ctr(std::string name, Key key, bind::SharedBytes counter_block, uint32_t bits,
                                   bind::SharedBytes data) {
  const CleanErrors clean;
  const CipherPtr cipher = fetch_cipher(name.c_str());
  const CipherContextPtr context(EVP_CIPHER_CTX_new());
  const uint64_t blocks = (data.size() + 15) / 16;
  if (!cipher || counter_block.size() != 16 || data.size() > static_cast<size_t>(INT_MAX - 16) ||
      static_cast<size_t>(EVP_CIPHER_get_key_length(cipher.get())) != key.secret().size() ||
      (bits < 63 && blocks > (uint64_t{1} << bits)))
    return failed("Cipher job failed");
  bind::OwnedBytes out(data.size());
  Counter counter(counter_block, bits);
  const uint64_t first = counter.blocks_left(blocks);
  const auto run = [&](size_t from, size_t size) {
    int written = 0;
    return EVP_EncryptInit_ex2(context.get(), cipher.get(), data_of(key.secret()), counter.data(), nullptr) == 1 &&
           (size == 0 || EVP_EncryptUpdate(context.get(), out.data() + from, &written, data.data() + from,
                                           static_cast<int>(size)) == 1);
  };
  const size_t cut = std::min<uint64_t>(data.size(), first * 16);
  if (!out || !run(0, cut)) return failed("Cipher job failed");
  if (cut < data.size()) {
    counter.restart();
    if (!run(cut, data.size() - cut)) return failed("Cipher job failed");
  }
  return out;
}

/// The y coordinates of the points of Ed25519 whose order divides 8, in all encodings, without the sign of x.
constexpr std::array<std::string_view, 7> kSmallEd25519{
    {"0000000000000000000000000000000000000000000000000000000000000000",
     "0100000000000000000000000000000000000000000000000000000000000000",
     "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
     "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
     "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
     "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
     "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a"}};

/// Of those of Ed448 whose order divides 4.
constexpr std::array<std::string_view, 3> kSmallEd448{
    {"0000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000"
     "00",
     "0100000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000"
     "00",
     "fefffffffffffffffffffffffffffffffffffffffffffffffffffffffeffffffffffffffffffffffffffffffffffffffffffffffffffffff"
     "00"}};

bool is_among(std::span<const std::string_view> points, std::span<const uint8_t> bytes) {
  static constexpr char kDigits[] = "0123456789abcdef";
  std::string text;
  for (size_t i = 0; i < bytes.size(); i++) {
    const auto byte = static_cast<uint8_t>(i + 1 == bytes.size() ? bytes[i] & 0x7f : bytes[i]);
    text += kDigits[byte >> 4];
    text += kDigits[byte & 15];
  }
  return std::ranges::find(points, std::string_view(text)) != points.end();
}

/// Whether an EdDSA key or the point of a signature is one of the few of small order.
bool has_small_order(Key key, bind::Bytes signature) {
  const CleanErrors clean;
  const bool is_448 = key.is_a("ED448");
  const size_t size = is_448 ? 57 : 32;
  const std::span<const std::string_view> points =
      is_448 ? std::span<const std::string_view>(kSmallEd448) : std::span<const std::string_view>(kSmallEd25519);
  const auto bytes = octet_param_of(key.pkey(), OSSL_PKEY_PARAM_PUB_KEY);
  if (!bytes || bytes->size() != size || signature.size() != 2 * size) return false;
  return is_among(points, {bytes->data(), size}) || is_among(points, signature.first(size));
}

}  // namespace

}  // namespace vireo::crypto

namespace vireo::bind {
namespace {
struct HashName {
  static constexpr const char* kCallback = "HASHREQUEST";
  static constexpr const char* kPromise = "HASHREQUEST";
};
struct SignName {
  static constexpr const char* kCallback = "SIGNREQUEST";
  static constexpr const char* kPromise = "SIGNREQUEST";
};
}  // namespace
template <>
struct AsyncTypeName<crypto::digest> : HashName {};
template <>
struct AsyncTypeName<crypto::xof> : HashName {};
template <>
struct AsyncTypeName<crypto::hmac> : SignName {};
template <>
struct AsyncTypeName<crypto::kmac_once> : SignName {};
template <>
struct AsyncTypeName<crypto::ctr> {
  static constexpr const char* kCallback = "CIPHERREQUEST";
  static constexpr const char* kPromise = "CIPHERREQUEST";
};
}  // namespace vireo::bind

namespace vireo::crypto {

BIND_MODULE(webcrypto) {
  module.async<digest>("digest");
  module.async<xof>("xof");
  module.async<hmac>("hmac");
  module.async<kmac_once>("kmac");
  module.async<ctr>("ctr");
  module.function<has_small_order>("hasSmallOrder");
}

}  // namespace vireo::crypto
