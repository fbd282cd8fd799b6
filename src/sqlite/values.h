// Values between SQLite and JavaScript.
#pragma once

#include "sqlite/library.h"

#include "bind/bind.h"

namespace vireo::sqlite {

/// A column of the current row. Empty, with an exception pending: an integer too large for a number.
v8::MaybeLocal<v8::Value> column_to_js(bind::Context& cx, sqlite3_stmt* statement, int column, bool bigints);
/// An argument of a function that SQLite calls.
v8::MaybeLocal<v8::Value> value_to_js(bind::Context& cx, sqlite3_value* value, bool bigints);
/// Binds a parameter (counted from 1). Nothing SQLite could store: throws.
bind::Result<int> bind_value(bind::Context& cx, sqlite3_stmt* statement, int index, v8::Local<v8::Value> value);
/// The result of a function.
void set_result(bind::Context& cx, sqlite3_context* context, v8::Local<v8::Value> value);
v8::Local<v8::Value> bytes_copy(bind::Context& cx, const void* data, size_t size);

}  // namespace vireo::sqlite
