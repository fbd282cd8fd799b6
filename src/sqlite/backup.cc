#include "sqlite/backup.h"

#include "engine/environment.h"

namespace vireo::sqlite {

class Backup::Step final : public loop::WorkRequest {
 public:
  Step(Backup& backup, int pages, bind::Callback callback)
      : WorkRequest(backup.env()), backup_(backup), pages_(pages), callback_(std::move(callback)) {
    backup_.hold();
  }
  ~Step() override { backup_.release(); }
  [[nodiscard]] const char* type_name() const override { return "SQLITE_BACKUP"; }

 protected:
  void work() override { code_ = sqlite3_backup_step(backup_.backup_, pages_); }

  void after_work(bind::Context& cx) override {
    // Somebody writes just now: the next step may have more luck.
    const bool waits = code_ == SQLITE_BUSY || code_ == SQLITE_LOCKED;
    if (code_ != SQLITE_OK && code_ != SQLITE_DONE && !waits) {
      const v8::TryCatch guard(cx.isolate);
      sqlite3_backup_finish(backup_.backup_);
      backup_.backup_ = nullptr;
      (void)throw_error(cx, backup_.target_);
      v8::Local<v8::Value> error = guard.Exception();
      backup_.end();
      (void)callback_.call({error});
      return;
    }
    const int remaining = sqlite3_backup_remaining(backup_.backup_);
    const int total = sqlite3_backup_pagecount(backup_.backup_);
    if (code_ == SQLITE_DONE) backup_.end();
    (void)callback_.call({v8::Boolean::New(cx.isolate, code_ == SQLITE_DONE), v8::Integer::New(cx.isolate, remaining),
                          v8::Integer::New(cx.isolate, total)});
  }

 private:
  Backup& backup_;
  int pages_;
  int code_ = SQLITE_OK;
  bind::Callback callback_;
};

bind::Result<Backup*> Backup::create(bind::Context& cx, Database* source, std::string path, std::string source_name,
                                     std::string target_name) {
  if (!source->is_open()) return bind::fail(not_open());
  auto backup = std::make_unique<Backup>(cx.env);
  const int code = sqlite3_open_v2(path.c_str(), &backup->target_,
                                   SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_URI, nullptr);
  if (code != SQLITE_OK)
    return bind::fail(backup->target_ != nullptr ? throw_error(cx, backup->target_) : throw_code(cx, code));
  backup->backup_ =
      sqlite3_backup_init(backup->target_, target_name.c_str(), source->connection(), source_name.c_str());
  if (backup->backup_ == nullptr) return bind::fail(throw_error(cx, backup->target_));
  return backup.release();
}

void Backup::step(int32_t pages, bind::Callback callback) { (new Step(*this, pages, std::move(callback)))->queue(); }

void Backup::end() {
  if (backup_ != nullptr) sqlite3_backup_finish(backup_);
  backup_ = nullptr;
  if (target_ != nullptr) sqlite3_close_v2(target_);
  target_ = nullptr;
}

}  // namespace vireo::sqlite
