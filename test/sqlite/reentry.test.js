// Functions that a statement calls and that work on the same database: errors, never a crash. Ours alone: Node crashes.
'use strict';

const assert = require('node:assert');
const { test } = require('node:test');
const { DatabaseSync } = require('node:sqlite');

test('what is being executed cannot be closed or executed again', { skip: !process.versions.vireo }, () => {
  const db = new DatabaseSync(':memory:');
  let statement;
  db.function('close_it', () => {
    db.close();
  });
  db.function('again', () => {
    statement.get();
  });
  assert.throws(() => db.prepare('SELECT close_it()').get(), { code: 'ERR_INVALID_STATE' });
  statement = db.prepare('SELECT again()');
  assert.throws(() => statement.get(), { code: 'ERR_INVALID_STATE' });
  db.function('other', () => db.prepare('SELECT 5 AS x').get().x);
  assert.strictEqual(db.prepare('SELECT other() AS x').get().x, 5);
  const parameters = {
    get a() {
      db.close();
      return 1;
    },
  };
  statement = db.prepare('SELECT $a');
  assert.throws(() => statement.get(parameters), { code: 'ERR_INVALID_STATE' });
});
