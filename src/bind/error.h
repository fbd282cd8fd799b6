// Failures are values: a function that can fail returns Result<T>, and the binding layer throws.
#pragma once

#include <expected>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "bind/context.h"

namespace vireo::bind {

enum class ErrorType { kError, kTypeError, kRangeError, kSyntaxError };

/// What went wrong, without any V8 in it, so that it can be made on every thread.
class [[nodiscard]] Error {
 public:
  /// A system error as Node shows it: "ENOENT: no such file or directory, open 'x'". `uv_code` is a negative libuv
  /// code.
  static Error system(int uv_code, std::string_view syscall, std::string_view path = {}, std::string_view dest = {});

  /// An error with one of Node's `ERR_*` codes.
  static Error coded(std::string_view code, std::string_view message, ErrorType type = ErrorType::kError);

  /// A plain error without a code.
  static Error plain(std::string_view message, ErrorType type = ErrorType::kError);

  /// A further property of the error object: a text, or a list of texts.
  using Property = std::pair<std::string, std::variant<std::string, std::vector<std::string>>>;
  void set_properties(std::vector<Property> properties) {
    properties_ = std::make_shared<const std::vector<Property>>(std::move(properties));
  }

  /// V8 has an exception pending already: leave it alone.
  static Error pending();

  /// The JavaScript error object. Must not be called for `pending()`.
  v8::Local<v8::Value> to_exception(Context& cx) const;

  /// Throws it in the current isolate.
  void throw_in(Context& cx) const;

  [[nodiscard]] bool is_pending() const { return kind_ == Kind::kPending; }
  [[nodiscard]] int uv_code() const { return uv_code_; }
  [[nodiscard]] const std::string& code() const { return code_; }
  [[nodiscard]] const std::string& message() const { return message_; }

 private:
  enum class Kind : uint8_t { kSystem, kCoded, kPlain, kPending };
  explicit Error(Kind kind) : kind_(kind) {}

  Kind kind_;
  ErrorType type_ = ErrorType::kError;
  bool has_path_ = false;
  bool has_dest_ = false;
  int uv_code_ = 0;
  std::string code_;
  std::string message_;
  std::string syscall_;
  std::string path_;
  std::string dest_;
  std::shared_ptr<const std::vector<Property>> properties_;  // seldom there
};

template <class T>
using Result = std::expected<T, Error>;

/// `return bind::fail(Error::system(...))` from a function that gives a Result.
inline std::unexpected<Error> fail(Error error) { return std::unexpected<Error>(std::move(error)); }

}  // namespace vireo::bind
