#include "sqlite/backup.h"
#include "sqlite/statement.h"

namespace vireo::sqlite {

BIND_MODULE(sqlite) {
  module.class_<Database>("Database")
      .constructor<>()
      .method<&Database::open>("open")
      .method<&Database::close>("close")
      .getter<&Database::is_open>("isOpen")
      .method<&Database::is_transaction>("isTransaction")
      .method<&Database::exec>("exec")
      .method<&Database::prepare>("prepare")
      .method<&Database::location>("location")
      .method<&Database::configure>("configure")
      .method<&Database::load_extension>("loadExtension")
      .method<&Database::limit>("limit")
      .method<&Database::serialize>("serialize")
      .method<&Database::deserialize>("deserialize")
      .method<&Database::add_function>("addFunction")
      .method<&Database::add_aggregate>("addAggregate")
      .method<&Database::set_authorizer>("setAuthorizer")
      .method<&Database::create_session>("createSession")
      .method<&Database::apply_changeset>("applyChangeset");
  module.class_<Statement>("Statement")
      .method<&Statement::run>("run")
      .method<&Statement::get>("get")
      .method<&Statement::all>("all")
      .method<&Statement::start>("start")
      .method<&Statement::next>("next")
      .method<&Statement::stop>("stop")
      .method<&Statement::columns>("columns")
      .method<&Statement::source_sql>("sourceSQL")
      .method<&Statement::expanded_sql>("expandedSQL")
      .method<&Statement::is_finalized>("isFinalized")
      .method<&Statement::set_bigints>("setReadBigInts")
      .method<&Statement::set_arrays>("setReturnArrays")
      .method<&Statement::set_bare_names>("setAllowBareNamedParameters")
      .method<&Statement::set_unknown_names>("setAllowUnknownNamedParameters");
  module.class_<Session>("Session")
      .method<&Session::changes>("changes")
      .method<&Session::close>("close")
      .getter<&Session::is_open>("isOpen");
  module.class_<Backup>("Backup").factory<Backup::create>().method<&Backup::step>("step").method<&Backup::end>("end");
#define CONSTANT(name) module.constant(#name, name)
  CONSTANT(SQLITE_OPEN_READONLY);
  CONSTANT(SQLITE_OPEN_READWRITE);
  CONSTANT(SQLITE_OPEN_CREATE);
  CONSTANT(SQLITE_DBCONFIG_DQS_DML);
  CONSTANT(SQLITE_DBCONFIG_DQS_DDL);
  CONSTANT(SQLITE_DBCONFIG_ENABLE_FKEY);
  CONSTANT(SQLITE_DBCONFIG_DEFENSIVE);
  CONSTANT(SQLITE_DBCONFIG_ENABLE_LOAD_EXTENSION);
  CONSTANT(SQLITE_DETERMINISTIC);
  CONSTANT(SQLITE_DIRECTONLY);
  auto limits = module.group("limits");
  limits.constant("length", SQLITE_LIMIT_LENGTH);
  limits.constant("sqlLength", SQLITE_LIMIT_SQL_LENGTH);
  limits.constant("column", SQLITE_LIMIT_COLUMN);
  limits.constant("exprDepth", SQLITE_LIMIT_EXPR_DEPTH);
  limits.constant("compoundSelect", SQLITE_LIMIT_COMPOUND_SELECT);
  limits.constant("vdbeOp", SQLITE_LIMIT_VDBE_OP);
  limits.constant("functionArg", SQLITE_LIMIT_FUNCTION_ARG);
  limits.constant("attach", SQLITE_LIMIT_ATTACHED);
  limits.constant("likePatternLength", SQLITE_LIMIT_LIKE_PATTERN_LENGTH);
  limits.constant("variableNumber", SQLITE_LIMIT_VARIABLE_NUMBER);
  limits.constant("triggerDepth", SQLITE_LIMIT_TRIGGER_DEPTH);
  auto constants = module.group("constants");
#undef CONSTANT
#define CONSTANT(name) constants.constant("SQLITE_" #name, SQLITE_##name)
  CONSTANT(CHANGESET_OMIT);
  CONSTANT(CHANGESET_REPLACE);
  CONSTANT(CHANGESET_ABORT);
  CONSTANT(CHANGESET_DATA);
  CONSTANT(CHANGESET_NOTFOUND);
  CONSTANT(CHANGESET_CONFLICT);
  CONSTANT(CHANGESET_CONSTRAINT);
  CONSTANT(CHANGESET_FOREIGN_KEY);
  CONSTANT(OK);
  CONSTANT(DENY);
  CONSTANT(IGNORE);
  CONSTANT(CREATE_INDEX);
  CONSTANT(CREATE_TABLE);
  CONSTANT(CREATE_TEMP_INDEX);
  CONSTANT(CREATE_TEMP_TABLE);
  CONSTANT(CREATE_TEMP_TRIGGER);
  CONSTANT(CREATE_TEMP_VIEW);
  CONSTANT(CREATE_TRIGGER);
  CONSTANT(CREATE_VIEW);
  CONSTANT(DELETE);
  CONSTANT(DROP_INDEX);
  CONSTANT(DROP_TABLE);
  CONSTANT(DROP_TEMP_INDEX);
  CONSTANT(DROP_TEMP_TABLE);
  CONSTANT(DROP_TEMP_TRIGGER);
  CONSTANT(DROP_TEMP_VIEW);
  CONSTANT(DROP_TRIGGER);
  CONSTANT(DROP_VIEW);
  CONSTANT(INSERT);
  CONSTANT(PRAGMA);
  CONSTANT(READ);
  CONSTANT(SELECT);
  CONSTANT(TRANSACTION);
  CONSTANT(UPDATE);
  CONSTANT(ATTACH);
  CONSTANT(DETACH);
  CONSTANT(ALTER_TABLE);
  CONSTANT(REINDEX);
  CONSTANT(ANALYZE);
  CONSTANT(CREATE_VTABLE);
  CONSTANT(DROP_VTABLE);
  CONSTANT(FUNCTION);
  CONSTANT(SAVEPOINT);
  CONSTANT(COPY);
  CONSTANT(RECURSIVE);
#undef CONSTANT
}

}  // namespace vireo::sqlite
