// v8::Module for JavaScript: source text and synthetic modules, their links, dynamic import and import.meta.
#include "bind/bind.h"
#include "engine/environment.h"

namespace vireo::modules {

namespace {

class ModuleWrap;

/// What an Environment knows of its ES modules.
struct Registry {
  explicit Registry(Environment&) {}

  std::unordered_multimap<int, ModuleWrap*> by_hash;
  v8::Global<v8::Function> import_dynamically;  // (referrer symbol, specifier, attributes, referrer name) -> promise
  v8::Global<v8::Function> initialize_meta;     // (module, meta)
};

/// "specifier\0type\0json": what tells apart two requests of one module. `step` is 3 in static requests (which have
/// positions) and 2 in dynamic ones.
std::string request_key(v8::Isolate* isolate, v8::Local<v8::Context> context, v8::Local<v8::String> specifier,
                        v8::Local<v8::FixedArray> attributes, int step) {
  std::string key = bind::utf8_of(isolate, specifier);
  for (int i = 0; i < attributes->Length(); i += step) {
    key += '\0' + bind::utf8_of(isolate, attributes->Get(context, i).As<v8::String>());
    key += '\0' + bind::utf8_of(isolate, attributes->Get(context, i + 1).As<v8::String>());
  }
  return key;
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
  ModuleWrap(Environment& env, v8::Local<v8::Module> module)
      : Object(env), module_(env.isolate(), module), hash_(module->GetIdentityHash()) {
    env.state<Registry>().by_hash.emplace(hash_, this);
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
                                           std::optional<int32_t> column_offset) {
    v8::Local<v8::PrimitiveArray> host_options = v8::PrimitiveArray::New(cx.isolate, 1);
    host_options->Set(cx.isolate, 0, host_symbol);
    v8::ScriptOrigin origin(url, line_offset.value_or(0), column_offset.value_or(0), true, -1, {}, false, false, true,
                            host_options);
    v8::ScriptCompiler::Source script(source, origin);
    v8::Local<v8::Module> module;
    v8::TryCatch try_catch(cx.isolate);
    if (!v8::ScriptCompiler::CompileModule(cx.isolate, &script).ToLocal(&module)) {
      cx.env.mark_syntax_error(try_catch);
      try_catch.ReThrow();
      return bind::fail(bind::Error::pending());
    }
    return released(cx, module);
  }

  /// A module whose exports are set by `evaluate(module)` when it is evaluated.
  static bind::Result<ModuleWrap*> synthetic(bind::Context& cx, v8::Local<v8::String> url,
                                             std::vector<v8::Local<v8::String>> names,
                                             v8::Local<v8::Function> evaluate) {
    v8::Local<v8::Module> module = v8::Module::CreateSyntheticModule(
        cx.isolate, url, v8::MemorySpan<const v8::Local<v8::String>>(names.data(), names.size()),
        [](v8::Local<v8::Context> context, v8::Local<v8::Module> self) {
          v8::Isolate* isolate = context->GetIsolate();
          Environment& env = Environment::of(isolate);
          ModuleWrap* wrap = find(env, self);
          v8::Local<v8::Value> argument = wrap->wrapper();
          if (wrap->evaluate_.Get(isolate)->Call(context, v8::Undefined(isolate), 1, &argument).IsEmpty())
            return v8::MaybeLocal<v8::Value>();
          v8::Local<v8::Promise::Resolver> resolver;
          if (!v8::Promise::Resolver::New(context).ToLocal(&resolver)) return v8::MaybeLocal<v8::Value>();
          resolver->Resolve(context, v8::Undefined(isolate)).Check();
          return v8::MaybeLocal<v8::Value>(resolver->GetPromise());
        });
    ModuleWrap* wrap = released(cx, module);
    wrap->evaluate_.Reset(cx.isolate, evaluate);
    return wrap;
  }

  /// [[specifier, attributes, line, column], ...] in source order.
  v8::Local<v8::Array> requests(bind::Context& cx) {
    v8::Local<v8::Module> module = module_.Get(cx.isolate);
    v8::Local<v8::FixedArray> list = module->GetModuleRequests();
    std::vector<v8::Local<v8::Value>> rows;
    for (int i = 0; i < list->Length(); i++) {
      v8::Local<v8::ModuleRequest> request = list->Get(cx.context, i).As<v8::ModuleRequest>();
      v8::Location location = module->SourceOffsetToLocation(request->GetSourceOffset());
      v8::Local<v8::Value> row[] = {request->GetSpecifier(), attributes_to_js(cx, request->GetImportAttributes(), 3),
                                    v8::Integer::New(cx.isolate, location.GetLineNumber()),
                                    v8::Integer::New(cx.isolate, location.GetColumnNumber())};
      rows.push_back(v8::Array::New(cx.isolate, row, std::size(row)));
    }
    return v8::Array::New(cx.isolate, rows.data(), rows.size());
  }

  /// Says which modules the requests stand for, in their order.
  bind::Result<void> link(bind::Context& cx, v8::Local<v8::Array> modules) {
    v8::Local<v8::FixedArray> list = module_.Get(cx.isolate)->GetModuleRequests();
    for (int i = 0; i < list->Length(); i++) {
      v8::Local<v8::ModuleRequest> request = list->Get(cx.context, i).As<v8::ModuleRequest>();
      v8::Local<v8::Value> value;
      ModuleWrap* target = nullptr;
      if (!modules->Get(cx.context, static_cast<uint32_t>(i)).ToLocal(&value))
        return bind::fail(bind::Error::pending());
      if (!bind::FromJs<ModuleWrap*>::convert(cx, value, target))
        return bind::fail(bind::Error::coded("ERR_VM_MODULE_LINK_FAILURE", "a request has no module"));
      links_[request_key(cx.isolate, cx.context, request->GetSpecifier(), request->GetImportAttributes(), 3)].Reset(
          cx.isolate, target->wrapper());
    }
    return {};
  }

  bind::Result<void> instantiate(bind::Context& cx) {
    if (module_.Get(cx.isolate)->InstantiateModule(cx.context, resolve).FromMaybe(false)) return {};
    return bind::fail(bind::Error::pending());
  }

  /// The promise of the evaluation.
  bind::Result<v8::Local<v8::Value>> evaluate(bind::Context& cx) {
    v8::Local<v8::Value> result;
    const v8::Module::Status status = module_.Get(cx.isolate)->GetStatus();
    if (status == v8::Module::kEvaluating)
      return bind::fail(bind::Error::coded("ERR_REQUIRE_CYCLE_MODULE", "the module is being evaluated"));
    if (status < v8::Module::kInstantiated)
      return bind::fail(bind::Error::plain("cannot evaluate, module has not been instantiated"));
    if (!module_.Get(cx.isolate)->Evaluate(cx.context).ToLocal(&result)) return bind::fail(bind::Error::pending());
    return result;
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
  static ModuleWrap* released(bind::Context& cx, v8::Local<v8::Module> module) {
    auto* wrap = bind::make<ModuleWrap>(cx.env, module);
    (void)wrap->wrapper();
    wrap->release();
    return wrap;
  }

  static v8::MaybeLocal<v8::Module> resolve(v8::Local<v8::Context> context, v8::Local<v8::String> specifier,
                                            v8::Local<v8::FixedArray> attributes, v8::Local<v8::Module> referrer) {
    v8::Isolate* isolate = context->GetIsolate();
    Environment& env = Environment::of(isolate);
    bind::Context cx(isolate, context, env);
    const auto unlinked = [&] {
      bind::Error::coded("ERR_VM_MODULE_LINK_FAILURE",
                         "request for '" + bind::utf8_of(isolate, specifier) + "' is not yet fulfilled")
          .throw_in(cx);
      return v8::MaybeLocal<v8::Module>();
    };
    ModuleWrap* wrap = find(env, referrer);
    if (wrap == nullptr) return unlinked();
    const auto link = wrap->links_.find(request_key(isolate, context, specifier, attributes, 3));
    if (link == wrap->links_.end()) return unlinked();
    ModuleWrap* target = nullptr;
    bind::FromJs<ModuleWrap*>::convert(cx, link->second.Get(isolate), target);
    return target == nullptr ? unlinked() : v8::MaybeLocal<v8::Module>(target->module_.Get(isolate));
  }

  v8::Global<v8::Module> module_;
  int hash_;
  v8::Global<v8::Function> evaluate_;
  // The linked wrappers, which keep their modules' C++ sides alive.
  std::unordered_map<std::string, v8::Global<v8::Object>> links_;
};

v8::MaybeLocal<v8::Promise> on_import(v8::Local<v8::Context> context, v8::Local<v8::Data> host_options,
                                      v8::Local<v8::Value> resource_name, v8::Local<v8::String> specifier,
                                      v8::Local<v8::FixedArray> attributes) {
  v8::Isolate* isolate = context->GetIsolate();
  Environment& env = Environment::of(isolate);
  bind::Context cx(isolate, context, env);
  v8::EscapableHandleScope scope(isolate);
  v8::Local<v8::PrimitiveArray> options = host_options.As<v8::PrimitiveArray>();
  v8::Local<v8::Value> symbol = v8::Undefined(isolate);
  if (options->Length() > 0) symbol = options->Get(isolate, 0).As<v8::Value>();
  v8::Local<v8::Value> args[] = {symbol, specifier, attributes_to_js(cx, attributes, 2), resource_name};
  v8::Local<v8::Value> result;
  Registry& registry = env.state<Registry>();
  if (registry.import_dynamically.IsEmpty() ||
      !registry.import_dynamically.Get(isolate)
           ->Call(context, v8::Undefined(isolate), std::size(args), args)
           .ToLocal(&result) ||
      !result->IsPromise()) {
    return {};
  }
  return scope.Escape(result.As<v8::Promise>());
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

/// `import_dynamically(symbol, specifier, attributes, name)` and `initialize_meta(module, meta)` serve all modules of
/// this Environment.
void set_callbacks(Environment& env, v8::Local<v8::Function> import_dynamically,
                   v8::Local<v8::Function> initialize_meta) {
  v8::Isolate* isolate = env.isolate();
  env.state<Registry>().import_dynamically.Reset(isolate, import_dynamically);
  env.state<Registry>().initialize_meta.Reset(isolate, initialize_meta);
  isolate->SetHostImportModuleDynamicallyCallback(on_import);
  isolate->SetHostInitializeImportMetaObjectCallback(on_meta);
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
      .method<&ModuleWrap::stalled>("stalled");
  module.function<ModuleWrap::compile>("compile");
  module.function<ModuleWrap::synthetic>("synthetic");
  module.function<set_callbacks>("setCallbacks");
  module.function<is_module_source>("isModuleSource");
}

}  // namespace vireo::modules
