// Scripts that are compiled once and run in one or more contexts.
#include "bind/bind.h"
#include "engine/environment.h"
#include "vm/contextify.h"
#include "vm/guard.h"

namespace vireo::vm {

namespace {

v8::Local<v8::PrimitiveArray> host_options_of(v8::Isolate* isolate, v8::Local<v8::Symbol> symbol) {
  v8::Local<v8::PrimitiveArray> options = v8::PrimitiveArray::New(isolate, 1);
  options->Set(isolate, 0, symbol);
  return options;
}

v8::ScriptCompiler::CachedData* cached_data_of(const std::optional<bind::Bytes>& bytes) {
  if (!bytes) return nullptr;
  auto* copy = new uint8_t[bytes->size()];
  std::copy(bytes->begin(), bytes->end(), copy);
  return new v8::ScriptCompiler::CachedData(copy, static_cast<int>(bytes->size()),
                                            v8::ScriptCompiler::CachedData::BufferOwned);
}

bind::OwnedBytes bytes_of(v8::ScriptCompiler::CachedData* data) {
  std::unique_ptr<v8::ScriptCompiler::CachedData> owned(data);
  if (owned == nullptr) return bind::OwnedBytes(size_t{0});
  return bind::OwnedBytes(std::span(owned->data, static_cast<size_t>(owned->length)));
}

}  // namespace

class CompiledScript final : public bind::Object {
 public:
  CompiledScript(Environment& env, v8::Local<v8::UnboundScript> script, bool rejected)
      : Object(env), script_(env.isolate(), script), rejected_(rejected) {}

  static bind::Result<CompiledScript*> compile(bind::Context& cx, v8::Local<v8::String> source,
                                               v8::Local<v8::String> filename, int32_t line, int32_t column,
                                               std::optional<bind::Bytes> cached, v8::Local<v8::Symbol> host_symbol,
                                               v8::Local<v8::Value> sandbox, bool display_errors) {
    auto context = context_for(cx, sandbox);
    if (!context) return bind::fail(std::move(context.error()));
    const v8::Context::Scope scope(*context);
    const v8::ScriptOrigin origin(filename, line, column, true, -1, {}, false, false, false,
                                  host_options_of(cx.isolate, host_symbol));
    v8::ScriptCompiler::Source text(source, origin, cached_data_of(cached));
    v8::TryCatch try_catch(cx.isolate);
    v8::Local<v8::UnboundScript> script;
    const auto options = cached ? v8::ScriptCompiler::kConsumeCodeCache : v8::ScriptCompiler::kNoCompileOptions;
    if (!v8::ScriptCompiler::CompileUnboundScript(cx.isolate, &text, options).ToLocal(&script)) {
      if (display_errors) cx.env.decorate_stack(try_catch);
      try_catch.ReThrow();
      return bind::fail(bind::Error::pending());
    }
    return new CompiledScript(cx.env, script, cached && text.GetCachedData()->rejected);
  }

  /// Runs in the context of `sandbox` (null: the main one); a timeout of 0 is none.
  bind::Result<v8::Local<v8::Value>> run(bind::Context& cx, v8::Local<v8::Value> sandbox, int64_t timeout,
                                         bool break_on_sigint, bool display_errors) {
    auto context = context_for(cx, sandbox);
    if (!context) return bind::fail(std::move(context.error()));
    const v8::Context::Scope scope(*context);
    v8::Local<v8::Script> script = script_.Get(cx.isolate)->BindToCurrentContext();
    return run_limited(cx, *context, {.milliseconds = timeout, .break_on_sigint = break_on_sigint}, [&] {
      v8::TryCatch try_catch(cx.isolate);
      v8::MaybeLocal<v8::Value> result = script->Run(*context);
      if (result.IsEmpty()) {
        if (display_errors) cx.env.decorate_stack(try_catch);
        try_catch.ReThrow();
      }
      return result;
    });
  }

  bind::OwnedBytes create_cached_data(bind::Context& cx) {
    return bytes_of(v8::ScriptCompiler::CreateCodeCache(script_.Get(cx.isolate)));
  }

  bool rejected() { return rejected_; }

  v8::Local<v8::Value> source_map_url(bind::Context& cx) { return script_.Get(cx.isolate)->GetSourceMappingURL(); }

 private:
  void on_attached() override {
    keep_alive(script_.Get(isolate()));
    script_.SetWeak();
  }

  v8::Global<v8::UnboundScript> script_;
  bool rejected_;
};

namespace {

/// [function, cachedDataRejected, cached data]
bind::Result<v8::Local<v8::Value>> compile_function(bind::Context& cx, v8::Local<v8::String> source,
                                                    v8::Local<v8::String> filename, int32_t line, int32_t column,
                                                    std::optional<bind::Bytes> cached,
                                                    v8::Local<v8::Symbol> host_symbol, v8::Local<v8::Value> sandbox,
                                                    v8::Local<v8::Array> parameters, v8::Local<v8::Array> extensions,
                                                    bool produce) {
  auto context = context_for(cx, sandbox);
  if (!context) return bind::fail(std::move(context.error()));
  std::vector<v8::Local<v8::String>> names;
  std::vector<v8::Local<v8::Object>> objects;
  v8::Local<v8::Value> item;
  for (uint32_t i = 0; i < parameters->Length(); i++) {
    if (parameters->Get(cx.context, i).ToLocal(&item) && item->IsString()) names.push_back(item.As<v8::String>());
  }
  for (uint32_t i = 0; i < extensions->Length(); i++) {
    if (extensions->Get(cx.context, i).ToLocal(&item) && item->IsObject()) objects.push_back(item.As<v8::Object>());
  }
  const v8::Context::Scope scope(*context);
  const v8::ScriptOrigin origin(filename, line, column, true, -1, {}, false, false, false,
                                host_options_of(cx.isolate, host_symbol));
  v8::ScriptCompiler::Source text(source, origin, cached_data_of(cached));
  v8::TryCatch try_catch(cx.isolate);
  v8::Local<v8::Function> function;
  const auto options = cached ? v8::ScriptCompiler::kConsumeCodeCache : v8::ScriptCompiler::kNoCompileOptions;
  if (!v8::ScriptCompiler::CompileFunction(*context, &text, names.size(), names.data(), objects.size(), objects.data(),
                                           options)
           .ToLocal(&function)) {
    cx.env.decorate_stack(try_catch);
    try_catch.ReThrow();
    return bind::fail(bind::Error::pending());
  }
  bind::Context main(cx.isolate, cx.env.context(), cx.env);
  v8::Local<v8::Value> data = v8::Undefined(cx.isolate);
  if (produce) {
    const std::unique_ptr<v8::ScriptCompiler::CachedData> made(
        v8::ScriptCompiler::CreateCodeCacheForFunction(function));
    if (made != nullptr) {
      v8::Local<v8::ArrayBuffer> buffer = v8::ArrayBuffer::New(cx.isolate, static_cast<size_t>(made->length));
      std::copy(made->data, made->data + made->length, static_cast<uint8_t*>(buffer->Data()));
      data = buffer;
    }
  }
  v8::Local<v8::Value> row[] = {function, v8::Boolean::New(cx.isolate, cached && text.GetCachedData()->rejected), data};
  return v8::Array::New(cx.isolate, row, std::size(row)).As<v8::Value>();
}

/// Gives V8's measurement to a promise: [total, [sizes of contexts], unattributed, wasm code, wasm metadata] in bytes,
/// the main context's first.
class Measurement final : public v8::MeasureMemoryDelegate {
 public:
  Measurement(Environment& env, v8::Local<v8::Promise::Resolver> resolver)
      : env_(env), resolver_(env.isolate(), resolver) {}

  bool ShouldMeasure(v8::Local<v8::Context>) override { return true; }

  void MeasurementComplete(Result result) override {
    v8::Isolate* isolate = env_.isolate();
    if (!env_.can_call_into_js()) return;
    loop::LoopEntry entry(env_);
    loop::CallbackScope scope(env_);
    v8::Local<v8::Context> context = env_.context();
    v8::Local<v8::Value> current = v8::Number::New(isolate, 0);
    std::vector<v8::Local<v8::Value>> others;
    for (size_t i = 0; i < result.contexts.size(); i++) {
      v8::Local<v8::Value> size = v8::Number::New(isolate, static_cast<double>(result.sizes_in_bytes[i]));
      if (result.contexts[i] == context) current = size;
      else others.push_back(size);
    }
    v8::Local<v8::Value> row[] = {current, v8::Array::New(isolate, others.data(), others.size()),
                                  v8::Number::New(isolate, static_cast<double>(result.unattributed_size_in_bytes)),
                                  v8::Number::New(isolate, static_cast<double>(result.wasm_code_size_in_bytes)),
                                  v8::Number::New(isolate, static_cast<double>(result.wasm_metadata_size_in_bytes))};
    resolver_.Get(isolate)->Resolve(context, v8::Array::New(isolate, row, std::size(row))).Check();
  }

 private:
  Environment& env_;
  v8::Global<v8::Promise::Resolver> resolver_;
};

bind::Result<v8::Local<v8::Value>> measure_memory(bind::Context& cx, bool eager) {
  v8::Local<v8::Promise::Resolver> resolver;
  if (!v8::Promise::Resolver::New(cx.context).ToLocal(&resolver)) return bind::fail(bind::Error::pending());
  cx.isolate->MeasureMemory(std::make_unique<Measurement>(cx.env, resolver),
                            eager ? v8::MeasureMemoryExecution::kEager : v8::MeasureMemoryExecution::kDefault);
  return resolver->GetPromise().As<v8::Value>();
}

bool is_context(bind::Context& cx, v8::Local<v8::Object> object) { return !context_of(cx, object).IsEmpty(); }

}  // namespace

BIND_MODULE(vm) {
  module.class_<CompiledScript>("CompiledScript")
      .factory<&CompiledScript::compile>()
      .method<&CompiledScript::run>("run")
      .method<&CompiledScript::create_cached_data>("createCachedData")
      .method<&CompiledScript::rejected>("rejected")
      .method<&CompiledScript::source_map_url>("sourceMapURL");
  module.function<compile_function>("compileFunction");
  module.function<contextify>("contextify");
  module.function<vanilla_global>("vanillaGlobal");
  module.function<measure_memory>("measureMemory");
  module.function<is_context>("isContext");
}

}  // namespace vireo::vm
