// Keys from and to PEM and DER: PKCS #1, PKCS #8, SEC1, SPKI, and public keys out of certificates.
#include <openssl/objects.h>
#include <openssl/pem.h>
#include <openssl/pkcs12.h>
#include <openssl/store.h>
#include <openssl/ui.h>
#include <openssl/x509.h>

#include <cstring>

#include "crypto/cipher.h"
#include "crypto/key_import.h"

namespace vireo::crypto {

namespace {

using Pkcs8Ptr = Owned<PKCS8_PRIV_KEY_INFO, PKCS8_PRIV_KEY_INFO_free>;
using EncryptedPkcs8Ptr = Owned<X509_SIG, X509_SIG_free>;
using CertificatePtr = Owned<X509, X509_free>;

/// What OpenSSL asks for a passphrase: gives the one at hand, or refuses.
struct Passphrase {
  explicit Passphrase(const std::optional<bind::Bytes>& bytes) : bytes(bytes) {}

  static int callback(char* buffer, int size, int, void* self) {
    const auto& given = static_cast<Passphrase*>(self)->bytes;
    if (!given) return -1;
    if (size < 0 || given->size() > static_cast<size_t>(size)) return -1;
    std::memcpy(buffer, data_of(*given), given->size());
    return static_cast<int>(given->size());
  }

  const std::optional<bind::Bytes>& bytes;
};

std::unexpected<bind::Error> fail_parse() {
  // Nothing of what OpenSSL tried said why: that is its word for "none of the kinds of keys I know".
  if (ERR_peek_error() == 0) ERR_raise(ERR_LIB_OSSL_DECODER, ERR_R_UNSUPPORTED);
  return fail_openssl_whole("Failed to read asymmetric key");
}

struct Der {
  unsigned char* bytes = nullptr;
  long size = 0;
  ~Der() { OPENSSL_free(bytes); }
};

/// The body of the first PEM block with that name.
bool find_pem(std::span<const uint8_t> text, const char* name, Der& out) {
  const BioPtr bio = bio_of(text);
  if (!bio) return false;
  ERR_set_mark();
  char* found = nullptr;
  const int ok = PEM_bytes_read_bio(&out.bytes, &out.size, &found, name, bio.get(), nullptr, nullptr);
  OPENSSL_free(found);
  ERR_pop_to_mark();
  return ok == 1;
}

PKeyPtr public_from_certificate(const unsigned char* bytes, long size) {
  const CertificatePtr certificate(d2i_X509(nullptr, &bytes, size));
  return certificate ? PKeyPtr(X509_get_pubkey(certificate.get())) : nullptr;
}

/// True when a public PEM block was there; `key` may be null nevertheless.
bool public_from_pem(std::span<const uint8_t> text, PKeyPtr& key) {
  if (Der der; find_pem(text, PEM_STRING_PUBLIC, der)) {
    const unsigned char* at = der.bytes;
    key.reset(d2i_PUBKEY(nullptr, &at, der.size));
    return true;
  }
  if (Der der; find_pem(text, PEM_STRING_RSA_PUBLIC, der)) {
    const unsigned char* at = der.bytes;
    key.reset(d2i_PublicKey(EVP_PKEY_RSA, nullptr, &at, der.size));
    return true;
  }
  if (Der der; find_pem(text, PEM_STRING_X509, der)) {
    key = public_from_certificate(der.bytes, der.size);
    return true;
  }
  return false;
}

bool is_sequence(std::span<const uint8_t> der, size_t& header) {
  if (der.size() < 2 || der[0] != 0x30) return false;
  header = 2;
  if ((der[1] & 0x80) != 0) header += der[1] & 0x7f;
  return header < der.size();
}

/// PKCS #1 alone does not say whether it holds a public or a private key: a private one begins with a version, 0 or 1.
bool is_private_pkcs1(std::span<const uint8_t> der) {
  size_t at = 0;
  return is_sequence(der, at) && der.size() >= at + 3 && der[at] == 2 && der[at + 1] == 1 && der[at + 2] <= 1;
}

/// An encrypted PKCS #8 begins with an algorithm, not with a version.
bool is_encrypted_pkcs8(std::span<const uint8_t> der) {
  size_t at = 0;
  return is_sequence(der, at) && der[at] != 2;
}

bind::Result<PKeyPtr> private_key(std::span<const uint8_t> bytes, const std::string& format, const std::string& type,
                                  const std::optional<bind::Bytes>& passphrase) {
  const BioPtr bio = bio_of(bytes);
  if (!bio) return fail_openssl("Failed to read private key");
  Passphrase asked(passphrase);
  PKeyPtr key;
  if (format == "pem") {
    key.reset(PEM_read_bio_PrivateKey(bio.get(), nullptr, &Passphrase::callback, &asked));
  } else if (type == "pkcs1") {
    const unsigned char* at = bytes.data();
    key.reset(d2i_PrivateKey(EVP_PKEY_RSA, nullptr, &at, static_cast<long>(bytes.size())));
  } else if (type == "sec1") {
    const unsigned char* at = bytes.data();
    key.reset(d2i_PrivateKey(EVP_PKEY_EC, nullptr, &at, static_cast<long>(bytes.size())));
  } else if (is_encrypted_pkcs8(bytes)) {
    if (!passphrase)
      return fail_coded("ERR_MISSING_PASSPHRASE", "Passphrase required for encrypted key", bind::ErrorType::kTypeError);
    key.reset(d2i_PKCS8PrivateKey_bio(bio.get(), nullptr, &Passphrase::callback, &asked));
  } else {
    const Pkcs8Ptr info(d2i_PKCS8_PRIV_KEY_INFO_bio(bio.get(), nullptr));
    if (info) key.reset(EVP_PKCS82PKEY(info.get()));
  }
  if (!key) return fail_parse();
  return key;
}

Key public_of(PKeyPtr key) { return {KeyKind::kPublic, std::move(key)}; }

}  // namespace

bind::Result<Key> parse_private(bind::Bytes bytes, std::string format, std::string type,
                                std::optional<bind::Bytes> passphrase) {
  const CleanErrors clean;
  auto key = private_key(bytes, format, type, passphrase);
  if (!key) return bind::fail(std::move(key.error()));
  return Key(KeyKind::kPrivate, std::move(*key));
}

namespace {

using StorePtr = Owned<OSSL_STORE_CTX, OSSL_STORE_close>;
using StoreInfoPtr = Owned<OSSL_STORE_INFO, OSSL_STORE_INFO_free>;
using UiPtr = Owned<UI_METHOD, UI_destroy_method>;

/// The first private key at a URL that one of OpenSSL's stores understands.
bind::Result<Key> load_private(std::string url, std::optional<bind::Bytes> passphrase) {
  const CleanErrors clean;
  Passphrase asked(passphrase);
  const UiPtr ui(UI_UTIL_wrap_read_pem_callback(&Passphrase::callback, 0));
  const StorePtr store(OSSL_STORE_open(url.c_str(), ui.get(), &asked, nullptr, nullptr));
  if (!store) return fail_openssl("Failed to read private key");
  while (OSSL_STORE_eof(store.get()) == 0) {
    const StoreInfoPtr info(OSSL_STORE_load(store.get()));
    if (!info) break;
    if (OSSL_STORE_INFO_get_type(info.get()) != OSSL_STORE_INFO_PKEY) continue;
    if (PKeyPtr key{OSSL_STORE_INFO_get1_PKEY(info.get())}) return Key(KeyKind::kPrivate, std::move(key));
  }
  return fail_parse();
}

}  // namespace

bind::Result<Key> parse_public(bind::Bytes bytes, std::string format, std::string type,
                               std::optional<bind::Bytes> passphrase) {
  const CleanErrors clean;
  PKeyPtr key;
  if (format == "pem") {
    if (public_from_pem(bytes, key)) return key ? bind::Result<Key>(public_of(std::move(key))) : fail_parse();
  } else if (type == "spki") {
    const unsigned char* at = bytes.data();
    key.reset(d2i_PUBKEY(nullptr, &at, static_cast<long>(bytes.size())));
    return key ? bind::Result<Key>(public_of(std::move(key))) : fail_parse();
  } else if (type == "pkcs1" && !is_private_pkcs1(bytes)) {
    const unsigned char* at = bytes.data();
    key.reset(d2i_PublicKey(EVP_PKEY_RSA, nullptr, &at, static_cast<long>(bytes.size())));
    return key ? bind::Result<Key>(public_of(std::move(key))) : fail_parse();
  }
  auto whole = private_key(bytes, format, type, passphrase);
  if (!whole) return bind::fail(std::move(whole.error()));
  return public_of(std::move(*whole));
}

namespace {

bind::OwnedBytes owned(BIO* bio) { return bind::OwnedBytes(contents_of(bio)); }

std::unexpected<bind::Error> incompatible(const char* type, const char* why) {
  return fail_coded("ERR_CRYPTO_INCOMPATIBLE_KEY_OPTIONS",
                    std::string("The selected key encoding ") + type + " " + why);
}

bind::Result<bind::OwnedBytes> export_public(Key key, std::string format, std::string type) {
  const CleanErrors clean;
  const BioPtr bio(BIO_new(BIO_s_mem()));
  const bool pem = format == "pem";
  bool ok = false;
  if (type == "pkcs1") {
    if (!key.is_a("RSA")) return incompatible("pkcs1", "can only be used for RSA keys.");
    Der der;
    der.size = i2d_PublicKey(key.pkey(), &der.bytes);
    if (der.size > 0) {
      ok = pem ? PEM_write_bio(bio.get(), PEM_STRING_RSA_PUBLIC, "", der.bytes, der.size) > 0
               : BIO_write(bio.get(), der.bytes, static_cast<int>(der.size)) == der.size;
    }
  } else {
    ok = pem ? PEM_write_bio_PUBKEY(bio.get(), key.pkey()) == 1 : i2d_PUBKEY_bio(bio.get(), key.pkey()) == 1;
  }
  if (!ok) return fail_openssl("Failed to encode public key");
  return owned(bio.get());
}

/// `cipher` and `passphrase` come together.
bind::Result<bind::OwnedBytes> export_private(Key key, std::string format, std::string type,
                                              std::optional<std::string> cipher_name,
                                              std::optional<bind::Bytes> passphrase) {
  const CleanErrors clean;
  const BioPtr bio(BIO_new(BIO_s_secmem()));
  const bool pem = format == "pem";
  CipherPtr cipher;
  if (cipher_name) {
    cipher = fetch_cipher(cipher_name->c_str());
    if (!cipher) return fail_coded("ERR_CRYPTO_UNKNOWN_CIPHER", "Unknown cipher");
  }
  auto* words = cipher ? const_cast<unsigned char*>(data_of(*passphrase)) : nullptr;
  const int length = cipher ? static_cast<int>(passphrase->size()) : 0;
  bool ok = false;
  if (type == "pkcs8") {
    auto* text = reinterpret_cast<char*>(words);
    if (pem) {
      ok = PEM_write_bio_PKCS8PrivateKey(bio.get(), key.pkey(), cipher.get(), text, length, nullptr, nullptr) == 1;
    } else if (cipher) {
      ok = i2d_PKCS8PrivateKey_bio(bio.get(), key.pkey(), cipher.get(), text, length, nullptr, nullptr) == 1;
    } else {
      const Pkcs8Ptr info(EVP_PKEY2PKCS8(key.pkey()));
      ok = info && i2d_PKCS8_PRIV_KEY_INFO_bio(bio.get(), info.get()) == 1;
    }
  } else {
    if (type == "pkcs1" && !key.is_a("RSA")) return incompatible("pkcs1", "can only be used for RSA keys.");
    if (type == "sec1" && !key.is_a("EC")) return incompatible("sec1", "can only be used for EC keys.");
    if (pem) {
      ok = PEM_write_bio_PrivateKey_traditional(bio.get(), key.pkey(), cipher.get(), words, length, nullptr, nullptr) ==
           1;
    } else {
      ok = i2d_PrivateKey_bio(bio.get(), key.pkey()) == 1;
    }
  }
  if (!ok) return fail_openssl("Failed to encode private key");
  return owned(bio.get());
}

/// PKCS #8 of an ML-DSA or ML-KEM key with the seed alone, as RFC 9881 and 9935 have it; empty when there is none.
std::optional<bind::OwnedBytes> export_seed(Key key) {
  const CleanErrors clean;
  auto seed = octet_param_of(key.pkey(), key.is_a("ML-DSA-44") || key.is_a("ML-DSA-65") || key.is_a("ML-DSA-87")
                                             ? OSSL_PKEY_PARAM_ML_DSA_SEED
                                             : OSSL_PKEY_PARAM_ML_KEM_SEED);
  const char* name = EVP_PKEY_get0_type_name(key.pkey());
  ASN1_OBJECT* object = name == nullptr ? nullptr : OBJ_txt2obj(name, 0);
  if (!seed || seed->size() > 127 || object == nullptr) return std::nullopt;
  // [0] IMPLICIT OCTET STRING
  auto* inner = static_cast<unsigned char*>(OPENSSL_malloc(seed->size() + 2));
  inner[0] = 0x80;
  inner[1] = static_cast<unsigned char>(seed->size());
  std::memcpy(inner + 2, seed->data(), seed->size());
  OPENSSL_cleanse(seed->data(), seed->size());
  const Pkcs8Ptr info(PKCS8_PRIV_KEY_INFO_new());
  if (PKCS8_pkey_set0(info.get(), object, 0, V_ASN1_UNDEF, nullptr, inner, static_cast<int>(seed->size() + 2)) != 1)
    return std::nullopt;
  const BioPtr bio(BIO_new(BIO_s_secmem()));
  if (i2d_PKCS8_PRIV_KEY_INFO_bio(bio.get(), info.get()) != 1) return std::nullopt;
  return owned(bio.get());
}

bool has_cipher(std::string name) {
  const CleanErrors clean;
  return fetch_cipher(name.c_str()) != nullptr;
}

Key secret_key(bind::Bytes bytes) { return Key(bytes); }
Key public_part(Key key) { return key.as(KeyKind::kPublic); }

}  // namespace

BIND_MODULE(crypto_keys) {
  module.class_<KeyHandle>("KeyHandle")
      .method<&KeyHandle::equals>("equals")
      .method<&KeyHandle::kind>("kind")
      .method<&KeyHandle::type>("type")
      .method<&KeyHandle::size>("size")
      .method<&KeyHandle::bytes>("bytes");
  module.function<secret_key>("secretKey");
  module.function<public_part>("publicPart");
  module.function<parse_private>("parsePrivate");
  module.function<load_private>("loadPrivate");
  module.function<parse_public>("parsePublic");
  module.function<export_public>("exportPublic");
  module.function<export_private>("exportPrivate");
  module.function<export_seed>("exportSeed");
  module.function<has_cipher>("hasCipher");
}

}  // namespace vireo::crypto
