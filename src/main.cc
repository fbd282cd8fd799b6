// The entry point: standard descriptors, options, V8, one Environment, its exit code.
#include <fcntl.h>
#include <malloc.h>
#include <unistd.h>
#include <uv.h>
#include <v8.h>

#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <string>
#include <vector>

#include "cli/options.h"
#include "crypto/startup.h"
#include "engine/environment.h"
#include "engine/resident.h"
#include "engine/version.h"

namespace {

/// A closed standard descriptor would be given to the next file that is opened: put /dev/null there.
void open_missing_descriptors() {
  for (int fd = 0; fd <= 2; fd++) {
    if (fcntl(fd, F_GETFD) == -1 && open("/dev/null", O_RDWR) != fd) std::abort();
  }
}

/// Where this program was started from. Under the distribution's launcher the kernel only knows of ld.so.
std::string executable_path() {
  if (const char* told = std::getenv("VIREO_EXEC_PATH"); told != nullptr) {
    std::string path(told);
    ::unsetenv("VIREO_EXEC_PATH");  // children find their own
    return path;
  }
  std::string path(4096, '\0');
  size_t size = path.size();
  if (uv_exepath(path.data(), &size) != 0) return {};
  path.resize(size);
  return path;
}

/// Hands V8 its flags; what it does not know is a bad option.
void set_v8_flags(vireo::cli::CommandLine& line) {
  std::vector<char*> flags{const_cast<char*>("vireo")};
  for (std::string& flag : line.v8_flags) flags.push_back(flag.data());
  int count = static_cast<int>(flags.size());
  v8::V8::SetFlagsFromCommandLine(&count, flags.data(), true);
  if (count > 1) line.error = std::string("bad option: ") + flags[1];
}

}  // namespace

int main(int argc, char** argv) {
  vireo::Milestones milestones{.origin = uv_hrtime()};
  open_missing_descriptors();
  // One arena: what a thread of the pool allocates (a file's bytes) and JavaScript frees is used again, where arenas of
  // threads give it back to the kernel each time; and less memory lies idle.
  ::mallopt(M_ARENA_MAX, 1);
  std::signal(SIGPIPE, SIG_IGN);
  argv = uv_setup_args(argc, argv);

  const std::vector<std::string> words(argv, argv + argc);
  const char* node_options = std::getenv("NODE_OPTIONS");
  auto line =
      std::make_shared<vireo::cli::CommandLine>(vireo::cli::parse(words, node_options == nullptr ? "" : node_options));
  if (line->error.empty() && !line->v8_flags.empty()) set_v8_flags(*line);
  if (!line->error.empty()) {
    std::fprintf(stderr, "%s: %s\n", words.empty() ? "vireo" : words[0].c_str(), line->error.c_str());
    return line->exit_code;
  }
  const std::vector<std::string> complaints = vireo::crypto::configure(*line);
  for (const std::string& complaint : complaints) std::fprintf(stderr, "%s: %s\n", argv[0], complaint.c_str());
  if (!complaints.empty()) return line->exit_code;
  if (line->flag("--version")) {
    std::printf("v%s\nvireo %s\n", vireo::engine::kNodeVersion, vireo::engine::kVireoVersion);
    return 0;
  }
  if (line->flag("--help")) {
    std::fputs(vireo::cli::help().c_str(), stdout);
    return 0;
  }

  milestones.node_start = uv_hrtime();
  vireo::EnvironmentOptions options;
  options.exec_path = executable_path();
  options.argv.push_back(words.empty() ? options.exec_path : words[0]);
  options.argv.insert(options.argv.end(), line->arguments.begin(), line->arguments.end());
  options.exec_argv = line->exec_argv;
  options.command_line = line;

  vireo::engine::release_loaded_pages();
  int exit_code = 0;
  vireo::engine::Platform platform(0);
  v8::V8::SetFlagsFromString("--no-freeze-flags-after-init");  // v8.setFlagsFromString() works at any time
  v8::V8::SetFlagsFromString(vireo::engine::kV8Features);
  milestones.v8_start = uv_hrtime();
  options.milestones = milestones;
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
