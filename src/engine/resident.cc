#include "engine/resident.h"

#include <link.h>
#include <sys/mman.h>
#include <unistd.h>

namespace vireo::engine {

namespace {
constexpr uintptr_t kHugePage = 2U << 20;
}

void release_loaded_pages() {
  dl_iterate_phdr(
      [](dl_phdr_info* info, size_t, void*) {
        const uintptr_t page = static_cast<uintptr_t>(::sysconf(_SC_PAGESIZE));
        for (int i = 0; i < info->dlpi_phnum; i++) {
          const ElfW(Phdr)& segment = info->dlpi_phdr[i];
          if (segment.p_type != PT_LOAD || (segment.p_flags & PF_W) != 0) continue;
          const uintptr_t begin = (info->dlpi_addr + segment.p_vaddr) & ~(page - 1);
          const uintptr_t end = (info->dlpi_addr + segment.p_vaddr + segment.p_memsz + page - 1) & ~(page - 1);
          // Without this, one touch maps 2 MiB wherever the page cache happens to hold huge pages.
          if (end - begin >= kHugePage) ::madvise(reinterpret_cast<void*>(begin), end - begin, MADV_NOHUGEPAGE);
          ::madvise(reinterpret_cast<void*>(begin), end - begin, MADV_DONTNEED);
        }
        return 0;
      },
      nullptr);
}

}  // namespace vireo::engine
