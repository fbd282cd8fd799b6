// v8::Module for JavaScript: source text and synthetic modules, their links, dynamic import and import.meta.
#include "bind/bind.h"
#include "engine/environment.h"
#include "vm/contextify.h"
#include "vm/guard.h"

namespace vireo::modules {

namespace {

class ModuleWrap;

/// What an Environment knows of its ES modules.
struct Registry {
  explicit Registry(Environment&) {}

  std::unordered_multimap<int, ModuleWrap*> by_hash;
  v8::Global<v8::Function>
      import_dynamically;  // (symbol, specifier, attributes, referrer name, is source phase) -> promise
  v8::Global<v8::Function> initialize_meta;  // (module, meta)
};

constexpr int kStaticStep = 3;   // attributes of static requests: key, value, position
constexpr int kDynamicStep = 2;  // of dynamic ones: key, value

/// What tells apart the requests of one module: "specifier\0type\0json", "\0source" before it for source phase imports.
std::string request_key(v8::Isolate* isolate, v8::Local<v8::Context> context, v8::Local<v8::String> specifier,
                        v8::Local<v8::FixedArray> attributes, bool is_source) {
  std::string key = is_source ? std::string("\0source\0", 8) : std::string();
  key += bind::utf8_of(isolate, specifier);
  for (int i = 0; i < attributes->Length(); i += kStaticStep) {
    key += '\0' + bind::utf8_of(isolate, attributes->Get(context, i).As<v8::String>());
    key += '\0' + bind::utf8_of(isolate, attributes->Get(context, i + 1).As<v8::String>());
  }
  return key;
}

bool is_source_request(v8::Local<v8::ModuleRequest> request) {
  return request->GetPhase() == v8::ModuleImportPhase::kSource;
}

v8::Local<v8::Private> links_name(v8::Isolate* isolate) {
  return v8::Private::ForApi(isolate, bind::name(isolate, "vireo:links"));
}

v8::Local<v8::Private> evaluate_name(v8::Isolate* isolate) {
  return v8::Private::ForApi(isolate, bind::name(isolate, "vireo:evaluate"));
}

v8::Local<v8::Object> attributes_to_js(bind::Context& cx, v8::Local<v8::FixedArray> attributes, int step) {
  v8::Local<v8::Object> object = v8::Object::New(cx.isolate, v8::Null(cx.isolate), nullptr, nullptr, 0);
  for (int i = 0; i < attributes->Length(); i += step) {
    object
        ->CreateDataProperty(cx.context, attributes->Get(cx.context, i).As<v8::String>(),
                             attributes->Get(cx.context, i + 1).As<v8::Value>())
        .Check();
  }
  return object;
}

class ModuleWrap final : public bind::Object {
 public:
  ModuleWrap(Environment& env, v8::Local<v8::Module> module, v8::Local<v8::Context> context)
      : Object(env),
        module_(env.isolate(), module),
        context_(env.isolate(), context),
        hash_(module->GetIdentityHash()) {
    env.state<Registry>().by_hash.emplace(hash_, this);
    context_.SetWeak();
  }

  ~ModuleWrap() override {
    auto& map = env().state<Registry>().by_hash;
    for (auto [it, end] = map.equal_range(hash_); it != end; ++it) {
      if (it->second != this) continue;
      map.erase(it);
      break;
    }
  }

  static ModuleWrap* find(Environment& env, v8::Local<v8::Module> module) {
    auto& map = env.state<Registry>().by_hash;
    for (auto [it, end] = map.equal_range(module->GetIdentityHash()); it != end; ++it) {
      if (it->second->module_ == module) return it->second;
    }
    return nullptr;
  }

  /// Compiles source text. `host_symbol` comes back when the module imports dynamically.
  static bind::Result<ModuleWrap*> compile(bind::Context& cx, v8::Local<v8::String> source, v8::Local<v8::String> url,
                                           v8::Local<v8::Symbol> host_symbol, std::optional<int32_t> line_offset,
                                           std::optional<int32_t> column_offset, std::optional<bind::Bytes> cached,
                                           v8::Local<v8::Value> sandbox) {
    auto context = vm::context_for(cx, sandbox);
    if (!context) return bind::fail(std::move(context.error()));
    v8::Local<v8::PrimitiveArray> host_options = v8::PrimitiveArray::New(cx.isolate, 1);
    host_options->Set(cx.isolate, 0, host_symbol);
    v8::ScriptOrigin origin(url, line_offset.value_or(0), column_offset.value_or(0), true, -1, {}, false, false, true,
                            host_options);
    v8::ScriptCompiler::CachedData* data = nullptr;
    if (cached) { data = new v8::ScriptCompiler::CachedData(cached->data(), static_cast<int>(cached->size())); }
    v8::ScriptCompiler::Source script(source, origin, data);
    v8::Local<v8::Module> module;
    {
      const v8::Context::Scope scope(*context);
      v8::TryCatch try_catch(cx.isolate);
      const auto options = cached ? v8::ScriptCompiler::kConsumeCodeCache : v8::ScriptCompiler::kNoCompileOptions;
      if (!v8::ScriptCompiler::CompileModule(cx.isolate, &script, options).ToLocal(&module)) {
        cx.env.mark_syntax_error(try_catch);
        try_catch.ReThrow();
        return bind::fail(bind::Error::pending());
      }
    }
    ModuleWrap* wrap = released(cx, module, *context);
    wrap->rejected_ = cached && script.GetCachedData()->rejected;
    return wrap;
  }

  /// A module whose exports are set by `evaluate(module)` when it is evaluated.
  static bind::Result<ModuleWrap*> synthetic(bind::Context& cx, v8::Local<v8::String> url,
                                             std::vector<v8::Local<v8::String>> names, v8::Local<v8::Function> evaluate,
                                             v8::Local<v8::Value> sandbox) {
    auto context = vm::context_for(cx, sandbox);
    if (!context) return bind::fail(std::move(context.error()));
    v8::Local<v8::Module> module;
    {
      const v8::Context::Scope scope(*context);
      module = v8::Module::CreateSyntheticModule(
          cx.isolate, url, v8::MemorySpan<const v8::Local<v8::String>>(names.data(), names.size()), evaluate_synthetic);
    }
    ModuleWrap* wrap = released(cx, module, *context);
    wrap->wrapper()->SetPrivate(cx.context, evaluate_name(cx.isolate), evaluate).Check();
    return wrap;
  }

  /// [[specifier, attributes, line, column, is source phase], ...] in source order.
  v8::Local<v8::Array> requests(bind::Context& cx) {
    v8::Local<v8::Module> module = module_.Get(cx.isolate);
    v8::Local<v8::FixedArray> list = module->GetModuleRequests();
    std::vector<v8::Local<v8::Value>> rows;
    for (int i = 0; i < list->Length(); i++) {
      v8::Local<v8::ModuleRequest> request = list->Get(cx.context, i).As<v8::ModuleRequest>();
      v8::Location location = module->SourceOffsetToLocation(request->GetSourceOffset());
      v8::Local<v8::Value> row[] = {request->GetSpecifier(),
                                    attributes_to_js(cx, request->GetImportAttributes(), kStaticStep),
                                    v8::Integer::New(cx.isolate, location.GetLineNumber()),
                                    v8::Integer::New(cx.isolate, location.GetColumnNumber()),
                                    v8::Boolean::New(cx.isolate, is_source_request(request))};
      rows.push_back(v8::Array::New(cx.isolate, row, std::size(row)));
    }
    return v8::Array::New(cx.isolate, rows.data(), rows.size());
  }

  /// Says which modules the requests stand for, in their order; for source phase requests: which source objects.
  bind::Result<void> link(bind::Context& cx, v8::Local<v8::Array> targets) {
    v8::Local<v8::FixedArray> list = module_.Get(cx.isolate)->GetModuleRequests();
    for (int i = 0; i < list->Length(); i++) {
      v8::Local<v8::ModuleRequest> request = list->Get(cx.context, i).As<v8::ModuleRequest>();
      v8::Local<v8::Value> value;
      ModuleWrap* target = nullptr;
      const bool is_source = is_source_request(request);
      if (!targets->Get(cx.context, static_cast<uint32_t>(i)).ToLocal(&value))
        return bind::fail(bind::Error::pending());
      if (is_source ? !value->IsObject() : !bind::FromJs<ModuleWrap*>::convert(cx, value, target))
        return bind::fail(bind::Error::coded("ERR_VM_MODULE_LINK_FAILURE", "a request has no module"));
      links_[request_key(cx.isolate, cx.context, request->GetSpecifier(), request->GetImportAttributes(), is_source)] =
          static_cast<uint32_t>(i);
    }
    // Kept by the wrapper, not from C++: modules may well import each other in a circle.
    if (wrapper()->SetPrivate(cx.context, links_name(cx.isolate), targets).IsNothing())
      return bind::fail(bind::Error::pending());
    return {};
  }

  bind::Result<void> instantiate(bind::Context& cx) {
    v8::Local<v8::Context> context = context_.Get(cx.isolate);
    const v8::Context::Scope scope(context);
    v8::TryCatch try_catch(cx.isolate);
    if (module_.Get(cx.isolate)->InstantiateModule(context, resolve, resolve_source).FromMaybe(false)) return {};
    cx.env.mark_syntax_error(try_catch);
    try_catch.ReThrow();
    return bind::fail(bind::Error::pending());
  }

  /// The promise of the evaluation, under limits (0: no time limit).
  bind::Result<v8::Local<v8::Value>> evaluate(bind::Context& cx, std::optional<int64_t> timeout,
                                              std::optional<bool> break_on_sigint) {
    v8::Local<v8::Module> module = module_.Get(cx.isolate);
    const v8::Module::Status status = module->GetStatus();
    if (status == v8::Module::kEvaluating)
      return bind::fail(bind::Error::coded("ERR_REQUIRE_CYCLE_MODULE", "the module is being evaluated"));
    if (status < v8::Module::kInstantiated)
      return bind::fail(bind::Error::plain("cannot evaluate, module has not been instantiated"));
    v8::Local<v8::Context> context = context_.Get(cx.isolate);
    const v8::Context::Scope scope(context);
    const vm::Limits limits{.milliseconds = timeout.value_or(0), .break_on_sigint = break_on_sigint.value_or(false)};
    return vm::run_limited(cx, context, limits, [&] { return module->Evaluate(context); });
  }

  /// Lets create_cached_data work after the evaluation, when more of the code has been compiled.
  void keep_for_cache(v8::Isolate* isolate) { unbound_.Reset(isolate, module_.Get(isolate)->GetUnboundModuleScript()); }

  /// Code cache of a module that has not been evaluated, or was kept.
  bind::Result<bind::OwnedBytes> create_cached_data(v8::Isolate* isolate) {
    v8::Local<v8::Module> module = module_.Get(isolate);
    if (!unbound_.IsEmpty()) return cache_of(unbound_.Get(isolate));
    if (!module->IsSourceTextModule() || module->GetStatus() >= v8::Module::kEvaluating) {
      return bind::fail(bind::Error::coded("ERR_VM_MODULE_CANNOT_CREATE_CACHED_DATA",
                                           "Cached data cannot be created for a module which has been evaluated"));
    }
    return cache_of(module->GetUnboundModuleScript());
  }
  /// Whether V8 refused the cached data.
  bool rejected() { return rejected_; }
  v8::Local<v8::Value> source_map_url(v8::Isolate* isolate) {
    v8::Local<v8::Module> module = module_.Get(isolate);
    if (!module->IsSourceTextModule() || module->GetStatus() >= v8::Module::kEvaluating) return v8::Undefined(isolate);
    return module->GetUnboundModuleScript()->GetSourceMappingURL();
  }

  bind::Result<v8::Local<v8::Value>> namespace_object(v8::Isolate* isolate) {
    v8::Local<v8::Module> module = module_.Get(isolate);
    if (module->GetStatus() < v8::Module::kInstantiated)
      return bind::fail(bind::Error::plain("cannot get namespace, module has not been instantiated"));
    return module->GetModuleNamespace();
  }

  /// 0 uninstantiated, 1 instantiating, 2 instantiated, 3 evaluating, 4 evaluated, 5 errored.
  int32_t status() { return module_.Get(isolate())->GetStatus(); }
  v8::Local<v8::Value> error() {
    v8::Local<v8::Module> module = module_.Get(isolate());
    if (module->GetStatus() != v8::Module::kErrored) return v8::Undefined(isolate());
    return module->GetException();
  }
  /// Whether it or what it imports has a top-level await; after instantiation.
  bool is_graph_async() {
    v8::Local<v8::Module> module = module_.Get(isolate());
    return module->GetStatus() >= v8::Module::kInstantiated && module->IsGraphAsync();
  }
  bool has_top_level_await() {
    v8::Local<v8::Module> module = module_.Get(isolate());
    return module->IsSourceTextModule() && module->HasTopLevelAwait();
  }
  bind::Result<void> set_export(v8::Isolate* isolate, v8::Local<v8::String> name, v8::Local<v8::Value> value) {
    if (module_.Get(isolate)->SetSyntheticModuleExport(isolate, name, value).IsNothing())
      return bind::fail(bind::Error::pending());
    return {};
  }
  /// ["file:line", ...] of top-level awaits in it and in what it imports, before it is evaluated.
  std::vector<std::string> awaits(bind::Context& cx) {
    std::vector<std::string> places;
    const auto [modules, messages] = module_.Get(cx.isolate)->GetStalledTopLevelAwaitMessages(cx.isolate);
    for (const v8::Local<v8::Message> message : messages) {
      std::string place;
      if (v8::Local<v8::Value> name = message->GetScriptResourceName(); name->IsString())
        place = bind::utf8_of(cx.isolate, name.As<v8::String>());
      places.push_back(place + ":" + std::to_string(message->GetLineNumber(cx.context).FromMaybe(0)));
    }
    return places;
  }
  /// [message, ...] of a top-level await that has not settled: "file:line".
  std::vector<std::string> stalled(bind::Context& cx) {
    std::vector<std::string> places;
    if (module_.Get(cx.isolate)->GetStatus() < v8::Module::kEvaluated) return places;
    const auto [modules, messages] = module_.Get(cx.isolate)->GetStalledTopLevelAwaitMessages(cx.isolate);
    for (const v8::Local<v8::Message> message : messages) {
      std::string place;
      if (v8::Local<v8::Value> name = message->GetScriptResourceName(); name->IsString())
        place = bind::utf8_of(cx.isolate, name.As<v8::String>());
      place += ":" + std::to_string(message->GetLineNumber(cx.context).FromMaybe(0)) + "\n";
      v8::Local<v8::String> line;
      if (message->GetSourceLine(cx.context).ToLocal(&line)) place += bind::utf8_of(cx.isolate, line) + "\n^\n";
      places.push_back(place);
    }
    return places;
  }

 private:
  static bind::OwnedBytes cache_of(v8::Local<v8::UnboundModuleScript> script) {
    const std::unique_ptr<v8::ScriptCompiler::CachedData> data(v8::ScriptCompiler::CreateCodeCache(script));
    if (data == nullptr) return bind::OwnedBytes(size_t{0});
    return bind::OwnedBytes(std::span(data->data, static_cast<size_t>(data->length)));
  }

  void on_attached() override {
    keep_alive(module_.Get(isolate()));
    module_.SetWeak();
  }

  static ModuleWrap* released(bind::Context& cx, v8::Local<v8::Module> module, v8::Local<v8::Context> context) {
    auto* wrap = bind::make<ModuleWrap>(cx.env, module, context);
    (void)wrap->wrapper();
    wrap->release();
    return wrap;
  }

  static v8::MaybeLocal<v8::Value> evaluate_synthetic(v8::Local<v8::Context> context, v8::Local<v8::Module> self) {
    v8::Isolate* isolate = context->GetIsolate();
    Environment& env = Environment::of(isolate);
    ModuleWrap* wrap = find(env, self);
    v8::Local<v8::Value> evaluate;
    v8::Local<v8::Promise::Resolver> resolver;
    if (wrap != nullptr) {
      v8::Local<v8::Value> argument = wrap->wrapper();
      if (!wrap->wrapper()->GetPrivate(env.context(), evaluate_name(isolate)).ToLocal(&evaluate) ||
          evaluate.As<v8::Function>()->Call(context, v8::Undefined(isolate), 1, &argument).IsEmpty())
        return {};
    }
    if (!v8::Promise::Resolver::New(context).ToLocal(&resolver)) return {};
    resolver->Resolve(context, v8::Undefined(isolate)).Check();
    return resolver->GetPromise().As<v8::Value>();
  }

  /// What `link` was told for a request of `referrer`; empty with an exception when it was told nothing.
  static v8::MaybeLocal<v8::Value> linked(v8::Local<v8::Context> context, v8::Local<v8::String> specifier,
                                          v8::Local<v8::FixedArray> attributes, v8::Local<v8::Module> referrer,
                                          bool is_source) {
    v8::Isolate* isolate = context->GetIsolate();
    Environment& env = Environment::of(isolate);
    bind::Context cx(isolate, env.context(), env);
    v8::Local<v8::Value> list;
    if (ModuleWrap* wrap = find(env, referrer); wrap != nullptr) {
      const auto link = wrap->links_.find(request_key(isolate, context, specifier, attributes, is_source));
      if (link != wrap->links_.end() &&
          wrap->wrapper()->GetPrivate(env.context(), links_name(isolate)).ToLocal(&list) && list->IsArray())
        return list.As<v8::Array>()->Get(context, link->second);
    }
    bind::Error::coded("ERR_VM_MODULE_LINK_FAILURE", "request for '" + bind::utf8_of(isolate, specifier) +
                                                         "' can not be resolved on module '" + name_of(env, referrer) +
                                                         "' that is not linked")
        .throw_in(cx);
    return {};
  }

  static std::string name_of(Environment& env, v8::Local<v8::Module> module) {
    ModuleWrap* wrap = find(env, module);
    v8::Local<v8::Value> url;
    if (wrap == nullptr || !wrap->wrapper()->Get(env.context(), bind::name(env.isolate(), "url")).ToLocal(&url) ||
        !url->IsString())
      return {};
    return bind::utf8_of(env.isolate(), url.As<v8::String>());
  }

  static v8::MaybeLocal<v8::Module> resolve(v8::Local<v8::Context> context, v8::Local<v8::String> specifier,
                                            v8::Local<v8::FixedArray> attributes, v8::Local<v8::Module> referrer) {
    v8::Isolate* isolate = context->GetIsolate();
    Environment& env = Environment::of(isolate);
    bind::Context cx(isolate, env.context(), env);
    v8::Local<v8::Value> value;
    ModuleWrap* target = nullptr;
    if (!linked(context, specifier, attributes, referrer, false).ToLocal(&value)) return {};
    if (!bind::FromJs<ModuleWrap*>::convert(cx, value, target)) return {};
    return target->module_.Get(isolate);
  }

  static v8::MaybeLocal<v8::Object> resolve_source(v8::Local<v8::Context> context, v8::Local<v8::String> specifier,
                                                   v8::Local<v8::FixedArray> attributes,
                                                   v8::Local<v8::Module> referrer) {
    v8::Local<v8::Value> value;
    if (!linked(context, specifier, attributes, referrer, true).ToLocal(&value) || !value->IsObject()) return {};
    return value.As<v8::Object>();
  }

  // Weak: the wrapper keeps the module.
  v8::Global<v8::Module> module_;
  v8::Global<v8::Context> context_;
  v8::Global<v8::UnboundModuleScript> unbound_;
  int hash_;
  bool rejected_ = false;
  std::unordered_map<std::string, uint32_t> links_;  ///< request key -> index in the array that the wrapper keeps
};

v8::MaybeLocal<v8::Promise> on_import_phase(v8::Local<v8::Context> context, v8::Local<v8::Data> host_options,
                                            v8::Local<v8::Value> resource_name, v8::Local<v8::String> specifier,
                                            v8::ModuleImportPhase phase, v8::Local<v8::FixedArray> attributes) {
  v8::Isolate* isolate = context->GetIsolate();
  Environment& env = Environment::of(isolate);
  bind::Context cx(isolate, context, env);
  v8::EscapableHandleScope scope(isolate);
  v8::Local<v8::PrimitiveArray> options = host_options.As<v8::PrimitiveArray>();
  v8::Local<v8::Value> symbol = v8::Undefined(isolate);
  if (options->Length() > 0) symbol = options->Get(isolate, 0).As<v8::Value>();
  // Code without a referrer (an indirect eval from a microtask): the context says what imports mean in it.
  else if (context != env.context()) symbol = vm::import_symbol_of(context);
  v8::Local<v8::Value> args[] = {symbol, specifier, attributes_to_js(cx, attributes, kDynamicStep), resource_name,
                                 v8::Boolean::New(isolate, phase == v8::ModuleImportPhase::kSource)};
  v8::Local<v8::Value> result;
  Registry& registry = env.state<Registry>();
  if (registry.import_dynamically.IsEmpty() ||
      !registry.import_dynamically.Get(isolate)
           ->Call(context, v8::Undefined(isolate), std::size(args), args)
           .ToLocal(&result) ||
      !result->IsPromise()) {
    return {};
  }
  v8::Local<v8::Promise> promise = result.As<v8::Promise>();
  if (context == env.context()) return scope.Escape(promise);
  // The promise of an `import()` belongs to the context in which it stands.
  v8::Local<v8::Promise::Resolver> resolver;
  if (!v8::Promise::Resolver::New(context).ToLocal(&resolver)) return {};
  const auto settle = [&](v8::FunctionCallback callback) {
    return v8::Function::New(env.context(), callback, resolver, 1, v8::ConstructorBehavior::kThrow);
  };
  v8::Local<v8::Function> fulfilled;
  v8::Local<v8::Function> rejected;
  if (!settle([](const v8::FunctionCallbackInfo<v8::Value>& info) {
         v8::Local<v8::Context> current = info.GetIsolate()->GetCurrentContext();
         info.Data().As<v8::Promise::Resolver>()->Resolve(current, info[0]).Check();
       }).ToLocal(&fulfilled) ||
      !settle([](const v8::FunctionCallbackInfo<v8::Value>& info) {
         v8::Local<v8::Context> current = info.GetIsolate()->GetCurrentContext();
         info.Data().As<v8::Promise::Resolver>()->Reject(current, info[0]).Check();
       }).ToLocal(&rejected) ||
      promise->Then(env.context(), fulfilled, rejected).IsEmpty()) {
    return {};
  }
  return scope.Escape(resolver->GetPromise());
}

v8::MaybeLocal<v8::Promise> on_import(v8::Local<v8::Context> context, v8::Local<v8::Data> host_options,
                                      v8::Local<v8::Value> resource_name, v8::Local<v8::String> specifier,
                                      v8::Local<v8::FixedArray> attributes) {
  return on_import_phase(context, host_options, resource_name, specifier, v8::ModuleImportPhase::kEvaluation,
                         attributes);
}

void on_meta(v8::Local<v8::Context> context, v8::Local<v8::Module> module, v8::Local<v8::Object> meta) {
  v8::Isolate* isolate = context->GetIsolate();
  Environment& env = Environment::of(isolate);
  ModuleWrap* wrap = ModuleWrap::find(env, module);
  Registry& registry = env.state<Registry>();
  if (wrap == nullptr || registry.initialize_meta.IsEmpty()) return;
  v8::Local<v8::Value> args[] = {wrap->wrapper(), meta};
  v8::TryCatch try_catch(isolate);
  if (registry.initialize_meta.Get(isolate)->Call(context, v8::Undefined(isolate), std::size(args), args).IsEmpty())
    try_catch.ReThrow();
}

/// `import_dynamically(symbol, specifier, attributes, name, is_source)` and `initialize_meta(module, meta)` serve all
/// modules of this Environment.
void set_callbacks(Environment& env, v8::Local<v8::Function> import_dynamically,
                   v8::Local<v8::Function> initialize_meta) {
  v8::Isolate* isolate = env.isolate();
  env.state<Registry>().import_dynamically.Reset(isolate, import_dynamically);
  env.state<Registry>().initialize_meta.Reset(isolate, initialize_meta);
  isolate->SetHostImportModuleDynamicallyCallback(on_import);
  isolate->SetHostImportModuleWithPhaseDynamicallyCallback(on_import_phase);
  isolate->SetHostInitializeImportMetaObjectCallback(on_meta);
}

/// "file:line\nsource line\n  ^^^\n" of an error of compilation or linking.
std::optional<std::string> place_of(Environment& env, v8::Local<v8::Value> error) {
  return env.syntax_error_frame(error);
}

/// Whether `source`, which is no valid CommonJS, is a valid ES module. Throws nothing.
bool is_module_source(bind::Context& cx, v8::Local<v8::String> source, v8::Local<v8::String> name) {
  v8::TryCatch ignore(cx.isolate);
  v8::ScriptOrigin origin(name, 0, 0, true, -1, {}, false, false, true);
  v8::ScriptCompiler::Source script(source, origin);
  return !v8::ScriptCompiler::CompileModule(cx.isolate, &script).IsEmpty();
}

}  // namespace

BIND_MODULE(module_wrap) {
  module.class_<ModuleWrap>("ModuleWrap")
      .method<&ModuleWrap::requests>("requests")
      .method<&ModuleWrap::link>("link")
      .method<&ModuleWrap::instantiate>("instantiate")
      .method<&ModuleWrap::evaluate>("evaluate")
      .method<&ModuleWrap::namespace_object>("getNamespace")
      .method<&ModuleWrap::status>("getStatus")
      .method<&ModuleWrap::error>("getError")
      .method<&ModuleWrap::is_graph_async>("isGraphAsync")
      .method<&ModuleWrap::has_top_level_await>("hasTopLevelAwait")
      .method<&ModuleWrap::set_export>("setExport")
      .method<&ModuleWrap::keep_for_cache>("keepForCache")
      .method<&ModuleWrap::create_cached_data>("createCachedData")
      .method<&ModuleWrap::rejected>("rejected")
      .method<&ModuleWrap::source_map_url>("sourceMapURL")
      .method<&ModuleWrap::awaits>("awaits")
      .method<&ModuleWrap::stalled>("stalled");
  module.function<ModuleWrap::compile>("compile");
  module.function<ModuleWrap::synthetic>("synthetic");
  module.function<set_callbacks>("setCallbacks");
  module.function<place_of>("placeOf");
  module.function<is_module_source>("isModuleSource");
}

}  // namespace vireo::modules
