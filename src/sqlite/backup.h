// A copy of a database into a file, step by step.
#pragma once

#include "sqlite/database.h"

namespace vireo::sqlite {

/// Each step runs on the thread pool; SQLite's own locks keep the program's use of the source apart from it.
class Backup final : public bind::Object {
 public:
  static bind::Result<Backup*> create(bind::Context& cx, Database* source, std::string path, std::string source_name,
                                      std::string target_name);
  explicit Backup(Environment& env) : Object(env) {}
  ~Backup() override { end(); }

  /// `callback(done, remaining, total)`, or `callback(error)`.
  void step(int32_t pages, bind::Callback callback);
  /// Lets both databases go.
  void end();

 private:
  class Step;

  sqlite3* target_ = nullptr;
  sqlite3_backup* backup_ = nullptr;
};

}  // namespace vireo::sqlite
