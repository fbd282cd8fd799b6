// Build tool: mkblob SOURCES OUT evaluates the internal modules and writes the blob that the executable embeds.
#include <v8.h>

#include <cstdio>
#include <fstream>
#include <iterator>
#include <string>

#include "engine/platform.h"
#include "engine/snapshot.h"

int main(int argc, char** argv) {
  if (argc != 3) {
    std::fputs("usage: mkblob SOURCES OUT\n", stderr);
    return 2;
  }
  std::ifstream in(argv[1], std::ios::binary);
  const std::string sources((std::istreambuf_iterator<char>(in)), std::istreambuf_iterator<char>());
  // A hash seed in the snapshot would be the same in every process; V8 rehashes tables when it loads one.
  vireo::engine::Platform platform(1);
  v8::V8::SetFlagsFromString(vireo::engine::kV8Features);
  v8::V8::InitializePlatform(&platform);
  v8::V8::Initialize();
  const std::string blob = vireo::engine::make_blob(platform, sources);
  if (blob.empty()) return 1;
  std::ofstream out(argv[2], std::ios::binary);
  out << blob;
  out.close();
  return out ? 0 : 1;
}
