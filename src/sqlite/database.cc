#include "sqlite/database.h"

#include "engine/environment.h"
#include "sqlite/statement.h"
#include "sqlite/values.h"

namespace vireo::sqlite {

namespace {

// About what a connection takes, for the garbage collector.
constexpr int64_t kConnectionMemory = 64 * 1024;

/// From now on JavaScript alone keeps the object.
v8::Local<v8::Value> hand_over(bind::Object& object) {
  v8::Local<v8::Value> wrapper = object.wrapper();
  object.release();
  return wrapper;
}

void set(bind::Context& cx, v8::Local<v8::Object> object, const char* name, v8::Local<v8::Value> value) {
  object->CreateDataProperty(cx.context, bind::name(cx.isolate, name), value).Check();
}

bind::Error throw_object(bind::Context& cx, std::string_view message, int code, const char* text) {
  v8::Local<v8::Object> error = v8::Exception::Error(bind::string_to_js(cx, message)).As<v8::Object>();
  set(cx, error, "code", bind::name(cx.isolate, "ERR_SQLITE_ERROR"));
  set(cx, error, "errcode", v8::Integer::New(cx.isolate, code));
  if (text != nullptr) set(cx, error, "errstr", bind::string_to_js(cx, std::string_view(text)));
  cx.isolate->ThrowException(error);
  return bind::Error::pending();
}

}  // namespace

bind::Error not_open() { return bind::Error::coded("ERR_INVALID_STATE", "database is not open"); }

bind::Error throw_error(bind::Context& cx, sqlite3* connection) {
  const int code = sqlite3_extended_errcode(connection);
  return throw_object(cx, sqlite3_errmsg(connection), code, sqlite3_errstr(code));
}

bind::Error throw_code(bind::Context& cx, int code) { return throw_object(cx, sqlite3_errstr(code), code, nullptr); }

Database::Database(Environment& env) : Object(env) {}

Database::~Database() {
  if (connection_ == nullptr) return;
  finalize_all();
  sqlite3_close_v2(connection_);
}

void Database::on_attached() { keep_alive(v8::Array::New(isolate())); }

v8::Local<v8::Array> Database::functions() {
  return wrapper()->GetInternalField(kDataField).As<v8::Value>().As<v8::Array>();
}

uint32_t Database::remember(bind::Context& cx, v8::Local<v8::Value> value) {
  uint32_t slot = slots_;
  if (free_.empty()) {
    slots_++;
  } else {
    slot = free_.back();
    free_.pop_back();
  }
  functions()->Set(cx.context, slot, value).Check();
  return slot;
}

v8::Local<v8::Value> Database::remembered(uint32_t index) {
  v8::Local<v8::Value> value;
  if (functions()->Get(isolate()->GetCurrentContext(), index).ToLocal(&value)) return value;
  return v8::Undefined(isolate());
}

bool Database::call(v8::Local<v8::Value> function, std::span<v8::Local<v8::Value>> arguments,
                    v8::Local<v8::Value>& result) {
  if (!function->IsFunction() || has_thrown()) return false;
  v8::TryCatch guard(isolate());
  if (function.As<v8::Function>()
          ->Call(isolate()->GetCurrentContext(), v8::Undefined(isolate()), static_cast<int>(arguments.size()),
                 arguments.data())
          .ToLocal(&result))
    return true;
  if (guard.HasTerminated()) {
    terminated_ = true;
    guard.ReThrow();
  } else {
    set_thrown(guard.Exception());
  }
  return false;
}

void Database::set_thrown(v8::Local<v8::Value> error) {
  if (thrown_.IsEmpty()) thrown_.Reset(isolate(), error);
}

bind::Error Database::failure(bind::Context& cx) {
  if (terminated_) return bind::Error::pending();
  if (thrown_.IsEmpty()) return throw_error(cx, connection_);
  cx.isolate->ThrowException(thrown_.Get(cx.isolate));
  thrown_.Reset();
  return bind::Error::pending();
}

v8::Local<v8::Object> Database::run_result(bind::Context& cx, v8::Local<v8::Value> changes,
                                           v8::Local<v8::Value> rowid) {
  if (run_shape_.IsEmpty()) {
    static constexpr std::string_view kNames[] = {"changes", "lastInsertRowid"};
    run_shape_.Reset(cx.isolate,
                     v8::DictionaryTemplate::New(cx.isolate, v8::MemorySpan<const std::string_view>(kNames, 2)));
  }
  v8::MaybeLocal<v8::Value> values[] = {changes, rowid};
  return run_shape_.Get(cx.isolate)->NewInstance(cx.context, v8::MemorySpan<v8::MaybeLocal<v8::Value>>(values, 2));
}

bind::Result<void> Database::idle() {
  if (!is_open()) return bind::fail(not_open());
  if (running_ > 0)
    return bind::fail(
        bind::Error::coded("ERR_INVALID_STATE", "database cannot be closed while it executes a statement"));
  return {};
}

void Database::finalize_all() {
  for (Statement* statement : statements_) statement->finalize();
  statements_.clear();
  for (Session* session : sessions_) session->end();
  sessions_.clear();
}

bind::Result<void> Database::open(bind::Context& cx, std::string path, int32_t flags, int32_t timeout) {
  const int code = sqlite3_open_v2(path.c_str(), &connection_, flags | SQLITE_OPEN_URI, nullptr);
  if (code != SQLITE_OK) {
    bind::Error error = connection_ != nullptr ? throw_error(cx, connection_) : throw_code(cx, code);
    sqlite3_close_v2(connection_);
    connection_ = nullptr;
    return bind::fail(std::move(error));
  }
  adjust_external_memory(kConnectionMemory);
  sqlite3_busy_timeout(connection_, timeout);
  return {};
}

bind::Result<void> Database::close(bind::Context& cx) {
  if (auto state = idle(); !state) return state;
  finalize_all();
  const int code = sqlite3_close_v2(connection_);
  if (code != SQLITE_OK) return bind::fail(throw_error(cx, connection_));
  connection_ = nullptr;
  authorizer_.reset();
  adjust_external_memory(-kConnectionMemory);
  return {};
}

bind::Result<bool> Database::is_transaction() {
  if (!is_open()) return bind::fail(not_open());
  return sqlite3_get_autocommit(connection_) == 0;
}

bind::Result<void> Database::exec(bind::Context& cx, std::string sql) {
  if (!is_open()) return bind::fail(not_open());
  int code;
  {
    const Running running(*this);
    code = sqlite3_exec(connection_, sql.c_str(), nullptr, nullptr, nullptr);
  }
  if (code != SQLITE_OK || has_thrown()) return bind::fail(failure(cx));
  return {};
}

bind::Result<v8::Local<v8::Value>> Database::prepare(bind::Context& cx, std::string sql) {
  if (!is_open()) return bind::fail(not_open());
  sqlite3_stmt* statement = nullptr;
  int code;
  {
    const Running running(*this);
    code = sqlite3_prepare_v2(connection_, sql.c_str(), static_cast<int>(sql.size()) + 1, &statement, nullptr);
  }
  if (code != SQLITE_OK || has_thrown()) {
    sqlite3_finalize(statement);
    return bind::fail(failure(cx));
  }
  if (statement == nullptr)
    return bind::fail(bind::Error::coded("ERR_INVALID_ARG_VALUE", "The SQL query contains no statements.",
                                         bind::ErrorType::kTypeError));
  auto* object = bind::make<Statement>(env(), *this, statement);
  v8::Local<v8::Value> result = hand_over(*object);
  object->keep_database();
  return result;
}

bind::Result<v8::Local<v8::Value>> Database::location(bind::Context& cx, std::string name) {
  if (!is_open()) return bind::fail(not_open());
  const char* path = sqlite3_db_filename(connection_, name.c_str());
  if (path == nullptr || *path == '\0') return v8::Null(cx.isolate).As<v8::Value>();
  return bind::string_to_js(cx, std::string_view(path)).As<v8::Value>();
}

bind::Result<void> Database::configure(bind::Context& cx, int32_t option, int32_t value) {
  if (!is_open()) return bind::fail(not_open());
  if (sqlite3_db_config(connection_, option, value, nullptr) != SQLITE_OK)
    return bind::fail(throw_error(cx, connection_));
  return {};
}

bind::Result<void> Database::load_extension(bind::Context&, std::string path, std::optional<std::string> entry) {
  if (!is_open()) return bind::fail(not_open());
  char* message = nullptr;
  if (sqlite3_load_extension(connection_, path.c_str(), entry ? entry->c_str() : nullptr, &message) == SQLITE_OK)
    return {};
  const std::string text = message != nullptr ? message : "unknown error";
  sqlite3_free(message);
  return bind::fail(bind::Error::coded("ERR_LOAD_SQLITE_EXTENSION", text));
}

bind::Result<int32_t> Database::limit(int32_t id, int32_t value) {
  if (!is_open()) return bind::fail(not_open());
  return sqlite3_limit(connection_, id, value);
}

bind::Result<v8::Local<v8::Value>> Database::serialize(bind::Context& cx, std::string name) {
  if (!is_open()) return bind::fail(not_open());
  sqlite3_int64 size = 0;
  unsigned char* data = sqlite3_serialize(connection_, name.c_str(), &size, 0);
  if (data == nullptr) return bind::fail(throw_error(cx, connection_));
  v8::Local<v8::Value> bytes = bytes_copy(cx, data, static_cast<size_t>(size));
  sqlite3_free(data);
  return bytes;
}

bind::Result<void> Database::deserialize(bind::Context& cx, bind::Bytes bytes, std::string name) {
  if (auto state = idle(); !state) return state;
  auto* data = static_cast<unsigned char*>(sqlite3_malloc64(bytes.size()));
  if (data == nullptr) return bind::fail(throw_code(cx, SQLITE_NOMEM));
  std::memcpy(data, bytes.data(), bytes.size());
  finalize_all();
  const auto size = static_cast<sqlite3_int64>(bytes.size());
  // SQLite frees the data also when it fails.
  const int code = sqlite3_deserialize(connection_, name.c_str(), data, size, size,
                                       SQLITE_DESERIALIZE_FREEONCLOSE | SQLITE_DESERIALIZE_RESIZEABLE);
  if (code != SQLITE_OK) return bind::fail(throw_error(cx, connection_));
  return {};
}

bind::Result<v8::Local<v8::Value>> Database::create_session(bind::Context& cx, std::string name,
                                                            std::optional<std::string> table) {
  if (!is_open()) return bind::fail(not_open());
  sqlite3_session* session = nullptr;
  if (sqlite3session_create(connection_, name.c_str(), &session) != SQLITE_OK)
    return bind::fail(throw_error(cx, connection_));
  if (sqlite3session_attach(session, table ? table->c_str() : nullptr) != SQLITE_OK) {
    sqlite3session_delete(session);
    return bind::fail(throw_error(cx, connection_));
  }
  auto* object = bind::make<Session>(env(), *this, session);
  sessions_.insert(object);
  return hand_over(*object);
}

Session::~Session() {
  if (session_ == nullptr) return;
  database_->remove(*this);
  sqlite3session_delete(session_);
}

void Session::end() {
  sqlite3session_delete(session_);
  session_ = nullptr;
  database_ = nullptr;
}

bind::Result<void> Session::close() {
  if (session_ == nullptr) return bind::fail(bind::Error::coded("ERR_INVALID_STATE", "session is not open"));
  database_->remove(*this);
  end();
  return {};
}

bind::Result<v8::Local<v8::Value>> Session::changes(bind::Context& cx, bool patchset) {
  if (session_ == nullptr) return bind::fail(bind::Error::coded("ERR_INVALID_STATE", "session is not open"));
  int size = 0;
  void* data = nullptr;
  int code;
  {
    const Database::Running running(*database_);
    code =
        patchset ? sqlite3session_patchset(session_, &size, &data) : sqlite3session_changeset(session_, &size, &data);
  }
  if (code != SQLITE_OK || database_->has_thrown()) {
    sqlite3_free(data);
    return bind::fail(database_->failure(cx));
  }
  v8::Local<v8::Value> bytes = bytes_copy(cx, data, static_cast<size_t>(size));
  sqlite3_free(data);
  return bytes;
}

}  // namespace vireo::sqlite
