// The text of `error.stack`.
#pragma once

#include <v8.h>

namespace vireo::errors {

/// V8 asks when `stack` is first read. `sites` are CallSite objects.
v8::MaybeLocal<v8::Value> prepare_stack_trace(v8::Local<v8::Context> context, v8::Local<v8::Value> error,
                                              v8::Local<v8::Array> sites);

}  // namespace vireo::errors
