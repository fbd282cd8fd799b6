// tools/prelink.mjs gives the libraries of the sysroot places of their own and settles there, in the file, what depends
// on the place. ld.so asks the kernel for those places and gets them; but the kernel need not grant that. Before
// anything of such a library has run, this looks whether it lies where it should, and does the relocations itself if it
// does not.
#include <elf.h>
#include <link.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cstdint>
#include <cstdlib>

namespace vireo::engine {

namespace {

// As in tools/prelink.mjs.
constexpr ElfW(Sxword) kRelative = 0x6ffff0a0;
constexpr ElfW(Sxword) kRelativeSize = 0x6ffff0a1;

/// Changes the protection of the part of the library that is read-only once relocated.
void protect(const dl_phdr_info& library, int protection) {
  const uintptr_t page = static_cast<uintptr_t>(::sysconf(_SC_PAGESIZE));
  for (int i = 0; i < library.dlpi_phnum; i++) {
    const ElfW(Phdr)& segment = library.dlpi_phdr[i];
    if (segment.p_type != PT_GNU_RELRO) continue;
    const uintptr_t begin = (library.dlpi_addr + segment.p_vaddr) & ~(page - 1);
    const uintptr_t end = (library.dlpi_addr + segment.p_vaddr + segment.p_memsz) & ~(page - 1);
    if (end > begin && ::mprotect(reinterpret_cast<void*>(begin), end - begin, protection) != 0) std::abort();
  }
}

int relocate(dl_phdr_info* library, size_t, void*) {
  // The distance between the place that the library was made for and the one that it has.
  const uintptr_t distance = library->dlpi_addr;
  if (distance == 0) return 0;
  const ElfW(Dyn)* dynamic = nullptr;
  for (int i = 0; i < library->dlpi_phnum; i++) {
    if (library->dlpi_phdr[i].p_type == PT_DYNAMIC)
      dynamic = reinterpret_cast<const ElfW(Dyn)*>(distance + library->dlpi_phdr[i].p_vaddr);
  }
  uintptr_t table = 0;
  size_t size = 0;
  for (; dynamic != nullptr && dynamic->d_tag != DT_NULL; dynamic++) {
    if (dynamic->d_tag == kRelative) table = distance + dynamic->d_un.d_ptr;
    if (dynamic->d_tag == kRelativeSize) size = dynamic->d_un.d_val;
  }
  if (table == 0) return 0;
  protect(*library, PROT_READ | PROT_WRITE);
  const auto* relocation = reinterpret_cast<const ElfW(Rela)*>(table);
  for (size_t i = 0; i < size / sizeof(ElfW(Rela)); i++)
    *reinterpret_cast<uintptr_t*>(distance + relocation[i].r_offset) =
        distance + static_cast<uintptr_t>(relocation[i].r_addend);
  protect(*library, PROT_READ);
  return 0;
}

void relocate_libraries() { dl_iterate_phdr(&relocate, nullptr); }

}  // namespace

// Runs before the initialisers of all libraries.
[[gnu::section(".preinit_array"), gnu::used,
  gnu::retain]] static void (*const kBeforeLibraries)() = &relocate_libraries;

}  // namespace vireo::engine
