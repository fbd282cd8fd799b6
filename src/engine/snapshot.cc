#include "engine/snapshot.h"

#include <cstdio>
#include <optional>
#include <set>

#include "bind/from_js.h"
#include "engine/environment.h"
#include "engine/loader.h"

namespace vireo {

/// Gives the Environment of the snapshot maker the creator's isolate.
class SnapshotEnvironment {
 public:
  static void adopt(Environment& env, v8::Isolate* isolate, v8::Local<v8::Context> context) {
    env.isolate_ = isolate;
    env.context_.Reset(isolate, context);
    isolate->SetData(0, &env);
  }
  static void abandon(Environment& env) {
    env.context_.Reset();
    env.isolate_ = nullptr;
  }
};

namespace engine {

namespace {

void print_exception(v8::Isolate* isolate, v8::Local<v8::Context> context, const v8::TryCatch& try_catch) {
  v8::Local<v8::Value> stack;
  if (try_catch.StackTrace(context).ToLocal(&stack) && stack->IsString()) {
    std::fprintf(stderr, "%s\n", bind::utf8_of(isolate, stack.As<v8::String>()).c_str());
  } else if (v8::Local<v8::String> text; try_catch.Exception()->ToDetailString(context).ToLocal(&text)) {
    std::fprintf(stderr, "%s\n", bind::utf8_of(isolate, text).c_str());
  }
  if (!try_catch.Message().IsEmpty()) {
    v8::String::Utf8Value name(isolate, try_catch.Message()->GetScriptResourceName());
    std::fprintf(stderr, "at %s:%d\n", *name, try_catch.Message()->GetLineNumber(context).FromMaybe(0));
  }
}

/// Ids of the modules that the snapshot holds evaluated.
std::set<std::string> ids_of(Environment& env, v8::Local<v8::Object> loaded) {
  std::set<std::string> ids;
  const Table& sources = env.blob().sources();
  for (size_t i = 0; i < sources.size(); i++) {
    const std::string_view id = sources[i].first;
    bind::Context cx(env.isolate(), env.context(), env);
    if (loaded->Has(env.context(), bind::string_to_js(cx, id)).FromMaybe(false)) ids.emplace(id);
  }
  return ids;
}

/// Code caches of the modules that are not in the snapshot, made in an Environment that was started from it: V8 refuses
/// to make them while it makes a snapshot. Nothing on a syntax error, which has then been printed.
std::optional<std::string> make_caches(Platform& platform, const std::string& blob_bytes,
                                       const std::set<std::string>& in_snapshot) {
  const Blob blob{std::string_view(blob_bytes)};
  Environment env(platform, blob, EnvironmentOptions());
  v8::HandleScope handles(env.isolate());
  v8::Context::Scope context_scope(env.context());
  std::map<std::string, std::string> caches;
  for (size_t i = 0; i < blob.sources().size(); i++) {
    const std::string_view id = blob.sources()[i].first;
    if (in_snapshot.contains(std::string(id))) continue;
    v8::HandleScope scope(env.isolate());
    v8::TryCatch try_catch(env.isolate());
    v8::Local<v8::Function> function;
    if (!env.compile_builtin(id).ToLocal(&function)) {
      print_exception(env.isolate(), env.context(), try_catch);
      std::fprintf(stderr, "in built-in module %s\n", std::string(id).c_str());
      return std::nullopt;
    }
    const std::unique_ptr<v8::ScriptCompiler::CachedData> cache(
        v8::ScriptCompiler::CreateCodeCacheForFunction(function));
    if (cache)
      caches.emplace(id, std::string(reinterpret_cast<const char*>(cache->data), static_cast<size_t>(cache->length)));
  }
  return format_table(caches);
}

}  // namespace

std::string make_blob(Platform& platform, std::string_view sources) {
  const Blob blob = Blob::from_sources(sources);
  EnvironmentOptions options;
  Environment env(platform, blob, options);

  std::unique_ptr<v8::ArrayBuffer::Allocator> allocator(v8::ArrayBuffer::Allocator::NewDefaultAllocator());
  v8::Isolate* isolate = v8::Isolate::Allocate();
  platform.register_isolate(isolate);
  std::map<std::string, std::string> entries;
  std::set<std::string> in_snapshot;
  {
    v8::Isolate::CreateParams params;
    params.external_references = blob.external_references();
    params.array_buffer_allocator = allocator.get();
    v8::SnapshotCreator creator(isolate, params);
    isolate->SetMicrotasksPolicy(v8::MicrotasksPolicy::kExplicit);
    {
      v8::HandleScope scope(isolate);
      // The default context stays bare, for vm.createContext and friends; ours is the first additional one.
      creator.SetDefaultContext(v8::Context::New(isolate));
      v8::Local<v8::Context> context = v8::Context::New(isolate);
      v8::Context::Scope context_scope(context);
      SnapshotEnvironment::adopt(env, isolate, context);
      v8::TryCatch try_catch(isolate);
      v8::Local<v8::Object> loaded;
      if (!load_bootstrap(env).ToLocal(&loaded)) {
        print_exception(isolate, context, try_catch);
        return {};
      }
      isolate->PerformMicrotaskCheckpoint();
      in_snapshot = ids_of(env, loaded);
      entries["meta"] = env.save_into(creator);
      creator.AddContext(context);
      SnapshotEnvironment::abandon(env);
    }
    const v8::StartupData data = creator.CreateBlob(v8::SnapshotCreator::FunctionCodeHandling::kKeep);
    if (data.data == nullptr) {
      std::fputs("V8 could not make the snapshot\n", stderr);
      return {};
    }
    entries["snapshot"] = std::string(data.data, static_cast<size_t>(data.raw_size));
    delete[] data.data;
  }
  platform.unregister_isolate(isolate);
  entries["sources"] = std::string(sources);
  std::optional<std::string> caches = make_caches(platform, format_table(entries), in_snapshot);
  if (!caches) return {};
  entries["caches"] = std::move(*caches);
  return format_table(entries);
}

}  // namespace engine
}  // namespace vireo
