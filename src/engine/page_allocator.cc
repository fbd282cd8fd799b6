#include "engine/page_allocator.h"

#include <dlfcn.h>

namespace vireo::engine {

void* PageAllocator::AllocatePages(void* address, size_t length, size_t alignment, Permission permissions) {
  Dl_info library;
  if (address != nullptr && ::dladdr(address, &library) != 0 && library.dli_fbase != nullptr) {
    const uintptr_t base = reinterpret_cast<uintptr_t>(library.dli_fbase);
    // V8's allocator takes `alignment` more and cuts off what it does not need.
    const uintptr_t wanted = (base - length - alignment) & ~(alignment - 1);
    if (wanted < base) address = reinterpret_cast<void*>(wanted);
  }
  return system_.AllocatePages(address, length, alignment, permissions);
}

}  // namespace vireo::engine
