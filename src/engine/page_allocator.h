// Where V8's pages come from: V8's own allocator, told better where generated code should lie.
#pragma once

#include <v8-platform.h>

namespace vireo::engine {

/// Passes everything on to V8's allocator, which outlives it. V8 wants generated code within 2 GiB of the built-in
/// functions, so that they can be called directly, and asks for it by giving their address as the hint. Where the
/// engine is a library at a place of its own (tools/prelink.mjs) the kernel finds that place taken and picks one far
/// away, and V8 maps a second copy of the built-in functions: the hint becomes the space before the library.
class PageAllocator final : public v8::PageAllocator {
 public:
  explicit PageAllocator(v8::PageAllocator& system) : system_(system) {}

  size_t AllocatePageSize() override { return system_.AllocatePageSize(); }
  size_t CommitPageSize() override { return system_.CommitPageSize(); }
  void SetRandomMmapSeed(int64_t seed) override { system_.SetRandomMmapSeed(seed); }
  void* GetRandomMmapAddr() override { return system_.GetRandomMmapAddr(); }
  void* AllocatePages(void* address, size_t length, size_t alignment, Permission permissions) override;
  bool FreePages(void* address, size_t length) override { return system_.FreePages(address, length); }
  bool ReleasePages(void* address, size_t length, size_t new_length) override {
    return system_.ReleasePages(address, length, new_length);
  }
  bool SetPermissions(void* address, size_t length, Permission permissions) override {
    return system_.SetPermissions(address, length, permissions);
  }
  bool RecommitPages(void* address, size_t length, Permission permissions) override {
    return system_.RecommitPages(address, length, permissions);
  }
  bool DiscardSystemPages(void* address, size_t size) override { return system_.DiscardSystemPages(address, size); }
  bool DecommitPages(void* address, size_t size) override { return system_.DecommitPages(address, size); }
  bool SealPages(void* address, size_t length) override { return system_.SealPages(address, length); }
  bool ReserveForSharedMemoryMapping(void* address, size_t size) override {
    return system_.ReserveForSharedMemoryMapping(address, size);
  }
  std::unique_ptr<SharedMemory> AllocateSharedPages(size_t length, const void* original_address) override {
    return system_.AllocateSharedPages(length, original_address);
  }
  bool CanAllocateSharedPages() override { return system_.CanAllocateSharedPages(); }

 private:
  v8::PageAllocator& system_;
};

}  // namespace vireo::engine
