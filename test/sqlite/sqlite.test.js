// node:sqlite: https://nodejs.org/api/sqlite.html
'use strict';

const assert = require('node:assert');
const fs = require('node:fs');
const os = require('node:os');
const path = require('node:path');
const { test } = require('node:test');
const { DatabaseSync, backup, constants } = require('node:sqlite');

function filled() {
  const db = new DatabaseSync(':memory:');
  db.exec('CREATE TABLE t(id INTEGER PRIMARY KEY, name TEXT, data BLOB, number REAL)');
  const insert = db.prepare('INSERT INTO t(name, data, number) VALUES (?, ?, ?)');
  for (let i = 1; i <= 5; i++) insert.run(`n${i}`, new Uint8Array([i]), i / 2);
  return db;
}

const row = (values) => ({ __proto__: null, ...values });

test('rows: objects without a prototype, arrays, BigInts, names that are indexes or twice there', () => {
  const db = filled();
  assert.deepStrictEqual(
    db.prepare('SELECT * FROM t WHERE id = ?').get(2),
    row({ id: 2, name: 'n2', data: new Uint8Array([2]), number: 1 }),
  );
  assert.deepStrictEqual(db.prepare('SELECT id FROM t', { returnArrays: true, readBigInts: true }).all(), [
    [1n],
    [2n],
    [3n],
    [4n],
    [5n],
  ]);
  assert.deepStrictEqual(db.prepare('SELECT 1 AS "0", 2 AS a').get(), row({ 0: 1, a: 2 }));
  assert.deepStrictEqual(db.prepare('SELECT 1 AS a, 2 AS a').get(), row({ a: 2 }));
  const wide = Array.from({ length: 40 }, (_, i) => `${i} AS c${i}`).join();
  assert.strictEqual(db.prepare(`SELECT ${wide}`).get().c39, 39);
});

test('a statement follows a change of its table', () => {
  const db = filled();
  const all = db.prepare('SELECT * FROM t WHERE id = 1');
  assert.deepStrictEqual(Object.keys(all.get()), ['id', 'name', 'data', 'number']);
  db.exec('ALTER TABLE t ADD COLUMN more TEXT');
  assert.deepStrictEqual(Object.keys(all.get()), ['id', 'name', 'data', 'number', 'more']);
});

test('parameters by place and by name', () => {
  const db = filled();
  const query = db.prepare('SELECT $a AS a, ? AS b, :c AS c');
  assert.deepStrictEqual(query.get({ a: 1, ':c': 'x' }, 7n), row({ a: 1, b: 7, c: 'x' }));
  assert.throws(() => query.get({ z: 1 }), { code: 'ERR_INVALID_STATE', message: "Unknown named parameter 'z'" });
  query.setAllowUnknownNamedParameters(true);
  assert.deepStrictEqual(query.get({ z: 1 }), row({ a: null, b: null, c: null }));
  assert.throws(() => query.get({}, 1, 2), { code: 'ERR_SQLITE_ERROR', errcode: 25 });
  assert.throws(() => query.get({ a: Symbol('x') }), { code: 'ERR_INVALID_ARG_TYPE' });
  const long = 'ä'.repeat(1000);
  assert.strictEqual(db.prepare('SELECT ? AS x').get(long).x, long);
});

test('functions and aggregates; what they throw comes out', () => {
  const db = filled();
  db.function('twice', (x) => x * 2);
  db.function('boom', () => {
    throw new RangeError('boom');
  });
  db.aggregate('joined', { start: () => [], step: (all, x) => [...all, x], result: (all) => all.join('+') });
  assert.strictEqual(db.prepare('SELECT twice(id) AS x FROM t WHERE id = 4').get().x, 8);
  assert.strictEqual(db.prepare('SELECT joined(name) AS x FROM t').get().x, 'n1+n2+n3+n4+n5');
  assert.throws(() => db.prepare('SELECT boom()').get(), { name: 'RangeError', message: 'boom' });
  db.aggregate('total_of', { start: 0, step: (sum, x) => sum + x, inverse: (sum, x) => sum - x });
  const windows = db.prepare('SELECT total_of(id) OVER (ORDER BY id ROWS 1 PRECEDING) AS x FROM t').all();
  assert.deepStrictEqual(
    windows.map(({ x }) => x),
    [1, 3, 5, 7, 9],
  );
});

test('sessions and changesets; conflicts', () => {
  const source = filled();
  const target = filled();
  const session = source.createSession({ table: 't' });
  source.exec("UPDATE t SET name = 'new' WHERE id = 1; INSERT INTO t(id, name) VALUES (9, 'nine')");
  const changeset = session.changeset();
  assert.ok(session.patchset().length <= changeset.length);
  assert.strictEqual(target.applyChangeset(changeset), true);
  assert.strictEqual(target.prepare('SELECT name FROM t WHERE id = 9').get().name, 'nine');
  assert.strictEqual(target.applyChangeset(changeset), false);
  const seen = [];
  const onConflict = (kind) => seen.push(kind) && constants.SQLITE_CHANGESET_OMIT;
  assert.strictEqual(target.applyChangeset(changeset, { onConflict }), true);
  assert.deepStrictEqual(seen.sort(), [constants.SQLITE_CHANGESET_DATA, constants.SQLITE_CHANGESET_CONFLICT]);
  session.close();
  assert.throws(() => session.changeset(), { message: 'session is not open' });
});

test('the authorizer decides', () => {
  const db = filled();
  db.setAuthorizer((action, table) => {
    if (action === constants.SQLITE_DELETE && table === 't') return constants.SQLITE_DENY;
    return constants.SQLITE_OK;
  });
  assert.throws(() => db.exec('DELETE FROM t'), { errcode: 23, message: 'not authorized' });
  db.setAuthorizer(null);
  db.exec('DELETE FROM t');
});

test('backup into a file, serialize and deserialize', async () => {
  const db = filled();
  const directory = fs.mkdtempSync(path.join(os.tmpdir(), 'sqlite-'));
  const file = path.join(directory, 'copy.db');
  const progress = [];
  assert.strictEqual(await backup(db, file, { rate: 1, progress: (at) => progress.push(at) }), 2);
  assert.deepStrictEqual(progress, [{ totalPages: 2, remainingPages: 1 }]);
  const copy = new DatabaseSync(file, { readOnly: true });
  assert.strictEqual(copy.location(), file);
  assert.strictEqual(copy.prepare('SELECT count(*) AS n FROM t').get().n, 5);
  copy.close();
  fs.rmSync(directory, { recursive: true });
  await assert.rejects(backup(db, path.join(directory, 'x')), { code: 'ERR_SQLITE_ERROR', errcode: 14 });
});

test('tag store: the statements used last', () => {
  const db = filled();
  const sql = db.createTagStore(2);
  const id = 3;
  assert.strictEqual(sql.get`SELECT name FROM t WHERE id = ${id}`.name, 'n3');
  assert.strictEqual(sql.all`SELECT id FROM t WHERE id > ${id}`.length, 2);
  assert.strictEqual([...sql.iterate`SELECT id FROM t`].length, 5);
  assert.strictEqual(sql.run`DELETE FROM t WHERE id = ${id}`.changes, 1);
  assert.strictEqual(sql.size, 2);
  assert.strictEqual(sql.db, db);
});

test('closing ends statements, iterators and sessions', () => {
  const db = filled();
  const statement = db.prepare('SELECT * FROM t');
  const rows = statement.iterate();
  assert.strictEqual(rows.next().value.id, 1);
  statement.all();
  assert.throws(() => rows.next(), { code: 'ERR_INVALID_STATE', message: 'iterator was invalidated' });
  db.close();
  assert.throws(() => statement.all(), { code: 'ERR_INVALID_STATE', message: 'statement has been finalized' });
  assert.throws(() => db.exec('SELECT 1'), { message: 'database is not open' });
});

test('limits', () => {
  const db = new DatabaseSync(':memory:', { limits: { column: 3 } });
  assert.strictEqual(db.limits.column, 3);
  assert.throws(() => db.exec('CREATE TABLE x(a, b, c, d)'), /too many columns/);
  db.limits.column = Infinity;
  db.exec('CREATE TABLE x(a, b, c, d)');
  assert.throws(() => (db.limits.column = -1), { code: 'ERR_OUT_OF_RANGE' });
});
