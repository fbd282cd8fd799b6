// JavaScript functions that SQLite calls: scalar and aggregate functions, the authorizer, the filter of a changeset.
#include "engine/environment.h"
#include "sqlite/database.h"
#include "sqlite/values.h"

namespace vireo::sqlite {

namespace {

/// What a function is registered with.
struct Registered {
  Database& database;
  uint32_t slot;
  bool bigints;

  static void destroy(void* data) {
    auto* self = static_cast<Registered*>(data);
    self->database.forget(self->slot);
    delete self;
  }
};

/// Arguments after those that `arguments` has already. False: one cannot be told in JavaScript.
bool add_arguments(bind::Context& cx, Registered& function, int count, sqlite3_value** values,
                   v8::LocalVector<v8::Value>& arguments) {
  for (int i = 0; i < count; i++) {
    const v8::TryCatch guard(cx.isolate);
    v8::Local<v8::Value> value;
    if (!value_to_js(cx, values[i], function.bigints).ToLocal(&value)) {
      function.database.set_thrown(guard.Exception());
      return false;
    }
    arguments.push_back(value);
  }
  return true;
}

void call_scalar(sqlite3_context* context, int count, sqlite3_value** values) {
  auto& function = *static_cast<Registered*>(sqlite3_user_data(context));
  Database& database = function.database;
  const v8::HandleScope scope(database.isolate());
  bind::Context cx(database.isolate());
  v8::LocalVector<v8::Value> arguments(cx.isolate);
  v8::Local<v8::Value> result;
  if (!add_arguments(cx, function, count, values, arguments) ||
      !database.call(database.remembered(function.slot), std::span(arguments.data(), arguments.size()), result)) {
    sqlite3_result_error(context, "", 0);
    return;
  }
  set_result(cx, context, result);
}

/// The places of an aggregate's functions in its array.
enum AggregatePart : uint32_t { kStart, kStep, kInverse, kResult };

/// An aggregate's state while SQLite goes over the rows.
struct State {
  v8::Global<v8::Value> value;
};

v8::Local<v8::Value> part_of(bind::Context& cx, const Registered& aggregate, AggregatePart part) {
  v8::Local<v8::Value> value;
  v8::Local<v8::Value> parts = aggregate.database.remembered(aggregate.slot);
  if (parts->IsArray() && parts.As<v8::Array>()->Get(cx.context, part).ToLocal(&value)) return value;
  return v8::Undefined(cx.isolate);
}

/// The state, begun if need be; null: `start` threw.
State* state_of(bind::Context& cx, sqlite3_context* context, const Registered& aggregate) {
  auto** place = static_cast<State**>(sqlite3_aggregate_context(context, sizeof(State*)));
  if (place == nullptr) return nullptr;
  if (*place == nullptr) {
    v8::Local<v8::Value> value = part_of(cx, aggregate, kStart);
    if (value->IsFunction() && !aggregate.database.call(value, {}, value)) return nullptr;
    *place = new State{v8::Global<v8::Value>(cx.isolate, value)};
  }
  return *place;
}

void advance(sqlite3_context* context, int count, sqlite3_value** values, AggregatePart part) {
  auto& aggregate = *static_cast<Registered*>(sqlite3_user_data(context));
  Database& database = aggregate.database;
  const v8::HandleScope scope(database.isolate());
  bind::Context cx(database.isolate());
  State* state = database.has_thrown() ? nullptr : state_of(cx, context, aggregate);
  if (state == nullptr) {
    sqlite3_result_error(context, "", 0);
    return;
  }
  v8::LocalVector<v8::Value> arguments(cx.isolate);
  arguments.push_back(state->value.Get(cx.isolate));
  v8::Local<v8::Value> result;
  if (!add_arguments(cx, aggregate, count, values, arguments) ||
      !database.call(part_of(cx, aggregate, part), std::span(arguments.data(), arguments.size()), result)) {
    sqlite3_result_error(context, "", 0);
    return;
  }
  state->value.Reset(cx.isolate, result);
}

void step(sqlite3_context* context, int count, sqlite3_value** values) { advance(context, count, values, kStep); }
void inverse(sqlite3_context* context, int count, sqlite3_value** values) { advance(context, count, values, kInverse); }

void give_result(sqlite3_context* context, bool is_final) {
  auto& aggregate = *static_cast<Registered*>(sqlite3_user_data(context));
  Database& database = aggregate.database;
  const v8::HandleScope scope(database.isolate());
  bind::Context cx(database.isolate());
  State* state = database.has_thrown() ? nullptr : state_of(cx, context, aggregate);
  if (state == nullptr) {
    sqlite3_result_error(context, "", 0);
  } else {
    v8::Local<v8::Value> value = state->value.Get(cx.isolate);
    v8::Local<v8::Value> convert = part_of(cx, aggregate, kResult);
    v8::Local<v8::Value> arguments[] = {value};
    if (convert->IsFunction() && !database.call(convert, arguments, value)) sqlite3_result_error(context, "", 0);
    else set_result(cx, context, value);
  }
  if (!is_final) return;
  auto** place = static_cast<State**>(sqlite3_aggregate_context(context, 0));
  if (place == nullptr) return;
  delete *place;
  *place = nullptr;
}

void finish(sqlite3_context* context) { give_result(context, true); }
void current(sqlite3_context* context) { give_result(context, false); }

v8::Local<v8::Value> text_or_null(bind::Context& cx, const char* text) {
  if (text == nullptr) return v8::Null(cx.isolate);
  return bind::string_to_js(cx, std::string_view(text));
}

int authorize(void* data, int action, const char* first, const char* second, const char* name, const char* trigger) {
  auto& authorizer = *static_cast<std::pair<Database*, uint32_t>*>(data);
  Database& database = *authorizer.first;
  if (database.has_thrown()) return SQLITE_DENY;
  const v8::HandleScope scope(database.isolate());
  bind::Context cx(database.isolate());
  v8::Local<v8::Value> arguments[] = {v8::Integer::New(cx.isolate, action), text_or_null(cx, first),
                                      text_or_null(cx, second), text_or_null(cx, name), text_or_null(cx, trigger)};
  v8::Local<v8::Value> result;
  if (!database.call(database.remembered(authorizer.second), arguments, result)) return SQLITE_DENY;
  if (!result->IsInt32()) {
    database.set_thrown(v8::Exception::TypeError(
        bind::name(cx.isolate, "Authorizer callback must return an integer authorization code")));
    return SQLITE_DENY;
  }
  const int32_t code = result.As<v8::Int32>()->Value();
  if (code == SQLITE_OK || code == SQLITE_DENY || code == SQLITE_IGNORE) return code;
  database.set_thrown(
      v8::Exception::RangeError(bind::name(cx.isolate, "Authorizer callback returned a invalid authorization code")));
  return SQLITE_DENY;
}

/// What sqlite3changeset_apply() hands to its callbacks.
struct Changeset {
  Database& database;
  v8::Local<v8::Value> filter;
  v8::Local<v8::Value> on_conflict;
};

int filter_table(void* data, const char* table) {
  auto& changeset = *static_cast<Changeset*>(data);
  Database& database = changeset.database;
  if (database.has_thrown()) return 0;
  const v8::HandleScope scope(database.isolate());
  bind::Context cx(database.isolate());
  v8::Local<v8::Value> arguments[] = {text_or_null(cx, table)};
  v8::Local<v8::Value> result;
  return database.call(changeset.filter, arguments, result) && result->BooleanValue(cx.isolate) ? 1 : 0;
}

int resolve_conflict(void* data, int conflict, sqlite3_changeset_iter*) {
  auto& changeset = *static_cast<Changeset*>(data);
  if (!changeset.on_conflict->IsFunction()) return SQLITE_CHANGESET_ABORT;
  Database& database = changeset.database;
  if (database.has_thrown()) return SQLITE_CHANGESET_ABORT;
  const v8::HandleScope scope(database.isolate());
  bind::Context cx(database.isolate());
  v8::Local<v8::Value> arguments[] = {v8::Integer::New(cx.isolate, conflict)};
  v8::Local<v8::Value> result;
  if (!database.call(changeset.on_conflict, arguments, result)) return SQLITE_CHANGESET_ABORT;
  return result->IsInt32() ? result.As<v8::Int32>()->Value() : -1;  // SQLite calls that misuse
}

}  // namespace

bind::Result<void> Database::add_function(bind::Context& cx, std::string name, int32_t arguments, int32_t flags,
                                          bool bigints, v8::Local<v8::Function> function) {
  if (!is_open()) return bind::fail(not_open());
  auto* data = new Registered{.database = *this, .slot = remember(cx, function), .bigints = bigints};
  // SQLite destroys the data also when it fails.
  const int code = sqlite3_create_function_v2(connection_, name.c_str(), arguments, SQLITE_UTF8 | flags, data,
                                              call_scalar, nullptr, nullptr, Registered::destroy);
  if (code != SQLITE_OK) return bind::fail(failure(cx));
  return {};
}

bind::Result<void> Database::add_aggregate(bind::Context& cx, std::string name, int32_t arguments, int32_t flags,
                                           bool bigints, v8::Local<v8::Array> functions) {
  if (!is_open()) return bind::fail(not_open());
  auto* data = new Registered{.database = *this, .slot = remember(cx, functions), .bigints = bigints};
  const bool is_window = part_of(cx, *data, kInverse)->IsFunction();
  const int code =
      sqlite3_create_window_function(connection_, name.c_str(), arguments, SQLITE_UTF8 | flags, data, step, finish,
                                     is_window ? current : nullptr, is_window ? inverse : nullptr, Registered::destroy);
  if (code != SQLITE_OK) return bind::fail(failure(cx));
  return {};
}

bind::Result<void> Database::set_authorizer(bind::Context& cx, v8::Local<v8::Value> function) {
  if (!is_open()) return bind::fail(not_open());
  if (authorizer_) forget(authorizer_->second);
  authorizer_.reset();
  if (function->IsFunction()) authorizer_.emplace(this, remember(cx, function));
  const int code = authorizer_ ? sqlite3_set_authorizer(connection_, authorize, &*authorizer_)
                               : sqlite3_set_authorizer(connection_, nullptr, nullptr);
  if (code != SQLITE_OK) return bind::fail(failure(cx));
  return {};
}

bind::Result<bool> Database::apply_changeset(bind::Context& cx, bind::Bytes bytes, v8::Local<v8::Value> filter,
                                             v8::Local<v8::Value> on_conflict) {
  if (!is_open()) return bind::fail(not_open());
  // The callbacks may change the bytes, which come from JavaScript.
  std::vector<uint8_t> copy(bytes.begin(), bytes.end());
  Changeset changeset{.database = *this, .filter = filter, .on_conflict = on_conflict};
  int code;
  {
    const Running running(*this);
    code = sqlite3changeset_apply(connection_, static_cast<int>(copy.size()), copy.data(),
                                  filter->IsFunction() ? filter_table : nullptr, resolve_conflict, &changeset);
  }
  if (has_thrown()) return bind::fail(failure(cx));
  if (code == SQLITE_OK) return true;
  if (code == SQLITE_ABORT) return false;
  return bind::fail(throw_code(cx, code));
}

}  // namespace vireo::sqlite
