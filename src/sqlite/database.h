// A connection to an SQLite database, and what hangs on it.
#pragma once

#include "sqlite/library.h"

#include <set>
#include <string>
#include <vector>

#include "bind/bind.h"

namespace vireo::sqlite {

class Backup;
class Session;
class Statement;

/// One connection. Statements and sessions are in its accounts: closing ends them. JavaScript functions that SQLite
/// calls lie in an array that the wrapper keeps alive, since a strong reference from here would keep cycles forever.
class Database final : public bind::Object {
 public:
  explicit Database(Environment& env);
  ~Database() override;

  bind::Result<void> open(bind::Context& cx, std::string path, int32_t flags, int32_t timeout);
  bind::Result<void> close(bind::Context& cx);
  [[nodiscard]] bool is_open() const { return connection_ != nullptr; }
  bind::Result<bool> is_transaction();
  bind::Result<void> exec(bind::Context& cx, std::string sql);
  bind::Result<v8::Local<v8::Value>> prepare(bind::Context& cx, std::string sql);
  bind::Result<v8::Local<v8::Value>> location(bind::Context& cx, std::string name);
  /// SQLITE_DBCONFIG_*
  bind::Result<void> configure(bind::Context& cx, int32_t option, int32_t value);
  bind::Result<void> load_extension(bind::Context& cx, std::string path, std::optional<std::string> entry);
  /// A limit's value; a negative `value` only reads.
  bind::Result<int32_t> limit(int32_t id, int32_t value);
  bind::Result<v8::Local<v8::Value>> serialize(bind::Context& cx, std::string name);
  bind::Result<void> deserialize(bind::Context& cx, bind::Bytes bytes, std::string name);

  bind::Result<void> add_function(bind::Context& cx, std::string name, int32_t arguments, int32_t flags, bool bigints,
                                  v8::Local<v8::Function> function);
  bind::Result<void> add_aggregate(bind::Context& cx, std::string name, int32_t arguments, int32_t flags, bool bigints,
                                   v8::Local<v8::Array> functions);
  bind::Result<void> set_authorizer(bind::Context& cx, v8::Local<v8::Value> function);

  bind::Result<v8::Local<v8::Value>> create_session(bind::Context& cx, std::string name,
                                                    std::optional<std::string> table);
  bind::Result<bool> apply_changeset(bind::Context& cx, bind::Bytes changeset, v8::Local<v8::Value> filter,
                                     v8::Local<v8::Value> on_conflict);

  [[nodiscard]] sqlite3* connection() const { return connection_; }
  [[nodiscard]] v8::Local<v8::Object> run_result(bind::Context& cx, v8::Local<v8::Value> changes,
                                                 v8::Local<v8::Value> rowid);

  void add(Statement& statement) { statements_.insert(&statement); }
  void remove(Statement& statement) { statements_.erase(&statement); }
  void remove(Session& session) { sessions_.erase(&session); }

  /// SQLite is at work for us: what it works on must not be closed by the functions that it calls.
  class Running {
   public:
    explicit Running(Database& database) : database_(database) { database_.running_++; }
    ~Running() { database_.running_--; }
    Running(const Running&) = delete;

   private:
    Database& database_;
  };

  /// Throws what a function threw that SQLite called, or else SQLite's own error.
  bind::Error failure(bind::Context& cx);
  /// Whether a function that SQLite called has thrown; to be asked after every call, even a successful one.
  [[nodiscard]] bool has_thrown() const { return terminated_ || !thrown_.IsEmpty(); }

  /// Calls a function on behalf of SQLite. False: it threw, and `failure` throws that later.
  bool call(v8::Local<v8::Value> function, std::span<v8::Local<v8::Value>> arguments, v8::Local<v8::Value>& result);
  /// Remembers an error as if a function had thrown it.
  void set_thrown(v8::Local<v8::Value> error);

  /// A place in the array of functions.
  uint32_t remember(bind::Context& cx, v8::Local<v8::Value> value);
  void forget(uint32_t index) { free_.push_back(index); }
  v8::Local<v8::Value> remembered(uint32_t index);

 protected:
  void on_attached() override;

 private:
  bind::Result<void> idle();
  void finalize_all();
  v8::Local<v8::Array> functions();

  sqlite3* connection_ = nullptr;
  std::set<Statement*> statements_;
  std::set<Session*> sessions_;
  uint32_t running_ = 0;
  uint32_t slots_ = 0;
  std::vector<uint32_t> free_;
  std::optional<std::pair<Database*, uint32_t>> authorizer_;
  v8::Global<v8::Value> thrown_;
  bool terminated_ = false;
  v8::Global<v8::DictionaryTemplate> run_shape_;
};

/// Changes of a database, recorded.
class Session final : public bind::Object {
 public:
  Session(Environment& env, Database& database, sqlite3_session* session)
      : Object(env), database_(&database), session_(session) {}
  ~Session() override;
  bind::Result<v8::Local<v8::Value>> changes(bind::Context& cx, bool patchset);
  bind::Result<void> close();
  [[nodiscard]] bool is_open() const { return session_ != nullptr; }
  void end();

 private:
  Database* database_;
  sqlite3_session* session_;
};

bind::Error not_open();
/// Throws an ERR_SQLITE_ERROR from the state of a connection.
bind::Error throw_error(bind::Context& cx, sqlite3* connection);
/// The same from a result code.
bind::Error throw_code(bind::Context& cx, int code);

}  // namespace vireo::sqlite
