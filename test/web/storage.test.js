// localStorage and sessionStorage, behind --experimental-webstorage
'use strict';

const assert = require('node:assert');
const { spawnSync } = require('node:child_process');
const fs = require('node:fs');
const os = require('node:os');
const path = require('node:path');
const { test } = require('node:test');

const run = (program, ...flags) =>
  spawnSync(process.execPath, ['--experimental-webstorage', '--no-warnings', ...flags, '-e', program], {
    encoding: 'utf8',
  });

test('items are properties', () => {
  const { stdout, stderr } = run(`
    sessionStorage.a = 1;
    sessionStorage.setItem('ä', {});
    const keys = Object.keys(sessionStorage).sort();
    console.log(JSON.stringify([keys, sessionStorage.length, sessionStorage.a, 'a' in sessionStorage, sessionStorage.zz]));
    delete sessionStorage.a;
    console.log(JSON.stringify(sessionStorage), sessionStorage.key(0), sessionStorage.key(1), sessionStorage.getItem('a'));
    try { sessionStorage.big = 'x'.repeat(11e6); } catch ({ name }) { console.log(name); }
    try { localStorage.a; } catch ({ code }) { console.log(code); }
    sessionStorage.clear();
    console.log(sessionStorage.length);`);
  assert.strictEqual(stderr, '');
  assert.deepStrictEqual(stdout.split('\n'), [
    '[["a","ä"],2,"1",true,null]',
    '{"ä":"[object Object]"} ä null null',
    'QuotaExceededError',
    'ERR_INVALID_ARG_VALUE',
    '0',
    '',
  ]);
});

test('localStorage lasts', () => {
  const directory = fs.mkdtempSync(path.join(os.tmpdir(), 'storage-'));
  const flag = `--localstorage-file=${path.join(directory, 'items')}`;
  run('localStorage.x = "kept"', flag);
  assert.strictEqual(run('console.log(localStorage.x)', flag).stdout, 'kept\n');
  fs.rmSync(directory, { recursive: true });
});
