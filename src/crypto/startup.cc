#include "crypto/startup.h"

#include <openssl/conf.h>
#include <openssl/crypto.h>
#include <openssl/rand.h>

#include <bit>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <memory>

#include "crypto/openssl.h"

namespace vireo::crypto {

namespace {

using SettingsPtr = Owned<OPENSSL_INIT_SETTINGS, OPENSSL_INIT_free>;

/// A number of the command line, or `missing`.
int64_t number_of(const cli::CommandLine& line, std::string_view name, int64_t missing) {
  const auto found = line.values.find(name);
  if (found == line.values.end()) return missing;
  const double* value = std::get_if<double>(&found->second);
  return value == nullptr ? missing : static_cast<int64_t>(*value);
}

bool is_power_of_two(int64_t number) { return number > 0 && std::has_single_bit(static_cast<uint64_t>(number)); }

/// Loads a configuration; a process that cannot have random numbers with it had better not go on.
void load_config(const std::string& path) {
  const SettingsPtr settings(OPENSSL_INIT_new());
  OPENSSL_INIT_set_config_filename(settings.get(), path.c_str());
  OPENSSL_INIT_set_config_appname(settings.get(), "nodejs_conf");
  OPENSSL_INIT_set_config_file_flags(settings.get(), CONF_MFLAGS_IGNORE_MISSING_FILE);
  if (OPENSSL_init_crypto(OPENSSL_INIT_LOAD_CONFIG, settings.get()) != 1) {
    std::fprintf(stderr, "OpenSSL configuration error:\n");
    ERR_print_errors_fp(stderr);
    std::exit(1);
  }
  uint8_t byte = 0;
  if (RAND_bytes(&byte, 1) == 1) return;
  std::fprintf(stderr, "OpenSSL gives no random numbers with %s\n", path.c_str());
  std::abort();
}

}  // namespace

std::vector<std::string> configure(const cli::CommandLine& line) {
  const int64_t heap = number_of(line, "--secure-heap", 0);
  const int64_t smallest = number_of(line, "--secure-heap-min", 2);
  if (heap != 0) {
    std::vector<std::string> wrong;
    if (!is_power_of_two(heap)) wrong.emplace_back("--secure-heap must be a power of 2");
    if (!is_power_of_two(smallest)) wrong.emplace_back("--secure-heap-min must be a power of 2");
    if (!wrong.empty()) return wrong;
    (void)CRYPTO_secure_malloc_init(static_cast<size_t>(heap), static_cast<size_t>(smallest));
  }
  if (const auto found = line.values.find("--openssl-config"); found != line.values.end()) {
    if (const auto* path = std::get_if<std::string>(&found->second); path != nullptr && !path->empty())
      load_config(*path);
  }
  return {};
}

}  // namespace vireo::crypto
