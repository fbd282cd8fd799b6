// Heap snapshots when the heap is nearly full: v8.setHeapSnapshotNearHeapLimit(), --heapsnapshot-near-heap-limit.
#include <unistd.h>
#include <v8-profiler.h>

#include <cstdio>
#include <ctime>

#include "bind/bind.h"
#include "engine/environment.h"

namespace vireo::v8_module {

namespace {

class FileStream final : public v8::OutputStream {
 public:
  explicit FileStream(const char* name) : file_(std::fopen(name, "we")) {}
  ~FileStream() override {
    if (file_ != nullptr) std::fclose(file_);
  }
  [[nodiscard]] bool is_open() const { return file_ != nullptr; }
  void EndOfStream() override {}
  int GetChunkSize() override { return 64 * 1024; }
  WriteResult WriteAsciiChunk(char* data, int size) override {
    return std::fwrite(data, 1, static_cast<size_t>(size), file_) == static_cast<size_t>(size) ? kContinue : kAbort;
  }

 private:
  std::FILE* file_;
};

/// How many more snapshots an isolate may write.
struct NearHeapLimit {
  v8::Isolate* isolate;
  uint32_t remaining;
  uint32_t written = 0;
  bool busy = false;
};

void write_snapshot(NearHeapLimit& state) {
  const std::time_t now = std::time(nullptr);
  std::tm local{};
  localtime_r(&now, &local);
  char stamp[32];
  std::strftime(stamp, sizeof(stamp), "%Y%m%d.%H%M%S", &local);
  char name[96];
  std::snprintf(name, sizeof(name), "Heap.%s.%d.0.%03u.heapsnapshot", stamp, getpid(), ++state.written);
  FileStream file(name);
  if (!file.is_open()) return;
  const v8::HeapSnapshot* snapshot = state.isolate->GetHeapProfiler()->TakeHeapSnapshot();
  snapshot->Serialize(&file, v8::HeapSnapshot::kJSON);
  const_cast<v8::HeapSnapshot*>(snapshot)->Delete();
  std::fprintf(stderr, "Wrote snapshot to %s\n", name);
}

/// The snapshot itself needs heap: room for a young generation is added while it is made.
size_t on_near_limit(void* data, size_t current, size_t initial) {
  constexpr size_t kRoom = size_t{64} << 20;
  auto& state = *static_cast<NearHeapLimit*>(data);
  if (state.busy) return current + kRoom;
  if (state.remaining == 0) return current;
  state.busy = true;
  write_snapshot(state);
  state.busy = false;
  if (--state.remaining == 0) state.isolate->RemoveNearHeapLimitCallback(&on_near_limit, initial);
  return current + (state.remaining == 0 ? 0 : kRoom);
}

/// Once for an isolate; later calls change nothing, as in Node.
void set_near_heap_limit(Environment& env, v8::Isolate* isolate, uint32_t count) {
  static thread_local std::unique_ptr<NearHeapLimit> state;
  if (state != nullptr || count == 0) return;
  state = std::make_unique<NearHeapLimit>(NearHeapLimit{isolate, count});
  isolate->AddNearHeapLimitCallback(&on_near_limit, state.get());
}

}  // namespace

BIND_MODULE(near_heap_limit) { module.function<set_near_heap_limit>("setNearHeapLimit"); }

}  // namespace vireo::v8_module
