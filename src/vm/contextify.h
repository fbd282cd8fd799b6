// Contexts whose global object shows the properties of an ordinary object, the sandbox.
#pragma once

#include "bind/bind.h"

namespace vireo::vm {

/// Makes a context whose global reads and writes through to `sandbox`; the two keep each other alive, nothing else
/// does.
bind::Result<void> contextify(bind::Context& cx, v8::Local<v8::Object> sandbox, bool allow_strings, bool allow_wasm,
                              bool own_queue, v8::Local<v8::Value> import_symbol);

/// The symbol that tells how code without a referrer imports in a context; undefined when nobody said.
v8::Local<v8::Value> import_symbol_of(v8::Local<v8::Context> context);

/// The global of a new context with nothing of ours in it.
bind::Result<v8::Local<v8::Object>> vanilla_global(bind::Context& cx, bool allow_strings, bool allow_wasm,
                                                   bool own_queue, v8::Local<v8::Value> import_symbol);

/// The context that belongs to a sandbox or to a vanilla global; empty when there is none.
v8::MaybeLocal<v8::Context> context_of(bind::Context& cx, v8::Local<v8::Object> sandbox);

/// The same, or the main context when `sandbox` is no object; an error when the object is no context.
bind::Result<v8::Local<v8::Context>> context_for(bind::Context& cx, v8::Local<v8::Value> sandbox);

}  // namespace vireo::vm
