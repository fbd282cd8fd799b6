// Ciphers by name.
#pragma once

#include "crypto/openssl.h"

namespace vireo::crypto {

/// A cipher by any of its names ("aes128", "id-aes128-GCM"); null when no loaded provider has it.
CipherPtr fetch_cipher(const char* name);

}  // namespace vireo::crypto
