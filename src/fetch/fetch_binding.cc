// What src/fetch gives to its JavaScript.
#include "bind/bind.h"
#include "fetch/multipart.h"

namespace vireo::fetch {

namespace {

/// [name, file name or null, type or null, base64, offset, length, ...], or what is wrong with the bytes as a text.
v8::Local<v8::Value> form_parts(bind::Context& cx, bind::Bytes body, std::string boundary) {
  const FormParts found = parse_multipart(body.text(), boundary);
  if (found.error != nullptr) return bind::string_to_js(cx, std::string_view(found.error));
  std::vector<v8::Local<v8::Value>> values;
  values.reserve(found.parts.size() * 6);
  for (const FormPart& part : found.parts) {
    v8::Local<v8::Value> filename = v8::Null(cx.isolate), type = v8::Null(cx.isolate);
    if (part.filename) filename = bind::string_to_js(cx, *part.filename);
    if (part.content_type) type = bind::latin1_to_js(cx, *part.content_type);
    values.push_back(bind::string_to_js(cx, part.name));
    values.push_back(filename);
    values.push_back(type);
    values.push_back(v8::Boolean::New(cx.isolate, part.base64));
    values.push_back(v8::Number::New(cx.isolate, static_cast<double>(part.offset)));
    values.push_back(v8::Number::New(cx.isolate, static_cast<double>(part.length)));
  }
  return v8::Array::New(cx.isolate, values.data(), values.size());
}

}  // namespace

BIND_MODULE(fetch) { module.function<form_parts>("parseMultipart"); }

}  // namespace vireo::fetch
