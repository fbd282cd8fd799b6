// Session tickets: what a server gives its clients to keep, sealed with keys of its own (RFC 5077).
#include <openssl/core_names.h>
#include <openssl/rand.h>

#include <cstring>

#include "engine/environment.h"
#include "tls/context.h"
#include "tls/engine.h"

namespace vireo::tls {

struct SecureContext::TicketKeys {
  uint8_t hmac[16];
  uint8_t aes[16];
};

namespace {

bool copy_bytes(v8::Local<v8::Value> from, uint8_t* to, size_t size) {
  if (!from->IsArrayBufferView()) return false;
  const auto view = from.As<v8::ArrayBufferView>();
  return view->ByteLength() == size && view->CopyContents(to, size) == size;
}

}  // namespace

/// What the program's function says: OpenSSL's status (1 good, 2 good but renew, 0 not ours), below 0 an error.
int SecureContext::ask_for_ticket_keys(TicketKeys& keys, unsigned char* name, unsigned char* iv, bool encrypts) {
  v8::Isolate* isolate = env().isolate();
  const v8::HandleScope handles(isolate);
  bind::Context cx(isolate, env().context(), env());
  const v8::TryCatch caught(isolate);
  v8::Local<v8::Value> function;
  v8::Local<v8::Value> answer;
  v8::Local<v8::Value> args[] = {bind::to_js(cx, bind::OwnedBytes(std::span<const uint8_t>(name, 16))),
                                 bind::to_js(cx, bind::OwnedBytes(std::span<const uint8_t>(iv, 16))),
                                 v8::Boolean::New(isolate, encrypts)};
  if (!wrapper()->Get(cx.context, bind::name(isolate, "onticketkeycallback")).ToLocal(&function) ||
      !function->IsFunction() || !function.As<v8::Function>()->Call(cx.context, wrapper(), 3, args).ToLocal(&answer) ||
      !answer->IsArray())
    return -1;
  v8::Local<v8::Value> parts[5];
  for (uint32_t i = 0; i < 5; i++)
    if (!answer.As<v8::Array>()->Get(cx.context, i).ToLocal(&parts[i])) return -1;
  const int status = parts[0]->IsInt32() ? parts[0].As<v8::Int32>()->Value() : -1;
  if (status <= 0) return status;
  if (!copy_bytes(parts[1], keys.hmac, 16) || !copy_bytes(parts[2], keys.aes, 16)) return -1;
  if (encrypts && (!copy_bytes(parts[3], name, 16) || !copy_bytes(parts[4], iv, 16))) return -1;
  return status;
}

int SecureContext::on_ticket_key(SSL* ssl, unsigned char* name, unsigned char* iv, EVP_CIPHER_CTX* cipher,
                                 EVP_MAC_CTX* mac, int encrypt) {
  // The connection may have changed to the context of another name; tickets are those of the server it came to.
  auto* self = static_cast<SecureContext*>(SSL_CTX_get_app_data(Engine::of(ssl)->first_context()));
  const uint8_t* own = self->ticket_keys_.data();
  TicketKeys keys;
  int status = 1;
  if (self->asks_for_ticket_keys_) {
    status = self->ask_for_ticket_keys(keys, name, iv, encrypt != 0);
    if (status <= 0) return status;
  } else if (encrypt != 0) {
    std::memcpy(name, own, 16);
    if (RAND_bytes(iv, 16) != 1) return -1;
  } else if (CRYPTO_memcmp(name, own, 16) != 0) {
    return 0;
  }
  if (!self->asks_for_ticket_keys_) std::memcpy(&keys, own + 16, sizeof(keys));
  char digest[] = "SHA256";
  const OSSL_PARAM params[] = {OSSL_PARAM_construct_octet_string(OSSL_MAC_PARAM_KEY, keys.hmac, sizeof(keys.hmac)),
                               OSSL_PARAM_construct_utf8_string(OSSL_MAC_PARAM_DIGEST, digest, 0),
                               OSSL_PARAM_construct_end()};
  if (EVP_MAC_CTX_set_params(mac, params) != 1) return -1;
  const int ok = encrypt != 0 ? EVP_EncryptInit_ex(cipher, EVP_aes_128_cbc(), nullptr, keys.aes, iv)
                              : EVP_DecryptInit_ex(cipher, EVP_aes_128_cbc(), nullptr, keys.aes, iv);
  OPENSSL_cleanse(&keys, sizeof(keys));
  return ok == 1 ? status : -1;
}

}  // namespace vireo::tls
