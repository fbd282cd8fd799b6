#include "cli/options.h"

#include <v8.h>

#include <algorithm>
#include <charconv>
#include <iterator>

#include "bind/bind.h"
#include "engine/environment.h"

namespace vireo::cli {

namespace {

enum class Type : uint8_t { kFlag, kText, kNumber, kList, kV8 };

/// Where an option may stand.
enum Place : uint8_t {
  kAnywhere,     ///< command line and NODE_OPTIONS
  kCommandLine,  ///< command line alone
};

struct Option {
  std::string_view name;
  Type type;
  Place place;
  std::string_view alias;  ///< short form
  std::string_view help;   ///< empty: accepted for Node's sake, not shown
  bool on = false;         ///< default of a flag
};

// Every option of Node 24. Those without help text are accepted; docs/compatibility.md says which have no effect yet.
constexpr Option kOptions[] = {
    {"--abort-on-uncaught-exception", Type::kFlag, kAnywhere, "", "abort instead of exit after an uncaught exception"},
    {"--addons", Type::kFlag, kAnywhere, "", "", true},
    {"--allow-addons", Type::kFlag, kAnywhere, "", ""},
    {"--allow-child-process", Type::kFlag, kAnywhere, "", ""},
    {"--allow-fs-read", Type::kList, kAnywhere, "", ""},
    {"--allow-fs-write", Type::kList, kAnywhere, "", ""},
    {"--allow-inspector", Type::kFlag, kAnywhere, "", ""},
    {"--allow-net", Type::kFlag, kAnywhere, "", ""},
    {"--allow-wasi", Type::kFlag, kAnywhere, "", ""},
    {"--allow-worker", Type::kFlag, kAnywhere, "", ""},
    {"--async-context-frame", Type::kFlag, kAnywhere, "", "", true},
    {"--build-snapshot", Type::kFlag, kCommandLine, "", ""},
    {"--build-snapshot-config", Type::kText, kCommandLine, "", ""},
    {"--check", Type::kFlag, kCommandLine, "-c", "check the syntax of a script without running it"},
    {"--completion-bash", Type::kFlag, kCommandLine, "", ""},
    {"--conditions", Type::kList, kAnywhere, "-C", "further conditions of package exports and imports"},
    {"--cpu-prof", Type::kFlag, kAnywhere, "", ""},
    {"--cpu-prof-dir", Type::kText, kAnywhere, "", ""},
    {"--cpu-prof-interval", Type::kNumber, kAnywhere, "", ""},
    {"--cpu-prof-name", Type::kText, kAnywhere, "", ""},
    {"--debug-port", Type::kText, kAnywhere, "", ""},
    {"--deprecation", Type::kFlag, kAnywhere, "", "", true},
    {"--diagnostic-dir", Type::kText, kAnywhere, "", ""},
    {"--disable-proto", Type::kText, kAnywhere, "", "disable Object.prototype.__proto__: delete or throw"},
    {"--disable-sigusr1", Type::kFlag, kAnywhere, "", ""},
    {"--disable-warning", Type::kList, kAnywhere, "", "silence a warning by its code or type"},
    {"--disable-wasm-trap-handler", Type::kFlag, kAnywhere, "", ""},
    {"--dns-result-order", Type::kText, kAnywhere, "", "verbatim, ipv4first or ipv6first"},
    {"--enable-etw-stack-walking", Type::kFlag, kAnywhere, "", ""},
    {"--enable-fips", Type::kFlag, kAnywhere, "", ""},
    {"--enable-network-family-autoselection", Type::kFlag, kAnywhere, "", "", true},
    {"--enable-source-maps", Type::kFlag, kAnywhere, "", "source maps in stack traces"},
    {"--entry-url", Type::kFlag, kAnywhere, "", ""},
    {"--env-file", Type::kList, kCommandLine, "", "set environment variables from a file"},
    {"--env-file-if-exists", Type::kList, kCommandLine, "", ""},
    {"--eval", Type::kText, kCommandLine, "-e", "run the given script"},
    {"--experimental-abortcontroller", Type::kFlag, kAnywhere, "", ""},
    {"--experimental-addon-modules", Type::kFlag, kAnywhere, "", ""},
    {"--experimental-async-context-frame", Type::kFlag, kAnywhere, "", ""},
    {"--experimental-config-file", Type::kText, kCommandLine, "", ""},
    {"--experimental-default-config-file", Type::kFlag, kCommandLine, "", ""},
    {"--experimental-default-type", Type::kText, kAnywhere, "", ""},
    {"--experimental-detect-module", Type::kFlag, kAnywhere, "", "", true},
    {"--experimental-eventsource", Type::kFlag, kAnywhere, "", "the global EventSource"},
    {"--experimental-fetch", Type::kFlag, kAnywhere, "", "", true},
    {"--experimental-global-customevent", Type::kFlag, kAnywhere, "", "", true},
    {"--experimental-global-navigator", Type::kFlag, kAnywhere, "", "", true},
    {"--experimental-global-webcrypto", Type::kFlag, kAnywhere, "", "", true},
    {"--experimental-import-meta-resolve", Type::kFlag, kAnywhere, "", ""},
    {"--experimental-inspector-network-resource", Type::kFlag, kAnywhere, "", ""},
    {"--experimental-json-modules", Type::kFlag, kAnywhere, "", ""},
    {"--experimental-loader", Type::kList, kAnywhere, "", ""},
    {"--experimental-modules", Type::kFlag, kAnywhere, "", ""},
    {"--experimental-network-inspection", Type::kFlag, kAnywhere, "", ""},
    {"--experimental-permission", Type::kFlag, kAnywhere, "", ""},
    {"--experimental-print-required-tla", Type::kFlag, kAnywhere, "", ""},
    {"--experimental-quic", Type::kFlag, kAnywhere, "", ""},
    {"--experimental-repl-await", Type::kFlag, kAnywhere, "", "", true},
    {"--experimental-report", Type::kFlag, kAnywhere, "", ""},
    {"--experimental-require-module", Type::kFlag, kAnywhere, "", "", true},
    {"--experimental-sea-config", Type::kText, kCommandLine, "", ""},
    {"--experimental-shadow-realm", Type::kFlag, kAnywhere, "", ""},
    {"--experimental-sqlite", Type::kFlag, kAnywhere, "", "", true},
    {"--experimental-storage-inspection", Type::kFlag, kAnywhere, "", ""},
    {"--experimental-strip-types", Type::kFlag, kAnywhere, "", "", true},
    {"--experimental-test-coverage", Type::kFlag, kAnywhere, "", ""},
    {"--experimental-test-isolation", Type::kText, kAnywhere, "", ""},
    {"--experimental-test-module-mocks", Type::kFlag, kAnywhere, "", ""},
    {"--experimental-test-snapshots", Type::kFlag, kAnywhere, "", ""},
    {"--experimental-top-level-await", Type::kFlag, kAnywhere, "", ""},
    {"--experimental-transform-types", Type::kFlag, kAnywhere, "", ""},
    {"--experimental-vm-modules", Type::kFlag, kAnywhere, "", ""},
    {"--experimental-wasi-unstable-preview1", Type::kFlag, kAnywhere, "", ""},
    {"--experimental-wasm-modules", Type::kFlag, kAnywhere, "", ""},
    {"--experimental-websocket", Type::kFlag, kAnywhere, "", "", true},
    {"--experimental-webstorage", Type::kFlag, kAnywhere, "", ""},
    {"--experimental-worker", Type::kFlag, kAnywhere, "", ""},
    {"--experimental-worker-inspection", Type::kFlag, kAnywhere, "", ""},
    {"--expose-internals", Type::kFlag, kCommandLine, "", ""},
    {"--extra-info-on-fatal-exception", Type::kFlag, kAnywhere, "", "", true},
    {"--force-async-hooks-checks", Type::kFlag, kAnywhere, "", "", true},
    {"--force-context-aware", Type::kFlag, kAnywhere, "", ""},
    {"--force-fips", Type::kFlag, kAnywhere, "", ""},
    {"--force-node-api-uncaught-exceptions-policy", Type::kFlag, kAnywhere, "", ""},
    {"--frozen-intrinsics", Type::kFlag, kAnywhere, "", ""},
    {"--global-search-paths", Type::kFlag, kAnywhere, "", "", true},
    {"--heap-prof", Type::kFlag, kAnywhere, "", ""},
    {"--heap-prof-dir", Type::kText, kAnywhere, "", ""},
    {"--heap-prof-interval", Type::kNumber, kAnywhere, "", ""},
    {"--heap-prof-name", Type::kText, kAnywhere, "", ""},
    {"--heapsnapshot-near-heap-limit", Type::kNumber, kAnywhere, "", ""},
    {"--heapsnapshot-signal", Type::kText, kAnywhere, "", ""},
    {"--help", Type::kFlag, kCommandLine, "-h", "print this"},
    {"--http-parser", Type::kText, kAnywhere, "", ""},
    {"--icu-data-dir", Type::kText, kAnywhere, "", ""},
    {"--import", Type::kList, kAnywhere, "", "load an ES module before the script"},
    {"--input-type", Type::kText, kAnywhere, "",
     "commonjs, module or their -typescript forms: what --eval and stdin hold"},
    {"--insecure-http-parser", Type::kFlag, kAnywhere, "", "accept invalid HTTP"},
    {"--inspect", Type::kFlag, kAnywhere, "", ""},
    {"--inspect-brk", Type::kFlag, kAnywhere, "", ""},
    {"--inspect-port", Type::kText, kAnywhere, "", ""},
    {"--inspect-publish-uid", Type::kText, kAnywhere, "", ""},
    {"--inspect-wait", Type::kFlag, kAnywhere, "", ""},
    {"--interactive", Type::kFlag, kCommandLine, "-i", ""},
    {"--localstorage-file", Type::kText, kAnywhere, "", ""},
    {"--max-http-header-size", Type::kNumber, kAnywhere, "", "largest head of an HTTP message, bytes"},
    {"--max-old-space-size-percentage", Type::kText, kAnywhere, "", ""},
    {"--network-family-autoselection", Type::kFlag, kAnywhere, "", "", true},
    {"--network-family-autoselection-attempt-timeout", Type::kNumber, kAnywhere, "", ""},
    {"--node-memory-debug", Type::kFlag, kAnywhere, "", ""},
    {"--node-snapshot", Type::kFlag, kAnywhere, "", "", true},
    {"--openssl-config", Type::kText, kAnywhere, "", ""},
    {"--openssl-legacy-provider", Type::kFlag, kAnywhere, "", ""},
    {"--openssl-shared-config", Type::kFlag, kAnywhere, "", ""},
    {"--pending-deprecation", Type::kFlag, kAnywhere, "", "emit pending deprecation warnings"},
    {"--permission", Type::kFlag, kAnywhere, "", ""},
    {"--permission-audit", Type::kFlag, kAnywhere, "", ""},
    {"--preserve-symlinks", Type::kFlag, kAnywhere, "", "keep symbolic links in module paths"},
    {"--preserve-symlinks-main", Type::kFlag, kAnywhere, "", "keep them in the main script's path"},
    {"--print", Type::kText, kCommandLine, "-p", "run the given script and print its value"},
    {"--prof-process", Type::kFlag, kCommandLine, "", ""},
    {"--redirect-warnings", Type::kText, kAnywhere, "", "write warnings to a file"},
    {"--report-compact", Type::kFlag, kAnywhere, "", ""},
    {"--report-dir", Type::kText, kAnywhere, "", ""},
    {"--report-directory", Type::kText, kAnywhere, "", ""},
    {"--report-exclude-env", Type::kFlag, kAnywhere, "", ""},
    {"--report-exclude-network", Type::kFlag, kAnywhere, "", ""},
    {"--report-filename", Type::kText, kAnywhere, "", ""},
    {"--report-on-fatalerror", Type::kFlag, kAnywhere, "", ""},
    {"--report-on-signal", Type::kFlag, kAnywhere, "", ""},
    {"--report-signal", Type::kText, kAnywhere, "", ""},
    {"--report-uncaught-exception", Type::kFlag, kAnywhere, "", ""},
    {"--require", Type::kList, kAnywhere, "-r", "load a CommonJS module before the script"},
    {"--run", Type::kText, kCommandLine, "", "run a script of package.json"},
    {"--secure-heap", Type::kNumber, kAnywhere, "", ""},
    {"--secure-heap-min", Type::kNumber, kAnywhere, "", ""},
    {"--security-revert", Type::kList, kCommandLine, "", ""},
    {"--snapshot-blob", Type::kText, kAnywhere, "", ""},
    {"--strip-types", Type::kFlag, kAnywhere, "", "", true},
    {"--test", Type::kFlag, kCommandLine, "", "run tests: the files that are named, or all in this folder"},
    {"--test-concurrency", Type::kNumber, kAnywhere, "", "test files at once"},
    {"--test-coverage-branches", Type::kNumber, kAnywhere, "", ""},
    {"--test-coverage-exclude", Type::kList, kAnywhere, "", ""},
    {"--test-coverage-functions", Type::kNumber, kAnywhere, "", ""},
    {"--test-coverage-include", Type::kList, kAnywhere, "", ""},
    {"--test-coverage-lines", Type::kNumber, kAnywhere, "", ""},
    {"--test-force-exit", Type::kFlag, kAnywhere, "", "end when all tests have, whatever is still open"},
    {"--test-global-setup", Type::kText, kAnywhere, "", ""},
    {"--test-isolation", Type::kText, kAnywhere, "", "process or none"},
    {"--test-name-pattern", Type::kList, kAnywhere, "", "run the tests whose names match"},
    {"--test-only", Type::kFlag, kAnywhere, "", "run tests marked with only"},
    {"--test-reporter", Type::kList, kAnywhere, "", "spec, tap, dot, junit or a module"},
    {"--test-reporter-destination", Type::kList, kAnywhere, "", "stdout, stderr or a file"},
    {"--test-rerun-failures", Type::kText, kAnywhere, "", ""},
    {"--test-shard", Type::kText, kAnywhere, "", "a part of the files: 1/3"},
    {"--test-skip-pattern", Type::kList, kAnywhere, "", "leave out the tests whose names match"},
    {"--test-timeout", Type::kNumber, kAnywhere, "", "milliseconds a test may take"},
    {"--test-udp-no-try-send", Type::kFlag, kCommandLine, "", ""},
    {"--test-update-snapshots", Type::kFlag, kAnywhere, "", ""},
    {"--throw-deprecation", Type::kFlag, kAnywhere, "", "throw on deprecations"},
    {"--title", Type::kText, kAnywhere, "", "the process's title"},
    {"--tls-cipher-list", Type::kText, kAnywhere, "", ""},
    {"--tls-keylog", Type::kText, kAnywhere, "", ""},
    {"--tls-max-v1.2", Type::kFlag, kAnywhere, "", ""},
    {"--tls-max-v1.3", Type::kFlag, kAnywhere, "", ""},
    {"--tls-min-v1.0", Type::kFlag, kAnywhere, "", ""},
    {"--tls-min-v1.1", Type::kFlag, kAnywhere, "", ""},
    {"--tls-min-v1.2", Type::kFlag, kAnywhere, "", ""},
    {"--tls-min-v1.3", Type::kFlag, kAnywhere, "", ""},
    {"--trace-deprecation", Type::kFlag, kAnywhere, "", "stack traces of deprecations"},
    {"--trace-env", Type::kFlag, kAnywhere, "", ""},
    {"--trace-env-js-stack", Type::kFlag, kAnywhere, "", ""},
    {"--trace-env-native-stack", Type::kFlag, kAnywhere, "", ""},
    {"--trace-event-categories", Type::kText, kAnywhere, "", ""},
    {"--trace-event-file-pattern", Type::kText, kAnywhere, "", ""},
    {"--trace-exit", Type::kFlag, kAnywhere, "", ""},
    {"--trace-promises", Type::kFlag, kAnywhere, "", ""},
    {"--trace-require-module", Type::kText, kAnywhere, "", ""},
    {"--trace-sigint", Type::kFlag, kAnywhere, "", ""},
    {"--trace-sync-io", Type::kFlag, kAnywhere, "", ""},
    {"--trace-tls", Type::kFlag, kAnywhere, "", ""},
    {"--trace-uncaught", Type::kFlag, kAnywhere, "", "where uncaught values were thrown"},
    {"--trace-warnings", Type::kFlag, kAnywhere, "", "stack traces of warnings"},
    {"--track-heap-objects", Type::kFlag, kAnywhere, "", ""},
    {"--unhandled-rejections", Type::kText, kAnywhere, "", "throw, strict, warn, warn-with-error-code or none"},
    {"--use-bundled-ca", Type::kFlag, kAnywhere, "", ""},
    {"--use-env-proxy", Type::kFlag, kAnywhere, "", ""},
    {"--use-largepages", Type::kText, kAnywhere, "", ""},
    {"--use-openssl-ca", Type::kFlag, kAnywhere, "", ""},
    {"--use-system-ca", Type::kFlag, kAnywhere, "", ""},
    {"--v8-pool-size", Type::kNumber, kAnywhere, "", ""},
    {"--verify-base-objects", Type::kFlag, kAnywhere, "", ""},
    {"--version", Type::kFlag, kCommandLine, "-v", "print versions"},
    {"--warnings", Type::kFlag, kAnywhere, "", "", true},
    {"--watch", Type::kFlag, kCommandLine, "", ""},
    {"--watch-kill-signal", Type::kText, kCommandLine, "", ""},
    {"--watch-path", Type::kList, kCommandLine, "", ""},
    {"--watch-preserve-output", Type::kFlag, kCommandLine, "", ""},
    {"--webstorage", Type::kFlag, kAnywhere, "", ""},
    {"--zero-fill-buffers", Type::kFlag, kAnywhere, "", ""},
    // V8's own that NODE_OPTIONS may hold; on the command line every V8 flag goes.
    {"--disallow-code-generation-from-strings", Type::kV8, kAnywhere, "", ""},
    {"--expose-gc", Type::kV8, kAnywhere, "", ""},
    {"--huge-max-old-generation-size", Type::kV8, kAnywhere, "", ""},
    {"--interpreted-frames-native-stack", Type::kV8, kAnywhere, "", ""},
    {"--jitless", Type::kV8, kAnywhere, "", ""},
    {"--max-old-space-size", Type::kV8, kAnywhere, "", ""},
    {"--max-semi-space-size", Type::kV8, kAnywhere, "", ""},
    {"--perf-basic-prof", Type::kV8, kAnywhere, "", ""},
    {"--perf-basic-prof-only-functions", Type::kV8, kAnywhere, "", ""},
    {"--perf-prof", Type::kV8, kAnywhere, "", ""},
    {"--perf-prof-unwinding-info", Type::kV8, kAnywhere, "", ""},
    {"--stack-trace-limit", Type::kV8, kAnywhere, "", ""},
};

const Option* find(std::string_view name) {
  if (name == "--loader") name = "--experimental-loader";
  if (name == "-pe") name = "--print";
  const auto* found = std::find_if(std::begin(kOptions), std::end(kOptions), [&](const Option& option) {
    return option.name == name || (!option.alias.empty() && option.alias == name);
  });
  return found == std::end(kOptions) ? nullptr : found;
}

/// The words of NODE_OPTIONS: spaces separate, double quotes keep together, backslash escapes inside them.
bool split_words(std::string_view text, std::vector<std::string>& words) {
  bool quoted = false;
  bool open = false;
  for (size_t i = 0; i < text.size(); i++) {
    char c = text[i];
    if (c == '\\' && quoted) {
      if (++i == text.size()) return false;
      c = text[i];
    } else if (c == ' ' && !quoted) {
      open = false;
      continue;
    } else if (c == '"') {
      quoted = !quoted;
      if (!open) {
        words.emplace_back();
        open = true;
      }
      continue;
    }
    if (!open) words.emplace_back();
    open = true;
    words.back() += c;
  }
  return !quoted;
}

class Parser {
 public:
  Parser(CommandLine& out, bool from_environment) : out_(out), from_environment_(from_environment) {}

  /// Takes options from `words` until the script's name. False on an error.
  bool run(const std::vector<std::string>& words) {
    size_t i = 0;
    for (; i < words.size(); i++) {
      const std::string& word = words[i];
      if (word == "--") {
        if (from_environment_) return fail("-- is not allowed in NODE_OPTIONS");
        i++;
        break;
      }
      if (word.size() < 2 || word[0] != '-') {
        if (from_environment_) return fail(word + " is not allowed in NODE_OPTIONS");
        break;
      }
      const size_t before = i;
      if (!take(words, i)) return false;
      if (!from_environment_) {
        for (size_t at = before; at <= i && at < words.size(); at++) out_.exec_argv.push_back(words[at]);
      }
    }
    for (; i < words.size(); i++) out_.arguments.push_back(words[i]);
    return true;
  }

 private:
  bool fail(const std::string& what) {
    out_.error = what;
    return false;
  }

  bool take(const std::vector<std::string>& words, size_t& i) {
    std::string name = words[i];
    std::string value;
    bool has_value = false;
    if (name.starts_with("--")) {
      if (const size_t equals = name.find('='); equals != std::string::npos) {
        value = name.substr(equals + 1);
        name.resize(equals);
        has_value = true;
      }
      std::replace(name.begin(), name.end(), '_', '-');
    }
    const std::string shown = name;
    bool negated = false;
    const Option* option = find(name);
    if (option == nullptr && name.starts_with("--no-")) {
      option = find("--" + name.substr(5));
      negated = option != nullptr;
      if (negated && option->type != Type::kFlag && option->type != Type::kV8 &&
          option->name != "--trace-require-module") {
        return fail(shown + " is an invalid negation because it is not a boolean option");
      }
    }
    if (option == nullptr) {
      if (from_environment_) return fail(shown + " is not allowed in NODE_OPTIONS");
      if (!name.starts_with("--")) return fail("bad option: " + words[i]);
      out_.v8_flags.push_back(words[i]);  // V8 judges
      return true;
    }
    if (from_environment_ && option->place == kCommandLine) return fail(shown + " is not allowed in NODE_OPTIONS");
    if (option->type == Type::kV8) {
      out_.v8_flags.push_back(words[i]);
      return true;
    }
    const std::string key(option->name);
    if (option->type == Type::kFlag) {
      // Some flags take an optional value (--inspect=port); it is accepted and ignored.
      if (has_value && !key.starts_with("--inspect")) return fail(shown + "=" + value + " does not take an argument");
      out_.values[key] = !negated;
      implications(key, !negated);
      return true;
    }
    if (!has_value) {
      // Takes its value after "=" only.
      if (key == "--trace-require-module") {
        out_.values[key] = negated ? std::string() : std::string("all");
        return true;
      }
      // --print without a script prints what stdin or --eval gives.
      const bool optional = key == "--print";
      if (i + 1 < words.size() && words[i + 1].starts_with("\\-")) {
        value = words[++i].substr(1);
      } else if (i + 1 < words.size() &&
                 (!words[i + 1].starts_with("-") || words[i + 1] == "-" || words[i + 1].size() < 2)) {
        value = words[++i];
      } else if (!optional) {
        return fail(shown + " requires an argument");
      }
    }
    switch (option->type) {
      case Type::kNumber: {
        double number = 0;
        const auto [end, error] = std::from_chars(value.data(), value.data() + value.size(), number);
        if (error != std::errc()) return fail(shown + " must be a number");
        out_.values[key] = number;
        break;
      }
      case Type::kList: {
        if (value.empty() && !key.starts_with("--env-file")) return fail(shown + " requires an argument");
        auto& slot = out_.values[key];
        if (!std::holds_alternative<std::vector<std::string>>(slot)) slot = std::vector<std::string>();
        std::get<std::vector<std::string>>(slot).push_back(value);
        break;
      }
      default:
        if (value.empty() && !has_value && key != "--eval" && key != "--print")
          return fail(shown + " requires an argument");
        out_.values[key] = value;
        if (key == "--eval" || key == "--print")
          out_.values["[has_eval_string]"] = key == "--eval" || has_value || !value.empty();
        if (key == "--print") out_.values["[print]"] = true;
    }
    return true;
  }

  void implications(const std::string& key, bool on) {
    if (key == "--trace-deprecation" || key == "--throw-deprecation") return;
    if (key == "--experimental-transform-types" && on) out_.values["--enable-source-maps"] = true;
    if (key == "--inspect-brk" && on) out_.values["--inspect"] = true;
  }

  CommandLine& out_;
  bool from_environment_;
};

std::string check(const CommandLine& line) {
  const auto one_of = [&](std::string_view name, std::initializer_list<std::string_view> allowed) -> std::string {
    const auto found = line.values.find(name);
    if (found == line.values.end()) return {};
    const std::string& value = std::get<std::string>(found->second);
    if (std::find(allowed.begin(), allowed.end(), value) != allowed.end()) return {};
    std::string list;
    for (const std::string_view each : allowed) list += (list.empty() ? "'" : ", '") + std::string(each) + "'";
    return std::string(name) + " must be one of " + list;
  };
  if (const std::string bad =
          one_of("--unhandled-rejections", {"throw", "strict", "warn", "warn-with-error-code", "none"});
      !bad.empty()) {
    return "invalid value for --unhandled-rejections";
  }
  if (!one_of("--dns-result-order", {"verbatim", "ipv4first", "ipv6first"}).empty())
    return "--dns-result-order must be \"verbatim\", \"ipv4first\" or \"ipv6first\"";
  if (!one_of("--input-type", {"commonjs", "module", "commonjs-typescript", "module-typescript"}).empty()) {
    return "--input-type must be \"module\",\"commonjs\", \"module-typescript\" or \"commonjs-typescript\"";
  }
  if (!one_of("--disable-proto", {"", "delete", "throw"}).empty()) return "invalid mode passed to --disable-proto";
  if (!one_of("--trace-require-module", {"", "all", "no-node-modules"}).empty())
    return "invalid value for --trace-require-module";
  if (line.flag("--check") && line.flag("[has_eval_string]")) return "either --check or --eval can be used, not both";
  return {};
}

}  // namespace

bool CommandLine::flag(std::string_view name) const {
  const auto found = values.find(name);
  if (found != values.end()) return std::holds_alternative<bool>(found->second) && std::get<bool>(found->second);
  const Option* option = find(name);
  return option != nullptr && option->on;
}

const std::string& CommandLine::text(std::string_view name) const {
  static const std::string kEmpty;
  const auto found = values.find(name);
  return found != values.end() && std::holds_alternative<std::string>(found->second)
             ? std::get<std::string>(found->second)
             : kEmpty;
}

CommandLine parse(const std::vector<std::string>& argv, std::string_view node_options) {
  CommandLine line;
  std::vector<std::string> words;
  if (!split_words(node_options, words)) {
    line.error = "invalid value for NODE_OPTIONS (unterminated string)";
    return line;
  }
  if (!Parser(line, true).run(words)) return line;
  if (!Parser(line, false).run(std::vector<std::string>(argv.begin() + (argv.empty() ? 0 : 1), argv.end())))
    return line;
  line.error = check(line);
  if (line.error.starts_with("invalid mode")) line.exit_code = 12;
  return line;
}

std::string help() {
  std::string text =
      "Usage: vireo [options] [ script.js ] [arguments]\n"
      "\n"
      "Options:\n"
      "  -                           script read from stdin (default if no file name is provided)\n"
      "  --                          indicate the end of options\n";
  for (const Option& option : kOptions) {
    if (option.help.empty()) continue;
    std::string left =
        option.alias.empty() ? std::string(option.name) : std::string(option.alias) + ", " + std::string(option.name);
    if (option.type != Type::kFlag) left += "=...";
    if (left.size() < 26) left.resize(26, ' ');
    text += "  " + left + "  " + std::string(option.help) + "\n";
  }
  text +=
      "\n"
      "Environment variables:\n"
      "NODE_OPTIONS                options, as on the command line\n"
      "NODE_PATH                   ':'-separated folders prefixed to the module search path\n"
      "NODE_NO_WARNINGS            set to 1 to silence warnings\n"
      "NO_COLOR, FORCE_COLOR       colours on terminals\n"
      "UV_THREADPOOL_SIZE          threads of libuv's pool\n"
      "\n"
      "Documentation can be found at https://nodejs.org/api/\n";
  return text;
}

namespace {

v8::Local<v8::Object> values_of(bind::Context& cx, const CommandLine& line) {
  v8::Local<v8::Object> object = v8::Object::New(cx.isolate, v8::Null(cx.isolate), nullptr, nullptr, 0);
  const auto set = [&](std::string_view key, v8::Local<v8::Value> value) {
    object->CreateDataProperty(cx.context, bind::string_to_js(cx, key), value).Check();
  };
  for (const auto& [name, value] : line.values) {
    set(name, std::visit([&](const auto& held) -> v8::Local<v8::Value> { return bind::to_js(cx, held); }, value));
  }
  return object;
}

/// Every option's value, by its long name.
v8::Local<v8::Object> values(bind::Context& cx) { return values_of(cx, *cx.env.options().command_line); }

/// [message of an error, V8's flags, values] of a text as NODE_OPTIONS holds it.
v8::Local<v8::Array> parse_node_options(bind::Context& cx, std::string text) {
  const CommandLine line = parse({}, text);
  v8::Local<v8::Value> row[] = {bind::string_to_js(cx, line.error), bind::to_js(cx, line.v8_flags),
                                values_of(cx, line)};
  return v8::Array::New(cx.isolate, row, std::size(row));
}

/// [name, default, kind, allowed in NODE_OPTIONS] of every option.
v8::Local<v8::Array> table(bind::Context& cx) {
  v8::Local<v8::Array> rows = v8::Array::New(cx.isolate);
  uint32_t at = 0;
  for (const Option& option : kOptions) {
    v8::Local<v8::Value> otherwise = v8::Undefined(cx.isolate);
    if (option.type == Type::kFlag) otherwise = v8::Boolean::New(cx.isolate, option.on);
    if (option.type == Type::kText) otherwise = v8::String::Empty(cx.isolate);
    if (option.type == Type::kList) otherwise = v8::Array::New(cx.isolate);
    if (option.type == Type::kNumber) otherwise = v8::Integer::New(cx.isolate, 0);
    v8::Local<v8::Value> row[] = {bind::string_to_js(cx, option.name), otherwise,
                                  v8::Integer::New(cx.isolate, static_cast<int>(option.type)),
                                  v8::Boolean::New(cx.isolate, option.place == kAnywhere)};
    rows->Set(cx.context, at++, v8::Array::New(cx.isolate, row, std::size(row))).Check();
  }
  return rows;
}

}  // namespace

/// Of the options of a Worker those that it cannot have: unknown ones and such of the process as a whole.
std::vector<std::string> invalid_worker_options(const std::vector<std::string>& words) {
  static constexpr std::string_view kProcessWide[] = {"--title",           "--v8-pool-size",      "--secure-heap",
                                                      "--secure-heap-min", "--zero-fill-buffers", "--openssl-config",
                                                      "--icu-data-dir"};
  static constexpr std::string_view kV8Flags[] = {"--expose-gc",
                                                  "--expose_gc",
                                                  "--max-old-space-size",
                                                  "--max_old_space_size",
                                                  "--max-semi-space-size",
                                                  "--stack-trace-limit",
                                                  "--abort-on-uncaught-exception",
                                                  "--jitless",
                                                  "--huge-max-old-generation-size",
                                                  "--interpreted-frames-native-stack",
                                                  "--disallow-code-generation-from-strings"};
  std::vector<std::string> bad;
  for (const std::string& word : words) {
    if (!word.starts_with('-')) continue;
    const std::string_view name = std::string_view(word).substr(0, word.find('='));
    const CommandLine line = parse({"vireo", word, "worker"}, "");
    const bool is_foreign_flag = !line.v8_flags.empty() && std::ranges::find(kV8Flags, name) == std::end(kV8Flags);
    if (is_foreign_flag || std::ranges::find(kProcessWide, name) != std::end(kProcessWide)) bad.push_back(word);
  }
  return bad;
}

BIND_MODULE(options) {
  module.function<invalid_worker_options>("invalidWorkerOptions");
  module.function<values>("values");
  module.function<table>("table");
  module.function<parse_node_options>("parseNodeOptions");
}

}  // namespace vireo::cli
