// The entry point: standard descriptors, options, V8, one Environment, its exit code.
#include <fcntl.h>
#include <unistd.h>
#include <uv.h>
#include <v8.h>

#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <vector>

#include "engine/environment.h"

namespace {

/// A closed standard descriptor would be given to the next file that is opened: put /dev/null there.
void open_missing_descriptors() {
  for (int fd = 0; fd <= 2; fd++) {
    if (fcntl(fd, F_GETFD) == -1 && open("/dev/null", O_RDWR) != fd) std::abort();
  }
}

std::string executable_path() {
  std::string path(4096, '\0');
  size_t size = path.size();
  if (uv_exepath(path.data(), &size) != 0) return {};
  path.resize(size);
  return path;
}

}  // namespace

int main(int argc, char** argv) {
  open_missing_descriptors();
  std::signal(SIGPIPE, SIG_IGN);
  argv = uv_setup_args(argc, argv);

  vireo::EnvironmentOptions options;
  options.argv.assign(argv, argv + argc);
  options.exec_path = executable_path();

  int exit_code = 0;
  vireo::engine::Platform platform(0);
  v8::V8::InitializePlatform(&platform);
  v8::V8::Initialize();
  {
    vireo::Environment env(platform, vireo::engine::Blob::embedded(), std::move(options));
    exit_code = env.run();
#if !defined(VIREO_CLEAN_EXIT)
    // The process ends here: the kernel takes back memory faster than V8 can. Sanitizer builds do it the long way.
    std::fflush(nullptr);
    ::_exit(exit_code);
#endif
  }
  v8::V8::Dispose();
  v8::V8::DisposePlatform();
  return exit_code;
}
