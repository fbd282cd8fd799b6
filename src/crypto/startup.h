// What the command line says of OpenSSL, before anything of it is used.
#pragma once

#include <string>
#include <vector>

#include "cli/options.h"

namespace vireo::crypto {

/// --secure-heap and --openssl-config. Not empty: what is wrong with them, complaint by complaint.
std::vector<std::string> configure(const cli::CommandLine& line);

}  // namespace vireo::crypto
