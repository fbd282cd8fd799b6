'use strict';
const test = require('node:test');
const assert = require('node:assert');
const fs = require('node:fs');
const os = require('node:os');
const path = require('node:path');
const { spawn, spawnSync } = require('node:child_process');

function folder(t, files) {
  const made = fs.realpathSync(fs.mkdtempSync(path.join(os.tmpdir(), 'cli-')));
  t.after(() => fs.rmSync(made, { recursive: true }));
  for (const [name, text] of Object.entries(files)) fs.writeFileSync(path.join(made, name), text);
  return made;
}

const run = (args, options = {}) =>
  spawnSync(process.execPath, args, { encoding: 'utf8', stdio: ['pipe', 'pipe', 'pipe'], ...options });

test('--env-file: later files win, the environment wins over all', (t) => {
  const cwd = folder(t, { a: 'A=1\nB=1\nSET=file', b: 'B=2\nNODE_OPTIONS=--stack-trace-limit=3' });
  const env = { ...process.env, SET: 'environment' };
  delete env.NODE_OPTIONS;
  const { stdout } = run(
    ['--env-file=a', '--env-file', 'b', '-p', '[process.env.A, process.env.B, process.env.SET]+""'],
    {
      cwd,
      env,
    },
  );
  assert.strictEqual(stdout, '1,2,environment\n');
  assert.strictEqual(run(['--env-file=missing', '-p', '1'], { cwd }).status, 9);
  const optional = run(['--env-file-if-exists=missing', '-p', '1'], { cwd });
  assert.strictEqual(optional.stdout, '1\n');
});

test('--run', (t) => {
  const cwd = folder(t, {
    'package.json': JSON.stringify({ scripts: { hi: 'echo hi $NODE_RUN_SCRIPT_NAME', bad: 'exit 3' } }),
  });
  assert.strictEqual(run(['--run', 'hi', '--', "it's", 'b'], { cwd }).stdout, "hi hi it's b\n");
  assert.strictEqual(run(['--run', 'bad'], { cwd }).status, 1);
  const missing = run(['--run', 'nope'], { cwd });
  assert.strictEqual(missing.status, 1);
  assert.match(missing.stderr, /Missing script: "nope"[\s\S]*hi: echo hi/);
});

test('--check: files and standard input, of either kind', (t) => {
  const cwd = folder(t, { 'good.js': 'export {}; throw 1', 'bad.mjs': 'a b', 'return.js': 'return 1' });
  assert.strictEqual(run(['--check', 'good.js'], { cwd }).status, 0);
  assert.strictEqual(run(['--check', 'return.js'], { cwd }).status, 0);
  const bad = run(['--check', 'bad.mjs'], { cwd });
  assert.strictEqual(bad.status, 1);
  assert.match(bad.stderr, /bad\.mjs:1\na b\n {2}\^/);
  assert.strictEqual(run(['--check', '-'], { input: 'throw 1' }).status, 0);
  assert.match(run(['--check', '-'], { input: 'a b' }).stderr, /^\[stdin\]:1/);
});

test('--print: promises are shown when they have settled', () => {
  assert.strictEqual(run(['-p', 'Promise.resolve().then(() => 42)']).stdout, 'Promise { 42 }\n');
  assert.strictEqual(run(['-p', 'new Promise(() => {})']).stdout, 'Promise { <pending> }\n');
});

test('bad options', () => {
  for (const args of [
    ['--no-such-option'],
    ['--trace-require-module=x', '-p', '1'],
    ['--check', '-e', '1'],
    ['--input-type=x', '-e', '1'],
  ]) {
    assert.strictEqual(run(args).status, 9, args.join(' '));
  }
  const { status, stderr } = run(['-p', '1'], { env: { ...process.env, NODE_OPTIONS: '--eval 1' } });
  assert.strictEqual(status, 9);
  assert.match(stderr, /--eval is not allowed in NODE_OPTIONS/);
});

test('--disable-proto, --frozen-intrinsics', () => {
  assert.strictEqual(run(['--disable-proto=delete', '-p', '({}).__proto__']).stdout, 'undefined\n');
  assert.match(run(['--disable-proto=throw', '-p', '({}).__proto__']).stderr, /ERR_PROTO_ACCESS/);
  const frozen = run([
    '--frozen-intrinsics',
    '-p',
    'class A extends Error { name = 1 } Object.isFrozen([].push) && new A().name',
  ]);
  assert.strictEqual(frozen.stdout, '1\n');
});

test('--watch: starts again when a file changes', async (t) => {
  const cwd = folder(t, { 'main.js': "console.log('run', require('./part.js'))", 'part.js': 'module.exports = 1' });
  const child = spawn(process.execPath, ['--watch', 'main.js'], { cwd, stdio: ['ignore', 'pipe', 'inherit'] });
  t.after(() => child.kill());
  child.stdout.setEncoding('utf8');
  let output = '';
  const seen = (text) =>
    new Promise((resolve) => {
      const look = () => {
        if (!output.includes(text)) return;
        child.stdout.off('data', look);
        resolve();
      };
      child.stdout.on('data', look);
      look();
    });
  child.stdout.on('data', (data) => (output += data));
  await seen('run 1');
  await seen('Completed running');
  fs.writeFileSync(path.join(cwd, 'part.js'), 'module.exports = 2');
  await seen('run 2');
});

test('--eval: what is forked does not evaluate the same text again', () => {
  const { stdout } = run([
    '-e',
    "require('child_process').fork('./x', [], { execPath: '/bin/echo', stdio: ['ignore', 'inherit', 'inherit', 'ipc'] })",
  ]);
  assert.strictEqual(stdout, './x\n');
});
