// What V8 says about its heap, its flags and its strings.
#include <v8-cppgc.h>
#include <v8-profiler.h>

#include "bind/bind.h"
#include "v8/json_stream.h"

namespace vireo::v8_module {

namespace {

using bind::Bytes;

template <size_t N>
void store(Bytes out, const double (&values)[N]) {
  if (out.size() >= sizeof(values)) std::memcpy(out.data(), values, sizeof(values));
}

/// In the order of the names in src/v8/v8.js.
void heap_statistics(v8::Isolate* isolate, Bytes out) {
  v8::HeapStatistics s;
  isolate->GetHeapStatistics(&s);
  const double values[] = {static_cast<double>(s.total_heap_size()),
                           static_cast<double>(s.total_heap_size_executable()),
                           static_cast<double>(s.total_physical_size()),
                           static_cast<double>(s.total_available_size()),
                           static_cast<double>(s.used_heap_size()),
                           static_cast<double>(s.heap_size_limit()),
                           static_cast<double>(s.malloced_memory()),
                           static_cast<double>(s.peak_malloced_memory()),
                           static_cast<double>(s.does_zap_garbage()),
                           static_cast<double>(s.number_of_native_contexts()),
                           static_cast<double>(s.number_of_detached_contexts()),
                           static_cast<double>(s.total_global_handles_size()),
                           static_cast<double>(s.used_global_handles_size()),
                           static_cast<double>(s.external_memory())};
  store(out, values);
}

void heap_code_statistics(v8::Isolate* isolate, Bytes out) {
  v8::HeapCodeStatistics s;
  isolate->GetHeapCodeAndMetadataStatistics(&s);
  const double values[] = {
      static_cast<double>(s.code_and_metadata_size()), static_cast<double>(s.bytecode_and_metadata_size()),
      static_cast<double>(s.external_script_source_size()), static_cast<double>(s.cpu_profiler_metadata_size())};
  store(out, values);
}

std::vector<std::string> heap_spaces(v8::Isolate* isolate) {
  std::vector<std::string> names;
  for (size_t i = 0; i < isolate->NumberOfHeapSpaces(); i++) {
    v8::HeapSpaceStatistics s;
    if (isolate->GetHeapSpaceStatistics(&s, i)) names.emplace_back(s.space_name());
  }
  return names;
}

void heap_space_statistics(v8::Isolate* isolate, uint32_t index, Bytes out) {
  v8::HeapSpaceStatistics s;
  if (!isolate->GetHeapSpaceStatistics(&s, index)) return;
  const double values[] = {static_cast<double>(s.space_size()), static_cast<double>(s.space_used_size()),
                           static_cast<double>(s.space_available_size()), static_cast<double>(s.physical_space_size())};
  store(out, values);
}

void set_flags(std::string flags) { v8::V8::SetFlagsFromString(flags.data(), flags.size()); }

uint32_t cached_data_version_tag() { return v8::ScriptCompiler::CachedDataVersionTag(); }

bool is_one_byte(v8::Local<v8::String> text) { return text->IsOneByte(); }

/// The heap as JSON, as Chrome's tools read it.
bind::OwnedBytes heap_snapshot(v8::Isolate* isolate, bool expose_internals, bool expose_numbers) {
  v8::HeapProfiler::HeapSnapshotOptions options;
  options.snapshot_mode = expose_internals ? v8::HeapProfiler::HeapSnapshotMode::kExposeInternals
                                           : v8::HeapProfiler::HeapSnapshotMode::kRegular;
  options.numerics_mode = expose_numbers ? v8::HeapProfiler::NumericsMode::kExposeNumericValues
                                         : v8::HeapProfiler::NumericsMode::kHideNumericValues;
  const v8::HeapSnapshot* snapshot = isolate->GetHeapProfiler()->TakeHeapSnapshot(options);
  JsonStream stream;
  snapshot->Serialize(&stream, v8::HeapSnapshot::kJSON);
  const_cast<v8::HeapSnapshot*>(snapshot)->Delete();
  return bind::OwnedBytes(std::string_view(stream.text()));
}

/// Objects that have `constructor`.prototype in their chain.
class InstancesOf final : public v8::QueryObjectPredicate {
 public:
  InstancesOf(v8::Local<v8::Context> context, v8::Local<v8::Object> prototype)
      : context_(context), prototype_(prototype) {}
  bool Filter(v8::Local<v8::Object> object) override {
    v8::Local<v8::Value> at = object;
    while (at->IsObject() && !at->IsProxy()) {
      at = at.As<v8::Object>()->GetPrototypeV2();
      if (at == prototype_) return true;
    }
    return false;
  }

 private:
  v8::Local<v8::Context> context_;
  v8::Local<v8::Object> prototype_;
};

/// Committed, resident and used bytes of what cppgc holds (nothing of ours: V8 alone).
std::vector<double> cpp_heap_statistics(v8::Isolate* isolate, bool detailed) {
  v8::CppHeap* heap = isolate->GetCppHeap();
  if (heap == nullptr) return {0, 0, 0};
  const cppgc::HeapStatistics s =
      heap->CollectStatistics(detailed ? cppgc::HeapStatistics::kDetailed : cppgc::HeapStatistics::kBrief);
  return {static_cast<double>(s.committed_size_bytes), static_cast<double>(s.resident_size_bytes),
          static_cast<double>(s.used_size_bytes)};
}

std::vector<v8::Local<v8::Value>> query_objects(bind::Context& cx, v8::Local<v8::Object> prototype) {
  std::vector<v8::Global<v8::Object>> found;
  InstancesOf predicate(cx.context, prototype);
  cx.isolate->GetHeapProfiler()->QueryObjects(cx.context, &predicate, &found);
  std::vector<v8::Local<v8::Value>> objects;
  for (const auto& object : found) objects.push_back(object.Get(cx.isolate));
  return objects;
}

}  // namespace

BIND_MODULE(v8) {
  module.function<heap_statistics>("heapStatistics");
  module.function<heap_code_statistics>("heapCodeStatistics");
  module.function<heap_spaces>("heapSpaces");
  module.function<heap_space_statistics>("heapSpaceStatistics");
  module.function<set_flags>("setFlags");
  module.function<cached_data_version_tag>("cachedDataVersionTag");
  module.function<is_one_byte>("isOneByte");
  module.function<heap_snapshot>("heapSnapshot");
  module.function<cpp_heap_statistics>("cppHeapStatistics");
  module.function<query_objects>("queryObjects");
}

}  // namespace vireo::v8_module
