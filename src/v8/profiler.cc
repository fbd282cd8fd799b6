// v8.GCProfiler and v8.startCpuProfile().
#include <v8-profiler.h>

#include <charconv>

#include "bind/bind.h"
#include "engine/environment.h"
#include "v8/json_stream.h"

namespace vireo::v8_module {

namespace {

/// The heap at one moment, as the JSON of a GC profile shows it.
struct HeapState {
  explicit HeapState(v8::Isolate* isolate) {
    isolate->GetHeapStatistics(&heap);
    spaces.resize(isolate->NumberOfHeapSpaces());
    for (size_t i = 0; i < spaces.size(); i++) isolate->GetHeapSpaceStatistics(&spaces[i], i);
  }

  void append_to(std::string& json) {
    const std::pair<const char*, size_t> totals[] = {
        {"totalHeapSize", heap.total_heap_size()},
        {"totalHeapSizeExecutable", heap.total_heap_size_executable()},
        {"totalPhysicalSize", heap.total_physical_size()},
        {"totalAvailableSize", heap.total_available_size()},
        {"totalGlobalHandlesSize", heap.total_global_handles_size()},
        {"usedGlobalHandlesSize", heap.used_global_handles_size()},
        {"usedHeapSize", heap.used_heap_size()},
        {"heapSizeLimit", heap.heap_size_limit()},
        {"mallocedMemory", heap.malloced_memory()},
        {"externalMemory", heap.external_memory()},
        {"peakMallocedMemory", heap.peak_malloced_memory()},
    };
    json += "{\"heapStatistics\":{";
    append(json, totals);
    json += "},\"heapSpaceStatistics\":[";
    for (size_t i = 0; i < spaces.size(); i++) {
      v8::HeapSpaceStatistics& space = spaces[i];
      json += i == 0 ? "{\"spaceName\":\"" : ",{\"spaceName\":\"";
      json += space.space_name();
      json += "\",";
      const std::pair<const char*, size_t> sizes[] = {
          {"spaceSize", space.space_size()},
          {"spaceUsedSize", space.space_used_size()},
          {"spaceAvailableSize", space.space_available_size()},
          {"physicalSpaceSize", space.physical_space_size()},
      };
      append(json, sizes);
      json += '}';
    }
    json += "]}";
  }

  v8::HeapStatistics heap;
  std::vector<v8::HeapSpaceStatistics> spaces;

 private:
  static void append(std::string& json, std::span<const std::pair<const char*, size_t>> numbers) {
    bool first = true;
    for (const auto& [name, value] : numbers) {
      if (!first) json += ',';
      first = false;
      json += '"';
      json += name;
      json += "\":";
      json += std::to_string(value);
    }
  }
};

const char* name_of(v8::GCType type) {
  switch (type) {
    case v8::kGCTypeScavenge: return "Scavenge";
    case v8::kGCTypeMinorMarkSweep: return "MinorMarkSweep";
    case v8::kGCTypeMarkSweepCompact: return "MarkSweepCompact";
    case v8::kGCTypeIncrementalMarking: return "IncrementalMarking";
    case v8::kGCTypeProcessWeakCallbacks: return "ProcessWeakCallbacks";
    default: return "Unknown";
  }
}

/// Notes the heap before and after every collection between start() and stop().
class GcProfile final : public bind::Object {
 public:
  explicit GcProfile(Environment& env) : Object(env) {}
  ~GcProfile() override { unhook(); }

  void start() {
    if (running_) return;
    running_ = true;
    collections_ = 0;
    json_.clear();
    isolate()->AddGCPrologueCallback(&before, this);
    isolate()->AddGCEpilogueCallback(&after, this);
  }

  /// The statistics as a JSON array; nothing when it does not run.
  std::optional<std::string> stop() {
    if (!running_) return std::nullopt;
    unhook();
    return "[" + std::exchange(json_, {}) + "]";
  }

 private:
  void unhook() {
    if (!running_) return;
    running_ = false;
    before_.reset();
    isolate()->RemoveGCPrologueCallback(&before, this);
    isolate()->RemoveGCEpilogueCallback(&after, this);
  }

  static void before(v8::Isolate* isolate, v8::GCType, v8::GCCallbackFlags, void* data) {
    auto* self = static_cast<GcProfile*>(data);
    if (self->before_) return;  // a collection within a collection
    self->before_.emplace(isolate);
    self->started_ = uv_hrtime();
  }

  static void after(v8::Isolate* isolate, v8::GCType type, v8::GCCallbackFlags, void* data) {
    auto* self = static_cast<GcProfile*>(data);
    if (!self->before_) return;
    const double microseconds = static_cast<double>(uv_hrtime() - self->started_) / 1e3;
    if (self->collections_++ != 0) self->json_ += ',';
    self->json_ += "{\"gcType\":\"";
    self->json_ += name_of(type);
    self->json_ += "\",\"beforeGC\":";
    self->before_->append_to(self->json_);
    char cost[32];
    const auto written = std::to_chars(cost, cost + sizeof(cost), microseconds, std::chars_format::fixed, 3);
    self->json_ += ",\"cost\":";
    self->json_.append(cost, written.ptr);
    self->json_ += ",\"afterGC\":";
    HeapState(isolate).append_to(self->json_);
    self->json_ += '}';
    self->before_.reset();
  }

  bool running_ = false;
  uint64_t started_ = 0;
  size_t collections_ = 0;
  std::string json_;
  std::optional<HeapState> before_;
};

/// A CPU profile that runs from its construction to stop().
class CpuProfile final : public bind::Object {
 public:
  /// @param interval microseconds between samples; 0: V8's default
  CpuProfile(Environment& env, double interval) : Object(env), profiler_(v8::CpuProfiler::New(isolate())) {
    if (interval > 0) profiler_->SetSamplingInterval(static_cast<int>(interval));
    id_ =
        profiler_->Start(v8::CpuProfilingOptions(v8::kLeafNodeLineNumbers, v8::CpuProfilingOptions::kNoSampleLimit)).id;
  }
  ~CpuProfile() override { end(); }

  /// The profile as Chrome's tools read it (JSON); nothing when it was stopped before.
  std::optional<std::string> stop() {
    if (profiler_ == nullptr) return std::nullopt;
    v8::HandleScope handles(isolate());
    std::optional<std::string> json;
    if (v8::CpuProfile* profile = profiler_->Stop(id_); profile != nullptr) {
      JsonStream stream;
      profile->Serialize(&stream, v8::CpuProfile::kJSON);
      profile->Delete();
      json = stream.take();
    }
    end();
    return json;
  }

 private:
  void end() {
    if (profiler_ != nullptr) profiler_->Dispose();
    profiler_ = nullptr;
  }

  v8::CpuProfiler* profiler_;
  v8::ProfilerId id_ = 0;
};

/// Samples of allocations from its construction to stop().
class HeapProfile final : public bind::Object {
 public:
  explicit HeapProfile(Environment& env) : Object(env) {
    running_ = isolate()->GetHeapProfiler()->StartSamplingHeapProfiler(kInterval, kDepth);
  }
  ~HeapProfile() override { end(); }

  /// The profile as Chrome's tools read it (JSON); nothing when it was stopped before.
  std::optional<std::string> stop() {
    if (!running_) return std::nullopt;
    v8::HandleScope handles(isolate());
    std::optional<std::string> json;
    const std::unique_ptr<v8::AllocationProfile> profile(isolate()->GetHeapProfiler()->GetAllocationProfile());
    if (profile != nullptr) {
      std::string text = "{\"head\":";
      append(text, *profile->GetRootNode());
      text += ",\"samples\":[";
      bool first = true;
      for (const v8::AllocationProfile::Sample& sample : profile->GetSamples()) {
        if (!first) text += ',';
        first = false;
        text += "{\"size\":" + std::to_string(sample.size * sample.count) +
                ",\"nodeId\":" + std::to_string(sample.node_id) + ",\"ordinal\":" + std::to_string(sample.sample_id) +
                "}";
      }
      json = text + "]}";
    }
    end();
    return json;
  }

 private:
  static constexpr uint64_t kInterval = 512 * 1024;
  static constexpr int kDepth = 16;

  void end() {
    if (running_) isolate()->GetHeapProfiler()->StopSamplingHeapProfiler();
    running_ = false;
  }

  void append_quoted(std::string& json, v8::Local<v8::String> text) {
    v8::Local<v8::String> quoted;
    if (v8::JSON::Stringify(env().context(), text).ToLocal(&quoted)) json += bind::utf8_of(isolate(), quoted);
    else json += "\"\"";
  }

  // As deep as kDepth.
  void append(std::string& json, const v8::AllocationProfile::Node& node) {  // NOLINT(misc-no-recursion)
    size_t size = 0;
    for (const v8::AllocationProfile::Allocation& allocation : node.allocations)
      size += allocation.size * allocation.count;
    json += "{\"callFrame\":{\"functionName\":";
    append_quoted(json, node.name);
    json += ",\"scriptId\":\"" + std::to_string(node.script_id) + "\",\"url\":";
    append_quoted(json, node.script_name);
    json += ",\"lineNumber\":" + std::to_string(node.line_number - 1) +
            ",\"columnNumber\":" + std::to_string(node.column_number - 1) + "},\"selfSize\":" + std::to_string(size) +
            ",\"id\":" + std::to_string(node.node_id) + ",\"children\":[";
    bool first = true;
    for (const v8::AllocationProfile::Node* child : node.children) {
      if (!first) json += ',';
      first = false;
      append(json, *child);
    }
    json += "]}";
  }

  bool running_ = false;
};

}  // namespace

BIND_MODULE(profiler) {
  auto heap = module.class_<HeapProfile>("HeapProfile");
  heap.constructor<>().method<&HeapProfile::stop>("stop");
  auto gc = module.class_<GcProfile>("GcProfile");
  gc.constructor<>().method<&GcProfile::start>("start").method<&GcProfile::stop>("stop");
  auto cpu = module.class_<CpuProfile>("CpuProfile");
  cpu.constructor<double>().method<&CpuProfile::stop>("stop");
}

}  // namespace vireo::v8_module
