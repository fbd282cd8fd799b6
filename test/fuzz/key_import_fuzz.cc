// Keys of strangers: PEM and DER of every kind, and the members of JWKs. The first byte says which.
#include <array>
#include <cstdint>
#include <string>
#include <vector>

#include "crypto/key_import.h"

namespace {

using namespace vireo;
using namespace vireo::crypto;

/// Parts of the input, each with its own allocation, so that reading past one is caught.
class Parts {
 public:
  Parts(const uint8_t* data, size_t size) : rest_(data, size) {}

  uint8_t byte() {
    if (rest_.empty()) return 0;
    const uint8_t first = rest_[0];
    rest_ = rest_.subspan(1);
    return first;
  }
  bind::Bytes rest() { return keep(rest_.size()); }
  bind::Bytes part() { return keep(std::min<size_t>(byte(), rest_.size())); }

 private:
  bind::Bytes keep(size_t size) {
    kept_.emplace_back(rest_.begin(), rest_.begin() + static_cast<ptrdiff_t>(size));
    rest_ = rest_.subspan(size);
    return {kept_.back().data(), kept_.back().size()};
  }

  std::span<const uint8_t> rest_;
  std::vector<std::vector<uint8_t>> kept_;
};

/// What a program does with a key that it has got.
void use(const Key& key) {
  (void)curve_of(key.pkey());
  (void)octet_param_of(key.pkey(), OSSL_PKEY_PARAM_PUB_KEY);
  (void)EVP_PKEY_get_bits(key.pkey());
  (void)EVP_PKEY_eq(key.pkey(), key.pkey());
}
void use(const bind::Result<Key>& key) {
  if (key) use(*key);
}
void use(const std::optional<Key>& key) {
  if (key) use(*key);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  static constexpr std::array<const char*, 4> kTypes{"pkcs1", "sec1", "pkcs8", "spki"};
  static constexpr std::array<const char*, 4> kCurves{"P-256", "P-384", "P-521", "secp256k1"};
  static constexpr std::array<const char*, 6> kRaw{"ED25519", "X25519", "ED448", "X448", "ML-DSA-44", "ML-KEM-512"};
  const CleanErrors clean;
  Parts parts(data, size);
  const uint8_t choice = parts.byte();
  const uint8_t kind = parts.byte();
  std::array<uint8_t, 4> passphrase{'p', 'a', 's', 's'};
  std::optional<bind::Bytes> words;
  if ((kind & 128) != 0) words = bind::Bytes(passphrase.data(), passphrase.size());
  switch (choice % 8) {
    case 0: use(parse_private(parts.rest(), "pem", "", words)); break;
    case 1: use(parse_private(parts.rest(), "der", kTypes[kind % 3], words)); break;
    case 2: use(parse_public(parts.rest(), "pem", "", words)); break;
    case 3: use(parse_public(parts.rest(), "der", kTypes[kind % 4], words)); break;
    case 4: {
      std::vector<bind::Bytes> numbers;
      for (int i = 0; i < ((kind & 1) != 0 ? 8 : 2); i++) numbers.push_back(parts.part());
      use(rsa_key(numbers));
      break;
    }
    case 5: {
      const bind::Bytes x = parts.part();
      const bind::Bytes y = parts.part();
      std::optional<bind::Bytes> d;
      if ((kind & 4) != 0) d = parts.part();
      use(ec_key_of(kCurves[kind % 4], x, y, d));
      break;
    }
    case 6: use(ec_public_key(kCurves[kind % 4], parts.rest())); break;
    default: use(raw_key(kRaw[kind % 6], (kind & 64) != 0 ? 2 : 1, parts.rest(), (kind & 192) == 192)); break;
  }
  return 0;
}
