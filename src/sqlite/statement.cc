#include "sqlite/statement.h"

#include <algorithm>
#include <unordered_set>

#include "sqlite/values.h"

namespace vireo::sqlite {

namespace {

/// Ends a run, however it went.
class Reset {
 public:
  explicit Reset(sqlite3_stmt* statement) : statement_(statement) {}
  ~Reset() { sqlite3_reset(statement_); }
  Reset(const Reset&) = delete;

 private:
  sqlite3_stmt* statement_;
};

bool is_index(std::string_view name) {
  return !name.empty() && name.size() <= 10 && std::ranges::all_of(name, [](char c) { return c >= '0' && c <= '9'; });
}

}  // namespace

class Statement::Stepping {
 public:
  explicit Stepping(Statement& statement) : statement_(statement), running_(*statement.database_) {
    statement_.stepping_ = true;
  }
  ~Stepping() { statement_.stepping_ = false; }
  Stepping(const Stepping&) = delete;

 private:
  Statement& statement_;
  Database::Running running_;
};

Statement::Statement(Environment& env, Database& database, sqlite3_stmt* statement)
    : Object(env), database_(&database), statement_(statement) {
  database.add(*this);
}

Statement::~Statement() {
  if (statement_ != nullptr) {
    database_->remove(*this);
    sqlite3_finalize(statement_);
  }
}

void Statement::finalize() {
  sqlite3_finalize(statement_);
  statement_ = nullptr;
  database_ = nullptr;
}

bind::Result<void> Statement::exists() const {
  if (statement_ != nullptr) return {};
  return bind::fail(bind::Error::coded("ERR_INVALID_STATE", "statement has been finalized"));
}

bind::Result<void> Statement::ready() const {
  if (statement_ == nullptr) return exists();
  // A function that the statement calls wants to run it: SQLite would be led astray.
  if (stepping_) return bind::fail(bind::Error::coded("ERR_INVALID_STATE", "statement is being executed"));
  return {};
}

bind::Result<void> Statement::set_bigints(bool enabled) {
  bigints_ = enabled;
  return exists();
}

bind::Result<void> Statement::set_arrays(bool enabled) {
  arrays_ = enabled;
  return exists();
}

bind::Result<void> Statement::set_bare_names(bool enabled) {
  bare_names_ = enabled;
  return exists();
}

bind::Result<void> Statement::set_unknown_names(bool enabled) {
  unknown_names_ = enabled;
  return exists();
}

bind::Result<int> Statement::bare_index(const std::string& name) {
  if (!bare_indexes_) {
    std::unordered_map<std::string, int> indexes;
    const int count = sqlite3_bind_parameter_count(statement_);
    for (int i = 1; i <= count; i++) {
      const char* full = sqlite3_bind_parameter_name(statement_, i);
      if (full == nullptr) continue;
      const auto [entry, is_new] = indexes.emplace(full + 1, i);
      if (is_new) continue;
      return bind::fail(bind::Error::coded(
          "ERR_INVALID_STATE", std::string("Cannot create bare named parameter '") + (full + 1) +
                                   "' because of conflicting names '" +
                                   sqlite3_bind_parameter_name(statement_, entry->second) + "' and '" + full + "'."));
    }
    bare_indexes_ = std::move(indexes);
  }
  const auto found = bare_indexes_->find(name);
  return found == bare_indexes_->end() ? 0 : found->second;
}

bind::Result<void> Statement::bind_named(bind::Context& cx, v8::Local<v8::Object> names) {
  v8::Local<v8::Array> keys;
  if (!names->GetOwnPropertyNames(cx.context).ToLocal(&keys)) return bind::fail(bind::Error::pending());
  for (uint32_t i = 0; i < keys->Length(); i++) {
    v8::Local<v8::Value> key;
    v8::Local<v8::Value> value;
    v8::Local<v8::String> text;
    if (!keys->Get(cx.context, i).ToLocal(&key) || !key->ToString(cx.context).ToLocal(&text) ||
        !names->Get(cx.context, key).ToLocal(&value))
      return bind::fail(bind::Error::pending());
    // A getter may have closed the database.
    if (auto state = ready(); !state) return state;
    const std::string name = bind::utf8_of(cx.isolate, text);
    int index = sqlite3_bind_parameter_index(statement_, name.c_str());
    if (index == 0 && bare_names_) {
      auto bare = bare_index(name);
      if (!bare) return bind::fail(std::move(bare.error()));
      index = *bare;
    }
    if (index == 0) {
      if (unknown_names_) continue;
      return bind::fail(bind::Error::coded("ERR_INVALID_STATE", "Unknown named parameter '" + name + "'"));
    }
    auto code = bind_value(cx, statement_, index, value);
    if (!code) return bind::fail(std::move(code.error()));
    if (*code != SQLITE_OK) return bind::fail(database_->failure(cx));
  }
  return {};
}

bind::Result<void> Statement::bind_all(bind::Context& cx, bind::Arguments& parameters) {
  if (auto state = ready(); !state) return state;
  runs_++;  // iterators of runs before are void
  sqlite3_reset(statement_);
  sqlite3_clear_bindings(statement_);
  const int length = parameters.Length();
  if (length == 0) return {};
  int index = 1;
  for (int i = 0; i < length; i++) {
    v8::Local<v8::Value> value = parameters[i];
    if (i == 0 && value->IsObject() && !value->IsArrayBufferView() && !value->IsArrayBuffer()) {
      if (auto named = bind_named(cx, value.As<v8::Object>()); !named) return named;
      continue;
    }
    // Parameters with names are left out.
    while (sqlite3_bind_parameter_name(statement_, index) != nullptr) index++;
    auto code = bind_value(cx, statement_, index, value);
    if (!code) return bind::fail(std::move(code.error()));
    if (*code != SQLITE_OK) return bind::fail(database_->failure(cx));
    index++;
  }
  // A getter of the parameters may have closed the database.
  return ready();
}

bind::Result<bool> Statement::step(bind::Context& cx) {
  int code;
  {
    const Stepping stepping(*this);
    code = sqlite3_step(statement_);
  }
  if (database_->has_thrown() || (code != SQLITE_ROW && code != SQLITE_DONE)) return bind::fail(database_->failure(cx));
  return code == SQLITE_ROW;
}

void Statement::read_names(bind::Context& cx) {
  const int prepared = sqlite3_stmt_status(statement_, SQLITE_STMTSTATUS_REPREPARE, 0);
  if (prepared == prepared_) return;
  prepared_ = prepared;
  names_.clear();
  shape_.Reset();
  const int count = sqlite3_column_count(statement_);
  std::vector<std::string_view> texts;
  std::unordered_set<std::string_view> different;
  bool regular = count > 0 && count <= 256;
  for (int i = 0; i < count; i++) {
    const std::string_view text = sqlite3_column_name(statement_, i);
    texts.push_back(text);
    regular = regular && !is_index(text) && different.insert(text).second;
    v8::Local<v8::String> name;
    if (!v8::String::NewFromUtf8(cx.isolate, text.data(), v8::NewStringType::kInternalized,
                                 static_cast<int>(text.size()))
             .ToLocal(&name))
      name = v8::String::Empty(cx.isolate);
    names_.emplace_back(cx.isolate, name);
  }
  if (regular) {
    shape_.Reset(cx.isolate, v8::DictionaryTemplate::New(
                                 cx.isolate, v8::MemorySpan<const std::string_view>(texts.data(), texts.size())));
  }
}

bind::Result<v8::Local<v8::Value>> Statement::row(bind::Context& cx) {
  v8::EscapableHandleScope scope(cx.isolate);
  const auto count = static_cast<size_t>(sqlite3_column_count(statement_));
  constexpr size_t kFew = 16;
  // The stack is scanned for handles' slots, not for these: locals point to slots, wherever they lie themselves.
  v8::MaybeLocal<v8::Value> few[kFew];
  std::vector<v8::MaybeLocal<v8::Value>> many(count > kFew ? count : 0);
  v8::MaybeLocal<v8::Value>* const values = count > kFew ? many.data() : few;
  for (size_t i = 0; i < count; i++) {
    values[i] = column_to_js(cx, statement_, static_cast<int>(i), bigints_);
    if (values[i].IsEmpty()) return bind::fail(bind::Error::pending());
  }
  if (!arrays_) {
    read_names(cx);
    if (!shape_.IsEmpty() && names_.size() == count) {
      v8::Local<v8::Object> object =
          shape_.Get(cx.isolate)->NewInstance(cx.context, v8::MemorySpan<v8::MaybeLocal<v8::Value>>(values, count));
      object->SetPrototypeV2(cx.context, v8::Null(cx.isolate)).Check();
      return scope.Escape(object.As<v8::Value>());
    }
  }
  v8::LocalVector<v8::Value> elements(cx.isolate);
  for (size_t i = 0; i < count; i++) elements.push_back(values[i].ToLocalChecked());
  if (arrays_) return scope.Escape(v8::Array::New(cx.isolate, elements.data(), count).As<v8::Value>());
  v8::LocalVector<v8::Name> names(cx.isolate);
  for (const auto& name : names_) names.push_back(name.Get(cx.isolate));
  return scope.Escape(
      v8::Object::New(cx.isolate, v8::Null(cx.isolate), names.data(), elements.data(), std::min(names.size(), count))
          .As<v8::Value>());
}

bind::Result<v8::Local<v8::Value>> Statement::run(bind::Context& cx, bind::Arguments& parameters) {
  if (auto bound = bind_all(cx, parameters); !bound) return bind::fail(std::move(bound.error()));
  const Reset reset(statement_);
  if (auto stepped = step(cx); !stepped) return bind::fail(std::move(stepped.error()));
  const int64_t changes = sqlite3_changes64(database_->connection());
  const int64_t rowid = sqlite3_last_insert_rowid(database_->connection());
  const auto number = [&](int64_t value) -> v8::Local<v8::Value> {
    if (bigints_) return v8::BigInt::New(cx.isolate, value);
    return v8::Number::New(cx.isolate, static_cast<double>(value));
  };
  return database_->run_result(cx, number(changes), number(rowid)).As<v8::Value>();
}

bind::Result<v8::Local<v8::Value>> Statement::get(bind::Context& cx, bind::Arguments& parameters) {
  if (auto bound = bind_all(cx, parameters); !bound) return bind::fail(std::move(bound.error()));
  const Reset reset(statement_);
  auto stepped = step(cx);
  if (!stepped) return bind::fail(std::move(stepped.error()));
  if (!*stepped || sqlite3_column_count(statement_) == 0) return v8::Undefined(cx.isolate).As<v8::Value>();
  return row(cx);
}

bind::Result<v8::Local<v8::Value>> Statement::all(bind::Context& cx, bind::Arguments& parameters) {
  if (auto bound = bind_all(cx, parameters); !bound) return bind::fail(std::move(bound.error()));
  const Reset reset(statement_);
  v8::LocalVector<v8::Value> rows(cx.isolate);
  while (true) {
    auto stepped = step(cx);
    if (!stepped) return bind::fail(std::move(stepped.error()));
    if (!*stepped) break;
    auto value = row(cx);
    if (!value) return value;
    rows.push_back(*value);
  }
  return v8::Array::New(cx.isolate, rows.data(), rows.size()).As<v8::Value>();
}

bind::Result<double> Statement::start(bind::Context& cx, bind::Arguments& parameters) {
  if (auto bound = bind_all(cx, parameters); !bound) return bind::fail(std::move(bound.error()));
  return runs_;
}

bind::Result<v8::Local<v8::Value>> Statement::next(bind::Context& cx, double number) {
  if (auto state = ready(); !state) return bind::fail(std::move(state.error()));
  if (number != runs_) return bind::fail(bind::Error::coded("ERR_INVALID_STATE", "iterator was invalidated"));
  auto stepped = step(cx);
  if (!stepped || !*stepped) sqlite3_reset(statement_);
  if (!stepped) return bind::fail(std::move(stepped.error()));
  if (!*stepped) return v8::Undefined(cx.isolate).As<v8::Value>();
  return row(cx);
}

bind::Result<void> Statement::stop(double number) {
  if (auto state = ready(); !state) return state;
  if (number == runs_) sqlite3_reset(statement_);
  return {};
}

bind::Result<v8::Local<v8::Value>> Statement::columns(bind::Context& cx) {
  if (statement_ == nullptr) return bind::fail(std::move(exists().error()));
  v8::LocalVector<v8::Value> columns(cx.isolate);
  const auto text = [&](const char* value) -> v8::Local<v8::Value> {
    if (value == nullptr) return v8::Null(cx.isolate);
    return bind::string_to_js(cx, std::string_view(value));
  };
  const int count = sqlite3_column_count(statement_);
  for (int i = 0; i < count; i++) {
    v8::Local<v8::Name> names[] = {bind::name(cx.isolate, "column"), bind::name(cx.isolate, "database"),
                                   bind::name(cx.isolate, "name"), bind::name(cx.isolate, "table"),
                                   bind::name(cx.isolate, "type")};
    v8::Local<v8::Value> values[] = {
        text(sqlite3_column_origin_name(statement_, i)), text(sqlite3_column_database_name(statement_, i)),
        text(sqlite3_column_name(statement_, i)), text(sqlite3_column_table_name(statement_, i)),
        text(sqlite3_column_decltype(statement_, i))};
    columns.push_back(v8::Object::New(cx.isolate, v8::Null(cx.isolate), names, values, std::size(names)));
  }
  return v8::Array::New(cx.isolate, columns.data(), columns.size()).As<v8::Value>();
}

bind::Result<std::string> Statement::source_sql() {
  if (statement_ == nullptr) return bind::fail(std::move(exists().error()));
  return std::string(sqlite3_sql(statement_));
}

bind::Result<std::string> Statement::expanded_sql(bind::Context& cx) {
  if (statement_ == nullptr) return bind::fail(std::move(exists().error()));
  char* text = sqlite3_expanded_sql(statement_);
  if (text == nullptr) return bind::fail(throw_code(cx, SQLITE_NOMEM));
  std::string result(text);
  sqlite3_free(text);
  return result;
}

}  // namespace vireo::sqlite
