// Keys out of bytes that may come from anybody: what key_codec.cc and jwk.cc read.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "crypto/keys.h"

namespace vireo::crypto {

/// A private key. `format`: pem or der; `type`, of DER only: pkcs1, sec1, pkcs8.
bind::Result<Key> parse_private(bind::Bytes bytes, std::string format, std::string type,
                                std::optional<bind::Bytes> passphrase);
/// A public key, or the public part of a private one or of a certificate. `type` may be spki, too.
bind::Result<Key> parse_public(bind::Bytes bytes, std::string format, std::string type,
                               std::optional<bind::Bytes> passphrase);

/// From n, e and, for a private key, d, p, q, dp, dq, qi. Empty when OpenSSL refuses.
std::optional<Key> rsa_key(std::vector<bind::Bytes> numbers);
/// From coordinates and, for a private key, a scalar.
std::optional<Key> ec_key_of(std::string curve, bind::Bytes x, bind::Bytes y, std::optional<bind::Bytes> d);
/// A public key from an encoded point.
std::optional<Key> ec_public_key(std::string curve, bind::Bytes point);
/// A private key from its scalar, which is as long as the order.
std::optional<Key> ec_private_key(std::string curve, bind::Bytes bytes);
/// A key from its raw bytes: Ed25519 and its like, ML-DSA, ML-KEM (whose private keys may come as a seed).
std::optional<Key> raw_key(std::string type, int32_t kind, bind::Bytes bytes, bool is_seed);

}  // namespace vireo::crypto
