#include "sqlite/values.h"

namespace vireo::sqlite {

namespace {

constexpr int64_t kMaxSafe = (int64_t{1} << 53) - 1;

v8::MaybeLocal<v8::Value> integer_to_js(bind::Context& cx, int64_t value, bool bigints) {
  if (bigints) return v8::BigInt::New(cx.isolate, value);
  if (value >= INT32_MIN && value <= INT32_MAX) return v8::Integer::New(cx.isolate, static_cast<int32_t>(value));
  if (value >= -kMaxSafe && value <= kMaxSafe) return v8::Number::New(cx.isolate, static_cast<double>(value));
  bind::Error::coded("ERR_OUT_OF_RANGE",
                     "Value is too large to be represented as a JavaScript number: " + std::to_string(value),
                     bind::ErrorType::kRangeError)
      .throw_in(cx);
  return {};
}

}  // namespace

v8::Local<v8::Value> bytes_copy(bind::Context& cx, const void* data, size_t size) {
  v8::Local<v8::ArrayBuffer> buffer = v8::ArrayBuffer::New(cx.isolate, size);
  if (size != 0) std::memcpy(buffer->Data(), data, size);
  return v8::Uint8Array::New(buffer, 0, size);
}

v8::MaybeLocal<v8::Value> column_to_js(bind::Context& cx, sqlite3_stmt* statement, int column, bool bigints) {
  switch (sqlite3_column_type(statement, column)) {
    case SQLITE_INTEGER: return integer_to_js(cx, sqlite3_column_int64(statement, column), bigints);
    case SQLITE_FLOAT: return v8::Number::New(cx.isolate, sqlite3_column_double(statement, column));
    case SQLITE_TEXT: {
      const auto* text = reinterpret_cast<const char*>(sqlite3_column_text(statement, column));
      return bind::string_to_js(cx, std::string_view(text, sqlite3_column_bytes(statement, column)));
    }
    case SQLITE_BLOB: {
      const void* data = sqlite3_column_blob(statement, column);
      return bytes_copy(cx, data, sqlite3_column_bytes(statement, column));
    }
    default: return v8::Null(cx.isolate);
  }
}

v8::MaybeLocal<v8::Value> value_to_js(bind::Context& cx, sqlite3_value* value, bool bigints) {
  switch (sqlite3_value_type(value)) {
    case SQLITE_INTEGER: return integer_to_js(cx, sqlite3_value_int64(value), bigints);
    case SQLITE_FLOAT: return v8::Number::New(cx.isolate, sqlite3_value_double(value));
    case SQLITE_TEXT: {
      const auto* text = reinterpret_cast<const char*>(sqlite3_value_text(value));
      return bind::string_to_js(cx, std::string_view(text, sqlite3_value_bytes(value)));
    }
    case SQLITE_BLOB: {
      const void* data = sqlite3_value_blob(value);
      return bytes_copy(cx, data, sqlite3_value_bytes(value));
    }
    default: return v8::Null(cx.isolate);
  }
}

bind::Result<int> bind_value(bind::Context& cx, sqlite3_stmt* statement, int index, v8::Local<v8::Value> value) {
  if (value->IsNumber()) return sqlite3_bind_double(statement, index, value.As<v8::Number>()->Value());
  if (value->IsString()) {
    v8::Local<v8::String> string = value.As<v8::String>();
    if (char few[256]; string->Length() <= static_cast<int>(sizeof(few) / 3)) {
      const size_t size =
          string->WriteUtf8V2(cx.isolate, few, sizeof(few), v8::String::WriteFlags::kReplaceInvalidUtf8);
      return sqlite3_bind_text(statement, index, few, static_cast<int>(size), SQLITE_TRANSIENT);
    }
    const std::string text = bind::utf8_of(cx.isolate, string);
    return sqlite3_bind_text64(statement, index, text.data(), text.size(), SQLITE_TRANSIENT, SQLITE_UTF8);
  }
  if (value->IsNull()) return sqlite3_bind_null(statement, index);
  if (value->IsBoolean()) return sqlite3_bind_int(statement, index, value->IsTrue() ? 1 : 0);
  if (value->IsBigInt()) {
    bool lossless = false;
    const int64_t number = value.As<v8::BigInt>()->Int64Value(&lossless);
    if (!lossless)
      return bind::fail(bind::Error::coded("ERR_INVALID_ARG_VALUE", "BigInt value is too large to bind.",
                                           bind::ErrorType::kTypeError));
    return sqlite3_bind_int64(statement, index, number);
  }
  bind::Bytes bytes;
  if (bind::bytes_of(value, bytes)) {
    // A null pointer would be NULL; no bytes are a BLOB all the same.
    const void* data = bytes.data() != nullptr ? static_cast<const void*>(bytes.data()) : "";
    return sqlite3_bind_blob64(statement, index, data, bytes.size(), SQLITE_TRANSIENT);
  }
  return bind::fail(bind::Error::coded(
      "ERR_INVALID_ARG_TYPE", "Provided value cannot be bound to SQLite parameter " + std::to_string(index) + ".",
      bind::ErrorType::kTypeError));
}

void set_result(bind::Context& cx, sqlite3_context* context, v8::Local<v8::Value> value) {
  if (value->IsNullOrUndefined()) {
    sqlite3_result_null(context);
  } else if (value->IsNumber()) {
    sqlite3_result_double(context, value.As<v8::Number>()->Value());
  } else if (value->IsString()) {
    const std::string text = bind::utf8_of(cx.isolate, value.As<v8::String>());
    sqlite3_result_text64(context, text.data(), text.size(), SQLITE_TRANSIENT, SQLITE_UTF8);
  } else if (value->IsBigInt()) {
    bool lossless = false;
    const int64_t number = value.As<v8::BigInt>()->Int64Value(&lossless);
    if (lossless) sqlite3_result_int64(context, number);
    else sqlite3_result_error(context, "BigInt value is too large for SQLite", -1);
  } else if (bind::Bytes bytes; value->IsArrayBufferView() && bind::bytes_of(value, bytes)) {
    sqlite3_result_blob64(context, bytes.data() != nullptr ? static_cast<const void*>(bytes.data()) : "", bytes.size(),
                          SQLITE_TRANSIENT);
  } else if (value->IsPromise()) {
    sqlite3_result_error(context, "Asynchronous user-defined functions are not supported", -1);
  } else {
    sqlite3_result_error(context, "Returned JavaScript value cannot be converted to a SQLite value", -1);
  }
}

}  // namespace vireo::sqlite
