// libnode.so is our V8 and nothing else: no symbol of Node's own may be in this program's import table.
#include <elf.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <cstring>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

namespace {

std::vector<std::string> undefined_symbols(const std::string& file) {
  std::ifstream in(file, std::ios::binary);
  const std::string bytes((std::istreambuf_iterator<char>(in)), std::istreambuf_iterator<char>());
  Elf64_Ehdr header;
  std::memcpy(&header, bytes.data(), sizeof(header));
  std::vector<Elf64_Shdr> sections(header.e_shnum);
  std::memcpy(sections.data(), bytes.data() + header.e_shoff, sizeof(Elf64_Shdr) * header.e_shnum);
  std::vector<std::string> names;
  for (const Elf64_Shdr& section : sections) {
    if (section.sh_type != SHT_DYNSYM) continue;
    const char* strings = bytes.data() + sections[section.sh_link].sh_offset;
    for (size_t at = 0; at < section.sh_size; at += sizeof(Elf64_Sym)) {
      Elf64_Sym symbol;
      std::memcpy(&symbol, bytes.data() + section.sh_offset + at, sizeof(symbol));
      if (symbol.st_shndx == SHN_UNDEF) names.emplace_back(strings + symbol.st_name);
    }
  }
  return names;
}

TEST(Imports, NothingOfNodeItself) {
  // The program under test stands beside this one.
  std::string self(4096, '\0');
  self.resize(static_cast<size_t>(readlink("/proc/self/exe", self.data(), self.size())));
  const std::vector<std::string> names = undefined_symbols(self.substr(0, self.rfind('/')) + "/vireo");
  ASSERT_GT(names.size(), 100U);
  bool has_v8 = false;
  for (const std::string& name : names) {
    has_v8 = has_v8 || name.starts_with("_ZN2v8");
    EXPECT_FALSE(name.find("4node") != std::string::npos && name.starts_with("_Z")) << name;
    EXPECT_FALSE(name.starts_with("napi_") || name.starts_with("node_")) << name;
    EXPECT_FALSE(name.starts_with("uv__")) << name;
  }
  EXPECT_TRUE(has_v8);
}

}  // namespace
