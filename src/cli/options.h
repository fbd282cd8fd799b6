// The command line: one table of options, parsed before V8 starts, since V8 flags are among them.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace vireo::cli {

using OptionValue = std::variant<bool, double, std::string, std::vector<std::string>>;

struct CommandLine {
  std::map<std::string, OptionValue, std::less<>> values;  ///< by long name: "--conditions"
  std::vector<std::string> exec_argv;                      ///< the options, as given
  std::vector<std::string> arguments;                      ///< the script and what follows it
  std::vector<std::string> v8_flags;
  std::string error;  ///< not empty: a complete message; the process ends with `exit_code`
  int exit_code = 9;

  [[nodiscard]] bool flag(std::string_view name) const;
  [[nodiscard]] const std::string& text(std::string_view name) const;
};

/// Parses argv[1...] after the options of NODE_OPTIONS (`node_options`, may be empty).
CommandLine parse(const std::vector<std::string>& argv, std::string_view node_options);

/// What `--help` prints.
std::string help();

}  // namespace vireo::cli
