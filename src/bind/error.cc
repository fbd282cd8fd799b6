#include "bind/error.h"

#include <uv.h>

#include "bind/to_js.h"
#include "engine/environment.h"

namespace vireo::bind {

Error Error::system(int uv_code, std::string_view syscall, std::string_view path, std::string_view dest) {
  Error error(Kind::kSystem);
  error.uv_code_ = uv_code;
  char buffer[64];
  error.code_ = uv_err_name_r(uv_code, buffer, sizeof(buffer));
  char text[256];
  error.message_ = uv_strerror_r(uv_code, text, sizeof(text));
  error.syscall_ = syscall;
  error.path_ = path;
  error.has_path_ = path.data() != nullptr;
  error.dest_ = dest;
  error.has_dest_ = dest.data() != nullptr;
  return error;
}

Error Error::coded(std::string_view code, std::string_view message, ErrorType type) {
  Error error(Kind::kCoded);
  error.code_ = code;
  error.message_ = message;
  error.type_ = type;
  return error;
}

Error Error::plain(std::string_view message, ErrorType type) {
  Error error(Kind::kPlain);
  error.message_ = message;
  error.type_ = type;
  return error;
}

Error Error::pending() { return Error(Kind::kPending); }

namespace {

v8::Local<v8::Value> make(ErrorType type, v8::Local<v8::String> message) {
  switch (type) {
    case ErrorType::kTypeError: return v8::Exception::TypeError(message);
    case ErrorType::kRangeError: return v8::Exception::RangeError(message);
    case ErrorType::kSyntaxError: return v8::Exception::SyntaxError(message);
    case ErrorType::kError: break;
  }
  return v8::Exception::Error(message);
}

void set(Context& cx, v8::Local<v8::Object> object, const char* key, v8::Local<v8::Value> value) {
  object->CreateDataProperty(cx.context, name(cx.isolate, key), value).Check();
}

}  // namespace

v8::Local<v8::Value> Error::to_exception(Context& cx) const {
  if (kind_ == Kind::kSystem) {
    std::string text = code_ + ": " + message_ + ", " + syscall_;
    if (has_path_) text += " '" + path_ + "'";
    if (has_dest_) text += " -> '" + dest_ + "'";
    v8::Local<v8::Object> error = v8::Exception::Error(string_to_js(cx, text)).As<v8::Object>();
    set(cx, error, "errno", v8::Integer::New(cx.isolate, uv_code_));
    set(cx, error, "code", string_to_js(cx, code_));
    set(cx, error, "syscall", string_to_js(cx, syscall_));
    if (has_path_) set(cx, error, "path", string_to_js(cx, path_));
    if (has_dest_) set(cx, error, "dest", string_to_js(cx, dest_));
    return error;
  }
  if (kind_ == Kind::kCoded) {
    // JavaScript's error table makes them where it can: one shape of coded error for the whole runtime.
    v8::Local<v8::Function> factory = cx.env.hook(Hook::kCodedError);
    if (!factory.IsEmpty()) {
      v8::Local<v8::Value> args[] = {string_to_js(cx, code_), string_to_js(cx, message_),
                                     v8::Integer::New(cx.isolate, static_cast<int>(type_))};
      v8::TryCatch ignore(cx.isolate);
      v8::Local<v8::Value> error;
      if (factory->Call(cx.context, v8::Undefined(cx.isolate), 3, args).ToLocal(&error)) return error;
    }
  }
  v8::Local<v8::Object> error = make(type_, string_to_js(cx, message_)).As<v8::Object>();
  if (kind_ == Kind::kCoded) set(cx, error, "code", string_to_js(cx, code_));
  if (properties_) {
    for (const auto& [key, value] : *properties_) {
      if (const auto* text = std::get_if<std::string>(&value)) set(cx, error, key.c_str(), string_to_js(cx, *text));
      else set(cx, error, key.c_str(), to_js(cx, std::get<std::vector<std::string>>(value)));
    }
  }
  return error;
}

void Error::throw_in(Context& cx) const {
  if (kind_ != Kind::kPending) cx.isolate->ThrowException(to_exception(cx));
}

}  // namespace vireo::bind
