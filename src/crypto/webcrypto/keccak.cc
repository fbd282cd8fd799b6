#include "crypto/webcrypto/keccak.h"

#include <algorithm>
#include <bit>
#include <cstring>
#include <optional>
#include <string_view>

namespace vireo::crypto {

namespace {

/// The round constants, from the shift register of FIPS 202, 3.2.5.
constexpr std::array<uint64_t, 24> kRoundConstants = [] {
  std::array<uint64_t, 24> constants{};
  uint32_t bits = 1;
  for (uint64_t& constant : constants) {
    for (int j = 0; j <= 6; j++) {
      if ((bits & 1) != 0) constant |= uint64_t{1} << ((1 << j) - 1);
      bits <<= 1;
      if ((bits & 0x100) != 0) bits ^= 0x171;
    }
  }
  return constants;
}();

struct Step {
  uint8_t to;
  uint8_t rotation;
};

/// The walk of rho and pi through the lanes, from lane 1 on.
constexpr std::array<Step, 24> kWalk = [] {
  std::array<Step, 24> walk{};
  uint32_t x = 1;
  uint32_t y = 0;
  for (uint32_t t = 0; t < 24; t++) {
    const uint32_t next_y = ((2 * x) + (3 * y)) % 5;
    x = y;
    y = next_y;
    walk[t] = {.to = static_cast<uint8_t>(x + (5 * y)), .rotation = static_cast<uint8_t>(((t + 1) * (t + 2) / 2) % 64)};
  }
  return walk;
}();

static_assert(std::endian::native == std::endian::little);

/// left_encode and right_encode of SP 800-185, and length_encode of RFC 9861, are these bytes with their number before
/// or after them; they differ in what they make of zero.
struct Number {
  std::array<uint8_t, 8> bytes{};
  size_t size = 0;

  explicit Number(uint64_t value) {
    for (int shift = 56; shift >= 0; shift -= 8) {
      const auto byte = static_cast<uint8_t>(value >> shift);
      if (byte != 0 || size != 0) bytes[size++] = byte;
    }
  }
  [[nodiscard]] std::span<const uint8_t> span() const { return {bytes.data(), size}; }
};

void left_encode(Sponge& sponge, uint64_t value) {
  const Number number(value);
  if (number.size == 0) {
    sponge.absorb_byte(1);
    sponge.absorb_byte(0);
    return;
  }
  sponge.absorb_byte(static_cast<uint8_t>(number.size));
  sponge.absorb(number.span());
}

void right_encode(Sponge& sponge, uint64_t value) {
  const Number number(value);
  if (number.size == 0) sponge.absorb_byte(0);
  sponge.absorb(number.span());
  sponge.absorb_byte(static_cast<uint8_t>(std::max<size_t>(number.size, 1)));
}

void encode_string(Sponge& sponge, std::span<const uint8_t> bytes, uint64_t bits) {
  left_encode(sponge, bits);
  sponge.absorb(bytes);
}
void encode_string(Sponge& sponge, std::span<const uint8_t> bytes) {
  encode_string(sponge, bytes, uint64_t{8} * bytes.size());
}

Sponge begin_cshake(int strength, std::span<const uint8_t> function_name, std::span<const uint8_t> customization) {
  Sponge sponge(strength);
  left_encode(sponge, sponge.rate());
  encode_string(sponge, function_name);
  encode_string(sponge, customization);
  sponge.pad_block();
  return sponge;
}

constexpr uint8_t kShakeSuffix = 0x1f;
constexpr uint8_t kCshakeSuffix = 0x04;

/// The tree of KangarooTwelve: a trunk that takes the first chunk as it is, and of each further one a chaining value.
class Tree {
 public:
  explicit Tree(int strength) : strength_(strength), trunk_(strength, kRounds) {}

  void add(std::span<const uint8_t> bytes) {
    while (!bytes.empty()) {
      if (filled_ == kChunk) next_chunk();
      const auto part = bytes.first(std::min(bytes.size(), kChunk - filled_));
      (leaf_ ? *leaf_ : trunk_).absorb(part);
      filled_ += part.size();
      bytes = bytes.subspan(part.size());
    }
  }

  void add_length(uint64_t length) {
    const Number number(length);
    add(number.span());
    const auto size = static_cast<uint8_t>(number.size);
    add({&size, 1});
  }

  void finish(std::span<uint8_t> out) {
    if (!leaf_) {
      trunk_.finish(0x07);
    } else {
      end_leaf();
      const Number leaves(leaves_);
      trunk_.absorb(leaves.span());
      trunk_.absorb_byte(static_cast<uint8_t>(leaves.size));
      trunk_.absorb_byte(0xff);
      trunk_.absorb_byte(0xff);
      trunk_.finish(0x06);
    }
    trunk_.squeeze(out);
  }

 private:
  static constexpr size_t kChunk = 8192;
  static constexpr int kRounds = 12;

  void next_chunk() {
    if (leaf_) {
      end_leaf();
    } else {
      trunk_.absorb_byte(0x03);
      for (int i = 0; i < 7; i++) trunk_.absorb_byte(0);
    }
    leaf_.emplace(strength_, kRounds);
    filled_ = 0;
  }

  void end_leaf() {
    std::array<uint8_t, 64> value{};
    const std::span<uint8_t> used(value.data(), static_cast<size_t>(strength_) / 4);
    leaf_->finish(0x0b);
    leaf_->squeeze(used);
    trunk_.absorb(used);
    leaves_++;
  }

  int strength_;
  Sponge trunk_;
  std::optional<Sponge> leaf_;
  size_t filled_ = 0;
  uint64_t leaves_ = 0;
};

}  // namespace

void Sponge::permute() {
  auto& a = state_;
  for (size_t round = static_cast<size_t>(first_round_); round < kRoundConstants.size(); round++) {
    std::array<uint64_t, 5> column{};
    for (size_t x = 0; x < 5; x++) column[x] = a[x] ^ a[x + 5] ^ a[x + 10] ^ a[x + 15] ^ a[x + 20];
    for (size_t x = 0; x < 5; x++) {
      const uint64_t d = column[(x + 4) % 5] ^ std::rotl(column[(x + 1) % 5], 1);
      for (size_t y = 0; y < 25; y += 5) a[x + y] ^= d;
    }
    uint64_t lane = a[1];
    for (const Step& step : kWalk) {
      const uint64_t next = a[step.to];
      a[step.to] = std::rotl(lane, step.rotation);
      lane = next;
    }
    for (size_t y = 0; y < 25; y += 5) {
      const std::array<uint64_t, 5> row{a[y], a[y + 1], a[y + 2], a[y + 3], a[y + 4]};
      for (size_t x = 0; x < 5; x++) a[y + x] = row[x] ^ (~row[(x + 1) % 5] & row[(x + 2) % 5]);
    }
    a[0] ^= kRoundConstants[round];
  }
}

void Sponge::absorb_byte(uint8_t byte) {
  add_byte(at_++, byte);
  if (at_ == rate_) {
    permute();
    at_ = 0;
  }
}

void Sponge::absorb(std::span<const uint8_t> bytes) {
  size_t i = 0;
  while (i < bytes.size() && at_ % 8 != 0) absorb_byte(bytes[i++]);
  for (; bytes.size() - i >= 8; i += 8) {
    uint64_t lane = 0;
    std::memcpy(&lane, bytes.data() + i, 8);
    state_[at_ / 8] ^= lane;
    at_ += 8;
    if (at_ == rate_) {
      permute();
      at_ = 0;
    }
  }
  while (i < bytes.size()) absorb_byte(bytes[i++]);
}

void Sponge::pad_block() {
  if (at_ == 0) return;
  permute();
  at_ = 0;
}

void Sponge::finish(uint8_t suffix) {
  add_byte(at_, suffix);
  add_byte(rate_ - 1, 0x80);
  permute();
  at_ = 0;
}

void Sponge::squeeze(std::span<uint8_t> out) {
  while (!out.empty()) {
    if (at_ == rate_) {
      permute();
      at_ = 0;
    }
    const size_t count = std::min(out.size(), rate_ - at_);
    std::memcpy(out.data(), reinterpret_cast<const uint8_t*>(state_.data()) + at_, count);
    at_ += count;
    out = out.subspan(count);
  }
}

void cshake(int strength, std::span<const uint8_t> function_name, std::span<const uint8_t> customization,
            std::span<const uint8_t> data, std::span<uint8_t> out) {
  const bool is_plain = function_name.empty() && customization.empty();
  Sponge sponge = is_plain ? Sponge(strength) : begin_cshake(strength, function_name, customization);
  sponge.absorb(data);
  sponge.finish(is_plain ? kShakeSuffix : kCshakeSuffix);
  sponge.squeeze(out);
}

void kmac(int strength, std::span<const uint8_t> key, uint64_t key_bits, std::span<const uint8_t> customization,
          std::span<const uint8_t> data, uint64_t out_bits, std::span<uint8_t> out) {
  static constexpr std::array<uint8_t, 4> kName{'K', 'M', 'A', 'C'};
  Sponge sponge = begin_cshake(strength, kName, customization);
  left_encode(sponge, sponge.rate());
  encode_string(sponge, key, key_bits);
  sponge.pad_block();
  sponge.absorb(data);
  right_encode(sponge, out_bits);
  sponge.finish(kCshakeSuffix);
  sponge.squeeze(out);
}

void turbo_shake(int strength, uint8_t domain, std::span<const uint8_t> data, std::span<uint8_t> out) {
  Sponge sponge(strength, 12);
  sponge.absorb(data);
  sponge.finish(domain);
  sponge.squeeze(out);
}

void kangaroo_twelve(int strength, std::span<const uint8_t> customization, std::span<const uint8_t> data,
                     std::span<uint8_t> out) {
  Tree tree(strength);
  tree.add(data);
  tree.add(customization);
  tree.add_length(customization.size());
  tree.finish(out);
}

}  // namespace vireo::crypto
