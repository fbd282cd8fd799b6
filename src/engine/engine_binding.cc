// The engine's own functions for the loader, the bootstrap and the binding layer's JavaScript side.
#include <ada.h>
#include <ares.h>
#include <brotli/decode.h>
#include <hdr/hdr_histogram_version.h>
#include <llhttp.h>
#include <nghttp2/nghttp2.h>
#include <openssl/crypto.h>
#include <simdjson.h>
#include <simdutf.h>
#include <sqlite3.h>
#include <unicode/uchar.h>
#include <unicode/ulocdata.h>
#include <zlib.h>
#include <zstd.h>

#include "bind/bind.h"
#include "engine/environment.h"
#include "engine/version.h"

namespace vireo::engine {

namespace {

void set_loader(Environment& env, v8::Local<v8::Function> require) { env.set_hook(Hook::kLoaderRequire, require); }

void set_entry_points(Environment& env, v8::Local<v8::Function> start, v8::Local<v8::Function> before_exit,
                      v8::Local<v8::Function> exit) {
  env.set_hook(Hook::kStart, start);
  env.set_hook(Hook::kBeforeExit, before_exit);
  env.set_hook(Hook::kExit, exit);
}

std::vector<std::string> builtin_ids(Environment& env) {
  std::vector<std::string> ids;
  const Table& sources = env.blob().sources();
  for (size_t i = 0; i < sources.size(); i++) ids.emplace_back(sources[i].first);
  return ids;
}

/// What this process was started with.
v8::Local<v8::Object> start_state(bind::Context& cx) {
  const EnvironmentOptions& options = cx.env.options();
  v8::Local<v8::Object> state = v8::Object::New(cx.isolate);
  const auto set = [&](const char* key, v8::Local<v8::Value> value) {
    state->CreateDataProperty(cx.context, bind::name(cx.isolate, key), value).Check();
  };
  set("argv", bind::to_js(cx, options.argv));
  set("execArgv", bind::to_js(cx, options.exec_argv));
  set("execPath", bind::to_js(cx, options.exec_path));
  set("isMainThread", v8::Boolean::New(cx.isolate, options.is_main_thread));
  set("timeOrigin", bind::to_js(cx, static_cast<double>(cx.env.time_origin())));
  return state;
}

void set_buffer_prototype(Environment& env, v8::Local<v8::Object> prototype) {
  env.set_hook(Hook::kBufferPrototype, prototype);
}
void set_coded_error_factory(Environment& env, v8::Local<v8::Function> factory) {
  env.set_hook(Hook::kCodedError, factory);
}

void versions(bind::Context& cx, v8::Local<v8::Object> target) {
  v8::Local<v8::Object> versions = v8::Object::New(cx.isolate);
  const auto set = [&](const char* key, std::string_view value) {
    versions->CreateDataProperty(cx.context, bind::name(cx.isolate, key), bind::string_to_js(cx, value)).Check();
  };
  const auto dotted = [](auto... parts) {
    std::string text;
    ((text += (text.empty() ? "" : ".") + std::to_string(parts)), ...);
    return text;
  };
  set("node", kNodeVersion);
  set("vireo", kVireoVersion);
  set("ada", ADA_VERSION);
  set("ares", ares_version(nullptr));
  const uint32_t brotli = BrotliDecoderVersion();
  set("brotli", dotted(brotli >> 24, (brotli >> 12) & 0xFFF, brotli & 0xFFF));
  UVersionInfo cldr;
  UErrorCode status = U_ZERO_ERROR;
  ulocdata_getCLDRVersion(cldr, &status);
  set("cldr", dotted(static_cast<int>(cldr[0]), static_cast<int>(cldr[1])));
  set("hdr_histogram", HDR_HISTOGRAM_VERSION);
  set("icu", U_ICU_VERSION);
  set("llhttp", dotted(LLHTTP_VERSION_MAJOR, LLHTTP_VERSION_MINOR, LLHTTP_VERSION_PATCH));
  set("modules", kModulesVersion);
  set("napi", "10");
  set("nghttp2", nghttp2_version(0)->version_str);
  set("openssl", OpenSSL_version(OPENSSL_VERSION_STRING));
  set("simdjson", SIMDJSON_VERSION);
  set("simdutf", SIMDUTF_VERSION);
  set("sqlite", sqlite3_libversion());
  set("unicode", U_UNICODE_VERSION);
  set("uv", uv_version_string());
  set("v8", v8::V8::GetVersion());
  set("zlib", zlibVersion());
  set("zstd", ZSTD_versionString());
  target->CreateDataProperty(cx.context, bind::name(cx.isolate, "versions"), versions).Check();
}

}  // namespace

BIND_MODULE(engine) {
  module.function<set_loader>("setLoader");
  module.function<set_entry_points>("setEntryPoints");
  module.function<builtin_ids>("builtinIds");
  module.function<start_state>("startState");
}

BIND_MODULE(bind) {
  module.function<set_buffer_prototype>("setBufferPrototype");
  module.function<set_coded_error_factory>("setCodedErrorFactory");
}

BIND_MODULE(config) {
  module.constant("nodeVersion", std::string_view(kNodeVersion));
  module.constant("vireoVersion", std::string_view(kVireoVersion));
  module.init<versions>();
}

}  // namespace vireo::engine
