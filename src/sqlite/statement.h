// A prepared statement.
#pragma once

#include <unordered_map>

#include "sqlite/database.h"

namespace vireo::sqlite {

/// Run with its parameters as arguments: StatementSync's own methods. At most one run is under way: a further one ends
/// it.
class Statement final : public bind::Object {
 public:
  Statement(Environment& env, Database& database, sqlite3_stmt* statement);
  ~Statement() override;

  bind::Result<v8::Local<v8::Value>> run(bind::Context& cx, bind::Arguments& parameters);
  bind::Result<v8::Local<v8::Value>> get(bind::Context& cx, bind::Arguments& parameters);
  bind::Result<v8::Local<v8::Value>> all(bind::Context& cx, bind::Arguments& parameters);
  /// Binds for `next`; gives the number of this run.
  bind::Result<double> start(bind::Context& cx, bind::Arguments& parameters);
  /// The next row of run `number`; undefined after the last one.
  bind::Result<v8::Local<v8::Value>> next(bind::Context& cx, double number);
  /// Ends run `number`.
  bind::Result<void> stop(double number);
  bind::Result<v8::Local<v8::Value>> columns(bind::Context& cx);
  bind::Result<std::string> source_sql();
  bind::Result<std::string> expanded_sql(bind::Context& cx);
  [[nodiscard]] bool is_finalized() const { return statement_ == nullptr; }
  bind::Result<void> set_bigints(bool enabled);
  bind::Result<void> set_arrays(bool enabled);
  bind::Result<void> set_bare_names(bool enabled);
  bind::Result<void> set_unknown_names(bool enabled);
  /// The connection lives as long as this.
  void keep_database() { keep_alive(database_->wrapper()); }
  /// The connection goes.
  void finalize();

 private:
  class Stepping;
  [[nodiscard]] bind::Result<void> exists() const;
  [[nodiscard]] bind::Result<void> ready() const;
  bind::Result<void> bind_all(bind::Context& cx, bind::Arguments& parameters);
  bind::Result<void> bind_named(bind::Context& cx, v8::Local<v8::Object> names);
  bind::Result<int> bare_index(const std::string& name);
  /// True: there is a row.
  bind::Result<bool> step(bind::Context& cx);
  void read_names(bind::Context& cx);
  bind::Result<v8::Local<v8::Value>> row(bind::Context& cx);

  Database* database_;
  sqlite3_stmt* statement_;
  bool bigints_ = false;
  bool arrays_ = false;
  bool bare_names_ = true;
  bool unknown_names_ = false;
  bool stepping_ = false;
  uint32_t runs_ = 0;
  std::optional<std::unordered_map<std::string, int>> bare_indexes_;
  int prepared_ = -1;  // how often SQLite had prepared it anew when the names were read
  std::vector<v8::Global<v8::Name>> names_;
  v8::Global<v8::DictionaryTemplate> shape_;  // when the names allow it
};

}  // namespace vireo::sqlite
