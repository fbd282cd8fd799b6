// What is made of Keccak-p[1600] and OpenSSL 3 has not: cSHAKE and KMAC with all their inputs (SP 800-185), TurboSHAKE
// and KangarooTwelve (RFC 9861).
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

namespace vireo::crypto {

/// A sponge over Keccak-p[1600, rounds] that takes and gives whole bytes.
class Sponge {
 public:
  /// `strength`: 128 or 256 bits. `rounds`: 24 of SHA-3, 12 of TurboSHAKE.
  explicit Sponge(int strength, int rounds = 24)
      : rate_(200 - (static_cast<size_t>(strength) / 4)), first_round_(24 - rounds) {}

  void absorb(std::span<const uint8_t> bytes);
  void absorb_byte(uint8_t byte);
  /// Zeros up to a full block: SP 800-185's bytepad.
  void pad_block();
  /// `suffix`: the domain's bits with the first bit of the padding above them.
  void finish(uint8_t suffix);
  void squeeze(std::span<uint8_t> out);

  [[nodiscard]] size_t rate() const { return rate_; }

 private:
  void permute();
  void add_byte(size_t at, uint8_t byte) { state_[at / 8] ^= static_cast<uint64_t>(byte) << (8 * (at % 8)); }

  std::array<uint64_t, 25> state_{};
  size_t rate_;
  size_t at_ = 0;
  int first_round_;
};

/// cSHAKE: plain SHAKE when both strings are empty.
void cshake(int strength, std::span<const uint8_t> function_name, std::span<const uint8_t> customization,
            std::span<const uint8_t> data, std::span<uint8_t> out);

/// KMAC. Keys and outputs may have any number of bits; what is left of the last byte is for the caller to clear.
void kmac(int strength, std::span<const uint8_t> key, uint64_t key_bits, std::span<const uint8_t> customization,
          std::span<const uint8_t> data, uint64_t out_bits, std::span<uint8_t> out);

void turbo_shake(int strength, uint8_t domain, std::span<const uint8_t> data, std::span<uint8_t> out);

/// KT128 or KT256.
void kangaroo_twelve(int strength, std::span<const uint8_t> customization, std::span<const uint8_t> data,
                     std::span<uint8_t> out);

}  // namespace vireo::crypto
