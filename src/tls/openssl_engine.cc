// Engines: OpenSSL's loadable modules for keys in hardware (`clientCertEngine`, `privateKeyEngine`). Deprecated by
// OpenSSL, documented by Node.
#define OPENSSL_SUPPRESS_DEPRECATED
#include <openssl/engine.h>
#include <openssl/err.h>

#include "tls/context.h"
#include "tls/errors.h"

namespace vireo::tls {

namespace {

using EnginePtr = std::unique_ptr<ENGINE, FreeWith<ENGINE_free>>;

/// By its name, or by the path of its library. What went wrong is in OpenSSL's queue.
EnginePtr load_engine(const std::string& id) {
  ERR_clear_error();
  ENGINE_load_builtin_engines();
  EnginePtr engine(ENGINE_by_id(id.c_str()));
  if (engine) return engine;
  engine.reset(ENGINE_by_id("dynamic"));
  if (engine && (ENGINE_ctrl_cmd_string(engine.get(), "SO_PATH", id.c_str(), 0) == 0 ||
                 ENGINE_ctrl_cmd_string(engine.get(), "LOAD", nullptr, 0) == 0))
    engine.reset();
  return engine;
}

}  // namespace

bind::Result<void> SecureContext::set_client_cert_engine(bind::Context& cx, std::string id) {
  const EnginePtr engine = load_engine(id);
  if (!engine) return throw_openssl(cx, "ENGINE_by_id");
  ERR_clear_error();
  if (SSL_CTX_set_client_cert_engine(context_.get(), engine.get()) != 1)
    return throw_openssl(cx, "SSL_CTX_set_client_cert_engine");
  return {};
}

bind::Result<void> SecureContext::set_engine_key(bind::Context& cx, std::string key_id, std::string id) {
  const EnginePtr engine = load_engine(id);
  if (!engine) return throw_openssl(cx, "ENGINE_by_id");
  ERR_clear_error();
  if (ENGINE_init(engine.get()) != 1) return throw_openssl(cx, "ENGINE_init");
  const KeyPtr key(ENGINE_load_private_key(engine.get(), key_id.c_str(), nullptr, nullptr));
  ENGINE_finish(engine.get());
  if (!key) return throw_openssl(cx, "ENGINE_load_private_key");
  if (SSL_CTX_use_PrivateKey(context_.get(), key.get()) != 1) return throw_openssl(cx, "SSL_CTX_use_PrivateKey");
  return {};
}

}  // namespace vireo::tls
