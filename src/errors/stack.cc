// The text of `error.stack`: Error.prepareStackTrace as V8 knows it, and the code in the first line of coded errors.
#include "errors/stack.h"

#include <uv.h>

#include "bind/bind.h"
#include "engine/environment.h"

namespace vireo::errors {

namespace {

v8::Local<v8::Private> coded_mark(v8::Isolate* isolate) {
  return v8::Private::ForApi(isolate, bind::name(isolate, "vireo:coded"));
}

/// Marks the prototype of a class of coded errors.
void mark_coded(bind::Context& cx, v8::Local<v8::Object> prototype) {
  prototype->SetPrivate(cx.context, coded_mark(cx.isolate), v8::True(cx.isolate)).Check();
}

std::vector<std::string> uv_error(int32_t error) {
  char name[64];
  char text[256];
  return {uv_err_name_r(error, name, sizeof(name)), uv_strerror_r(error, text, sizeof(text))};
}

/// [[errno, name, message], ...] of every error of libuv.
v8::Local<v8::Array> uv_errors(bind::Context& cx) {
  std::vector<v8::Local<v8::Value>> rows;
  const auto add = [&](int errno_value, const char* name, const char* message) {
    v8::Local<v8::Value> row[] = {v8::Integer::New(cx.isolate, errno_value), bind::string_to_js(cx, name),
                                  bind::string_to_js(cx, message)};
    rows.push_back(v8::Array::New(cx.isolate, row, std::size(row)));
  };
#define VIREO_ADD_ERROR(name, message) add(UV_##name, #name, message);
  UV_ERRNO_MAP(VIREO_ADD_ERROR)
#undef VIREO_ADD_ERROR
  return v8::Array::New(cx.isolate, rows.data(), rows.size());
}

/// "TypeError [ERR_X]: message" for coded errors; what Error.prototype.toString gives for others.
std::string header_of(bind::Context& cx, v8::Local<v8::Object> error) {
  const auto property = [&](const char* key) -> std::string {
    v8::Local<v8::Value> value;
    v8::Local<v8::String> text;
    if (!error->Get(cx.context, bind::name(cx.isolate, key)).ToLocal(&value) || value->IsUndefined()) return {};
    if (!value->ToString(cx.context).ToLocal(&text)) return {};
    return bind::utf8_of(cx.isolate, text);
  };
  v8::TryCatch ignore(cx.isolate);
  std::string name = property("name");
  if (name.empty()) name = "Error";
  v8::Local<v8::Value> prototype = error->GetPrototypeV2();
  if (prototype->IsObject() &&
      prototype.As<v8::Object>()->HasPrivate(cx.context, coded_mark(cx.isolate)).FromMaybe(false)) {
    name += " [" + property("code") + "]";
  }
  const std::string message = property("message");
  return message.empty() ? name : name + ": " + message;
}

/// `format(first line, call sites)` makes the stacks from now on; undefined: we do it here.
void set_stack_formatter(Environment& env, v8::Local<v8::Value> format) {
  env.set_hook(Hook::kFormatStack, format->IsFunction() ? format.As<v8::Object>() : v8::Local<v8::Object>());
}

/// The stack as it is without Error.prepareStackTrace.
v8::MaybeLocal<v8::Value> default_stack(bind::Context& cx, v8::Local<v8::Value> error, v8::Local<v8::Array> sites) {
  std::string text;
  if (error->IsObject()) {
    text = header_of(cx, error.As<v8::Object>());
  } else if (v8::Local<v8::String> plain; error->ToDetailString(cx.context).ToLocal(&plain)) {
    text = bind::utf8_of(cx.isolate, plain);
  }
  if (v8::Local<v8::Function> format = cx.env.hook(Hook::kFormatStack); !format.IsEmpty()) {
    v8::Local<v8::Value> args[] = {bind::string_to_js(cx, text), sites};
    return format->Call(cx.context, v8::Undefined(cx.isolate), std::size(args), args);
  }
  for (uint32_t i = 0; i < sites->Length(); i++) {
    v8::Local<v8::Value> site;
    v8::Local<v8::String> line;
    if (!sites->Get(cx.context, i).ToLocal(&site) || !site->ToString(cx.context).ToLocal(&line)) return {};
    text += "\n    at " + bind::utf8_of(cx.isolate, line);
  }
  return bind::string_to_js(cx, text);
}

/// What Error.prepareStackTrace is before a program puts in its own.
void set_prepare_stack_trace(Environment& env, v8::Local<v8::Function> prepare) {
  env.set_hook(Hook::kPrepareStackTrace, prepare);
}

/// The script in which an error was made, without reading its stack (which would fix the message in it).
std::optional<std::string> first_place(bind::Context& cx, v8::Local<v8::Value> error) {
  if (!error->IsNativeError()) return std::nullopt;
  v8::Local<v8::StackTrace> trace = v8::Exception::GetStackTrace(error);
  if (trace.IsEmpty() || trace->GetFrameCount() == 0) return std::nullopt;
  v8::Local<v8::String> name = trace->GetFrame(cx.isolate, 0)->GetScriptNameOrSourceURL();
  if (name.IsEmpty()) return std::nullopt;
  return bind::utf8_of(cx.isolate, name);
}

}  // namespace

v8::MaybeLocal<v8::Value> prepare_stack_trace(v8::Local<v8::Context> context, v8::Local<v8::Value> error,
                                              v8::Local<v8::Array> sites) {
  v8::Isolate* isolate = context->GetIsolate();
  bind::Context cx(isolate, context, Environment::of(isolate));
  v8::Local<v8::Value> constructor;
  v8::Local<v8::Value> prepare;
  if (context->Global()->Get(context, bind::name(isolate, "Error")).ToLocal(&constructor) && constructor->IsObject() &&
      constructor.As<v8::Object>()->Get(context, bind::name(isolate, "prepareStackTrace")).ToLocal(&prepare) &&
      prepare->IsFunction() && prepare != cx.env.hook(Hook::kPrepareStackTrace)) {
    v8::Local<v8::Value> args[] = {error, sites};
    return prepare.As<v8::Function>()->Call(context, constructor, std::size(args), args);
  }
  return default_stack(cx, error, sites);
}

BIND_MODULE(errors) {
  module.function<mark_coded>("markCoded");
  module.function<set_stack_formatter>("setStackFormatter");
  module.function<set_prepare_stack_trace>("setPrepareStackTrace");
  module.function<default_stack>("defaultStack");
  module.function<first_place>("firstPlace");
  module.function<uv_error>("uvError");
  module.function<uv_errors>("uvErrors");
}

}  // namespace vireo::errors
