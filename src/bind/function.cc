#include "bind/function.h"

namespace vireo::bind {

void throw_bad_argument(Context& cx, int index, const char* expected, v8::Local<v8::Value> value) {
  if (cx.isolate->HasPendingException()) return;  // a getter threw while we converted
  std::string text =
      "The argument at position " + std::to_string(index + 1) + " must be " + expected + ". Received type ";
  text += utf8_of(cx.isolate, value->TypeOf(cx.isolate));
  Error::coded("ERR_INVALID_ARG_TYPE", text, ErrorType::kTypeError).throw_in(cx);
}

}  // namespace vireo::bind
