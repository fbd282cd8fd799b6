// What module loading asks of the file system and of V8's compiler.
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>
#include <uv.h>

#include <climits>
#include <cstdlib>

#include "bind/bind.h"
#include "engine/environment.h"

namespace vireo::modules {

namespace {

/// 0: a file, 1: a directory, below 0: there is none (or it cannot be seen).
int32_t stat_kind(bind::Path path) {
  struct stat info{};
  if (::stat(path.c_str(), &info) != 0) return -errno;
  return S_ISDIR(info.st_mode) ? 1 : 0;
}

/// The text of a file as UTF-8, without a byte order mark; invalid sequences become U+FFFD.
bind::Result<std::string> read_text(bind::Path path) {
  const int fd = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (fd < 0) return bind::fail(bind::Error::system(-errno, "open", path));
  struct stat info{};
  std::string text;
  if (::fstat(fd, &info) == 0 && info.st_size > 0) text.reserve(static_cast<size_t>(info.st_size));
  char buffer[64 * 1024];
  for (;;) {
    const ssize_t count = ::read(fd, buffer, sizeof(buffer));
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) {
      const int error = errno;
      ::close(fd);
      return bind::fail(bind::Error::system(-error, "read"));
    }
    if (count == 0) break;
    text.append(buffer, static_cast<size_t>(count));
  }
  ::close(fd);
  if (text.starts_with("\xEF\xBB\xBF")) text.erase(0, 3);
  return text;
}

bind::Result<std::string> real_path(bind::Path path) {
  char resolved[PATH_MAX];
  if (::realpath(path.c_str(), resolved) == nullptr) return bind::fail(bind::Error::system(-errno, "lstat", path));
  return std::string(resolved);
}

bind::Result<v8::Local<v8::Function>> compile_wrapper(bind::Context& cx, v8::ScriptCompiler::Source& script,
                                                      v8::ScriptCompiler::CompileOptions options) {
  v8::Local<v8::String> parameters[] = {bind::name(cx.isolate, "exports"), bind::name(cx.isolate, "require"),
                                        bind::name(cx.isolate, "module"), bind::name(cx.isolate, "__filename"),
                                        bind::name(cx.isolate, "__dirname")};
  v8::Local<v8::Function> function;
  v8::TryCatch try_catch(cx.isolate);
  if (!v8::ScriptCompiler::CompileFunction(cx.context, &script, std::size(parameters), parameters, 0, nullptr, options)
           .ToLocal(&function)) {
    cx.env.decorate_stack(try_catch);
    try_catch.ReThrow();
    return bind::fail(bind::Error::pending());
  }
  return function;
}

v8::ScriptOrigin origin_of(v8::Isolate* isolate, v8::Local<v8::String> filename, v8::Local<v8::Symbol> host_symbol) {
  v8::Local<v8::PrimitiveArray> host_options = v8::PrimitiveArray::New(isolate, 1);
  host_options->Set(isolate, 0, host_symbol);
  return {filename, 0, 0, true, -1, {}, false, false, false, host_options};
}

/// Compiles the body of a CommonJS module to function (exports, require, module, __filename, __dirname). `host_symbol`
/// comes back in the dynamic import callback, to tell which module asked.
bind::Result<v8::Local<v8::Function>> compile_commonjs(bind::Context& cx, v8::Local<v8::String> source,
                                                       v8::Local<v8::String> filename,
                                                       v8::Local<v8::Symbol> host_symbol) {
  v8::ScriptCompiler::Source script(source, origin_of(cx.isolate, filename, host_symbol));
  return compile_wrapper(cx, script, v8::ScriptCompiler::kNoCompileOptions);
}

/// The same with a code cache that may be there: [function, whether V8 refused the cache].
bind::Result<v8::Local<v8::Value>> compile_commonjs_cached(bind::Context& cx, v8::Local<v8::String> source,
                                                           v8::Local<v8::String> filename,
                                                           v8::Local<v8::Symbol> host_symbol,
                                                           std::optional<bind::Bytes> cached) {
  v8::ScriptCompiler::CachedData* data = nullptr;
  if (cached) data = new v8::ScriptCompiler::CachedData(cached->data(), static_cast<int>(cached->size()));
  v8::ScriptCompiler::Source script(source, origin_of(cx.isolate, filename, host_symbol), data);
  auto function = compile_wrapper(
      cx, script, cached ? v8::ScriptCompiler::kConsumeCodeCache : v8::ScriptCompiler::kNoCompileOptions);
  if (!function) return bind::fail(std::move(function.error()));
  v8::Local<v8::Value> row[] = {*function, v8::Boolean::New(cx.isolate, cached && script.GetCachedData()->rejected)};
  return v8::Array::New(cx.isolate, row, std::size(row)).As<v8::Value>();
}

/// The code cache of a function that compile_commonjs_cached has compiled.
bind::OwnedBytes function_cache(v8::Local<v8::Function> function) {
  const std::unique_ptr<v8::ScriptCompiler::CachedData> data(v8::ScriptCompiler::CreateCodeCacheForFunction(function));
  if (data == nullptr) return bind::OwnedBytes(size_t{0});
  return bind::OwnedBytes(std::span(data->data, static_cast<size_t>(data->length)));
}

/// Runs `source` as a script in the global scope; gives its completion value.
bind::Result<v8::Local<v8::Value>> run_script(bind::Context& cx, v8::Local<v8::String> source,
                                              v8::Local<v8::String> filename, v8::Local<v8::Symbol> host_symbol) {
  v8::Local<v8::PrimitiveArray> host_options = v8::PrimitiveArray::New(cx.isolate, 1);
  host_options->Set(cx.isolate, 0, host_symbol);
  v8::ScriptOrigin origin(filename, 0, 0, true, -1, {}, false, false, false, host_options);
  v8::ScriptCompiler::Source script_source(source, origin);
  v8::Local<v8::Script> script;
  v8::Local<v8::Value> result;
  if (!v8::ScriptCompiler::Compile(cx.context, &script_source).ToLocal(&script) ||
      !script->Run(cx.context).ToLocal(&result)) {
    return bind::fail(bind::Error::pending());
  }
  return result;
}

}  // namespace

BIND_MODULE(modules) {
  module.function<run_script>("runScript");
  module.function<stat_kind>("statKind");
  module.function<read_text>("readText");
  module.function<real_path>("realPath");
  module.function<compile_commonjs>("compileCommonJS");
  module.function<compile_commonjs_cached>("compileCommonJSCached");
  module.function<function_cache>("functionCache");
}

}  // namespace vireo::modules
