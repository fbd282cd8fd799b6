'use strict';

const assert = require('node:assert');
const fs = require('node:fs');
const os = require('node:os');
const path = require('node:path');
const { spawn, spawnSync } = require('node:child_process');
const { once } = require('node:events');
const { get } = require('node:http');
const { test } = require('node:test');

const skip = process.versions.vireo === undefined && 'vireo serve';

function folderWith(t, files) {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'serve-'));
  t.after(() => fs.rmSync(folder, { recursive: true }));
  for (const [name, text] of Object.entries(files)) fs.writeFileSync(path.join(folder, name), text);
  return folder;
}

async function command(t, folder, ...args) {
  const child = spawn(process.execPath, ['serve', '--host', '127.0.0.1', '--port', '0', ...args], {
    cwd: folder,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  t.after(() => child.kill('SIGKILL'));
  child.stdout.setEncoding('utf8');
  const [text] = await once(child.stdout, 'data');
  return { child, port: Number(/:(\d+)\//.exec(text)[1]) };
}

async function ask(port) {
  const [response] = await once(get({ host: '127.0.0.1', port, agent: false }), 'response');
  let text = '';
  for await (const chunk of response) text += chunk;
  return text;
}

test('serves the default export, as a module and as CommonJS; ends at SIGTERM', { skip }, async (t) => {
  const folder = folderWith(t, {
    'app.mjs': 'export default { n: 1, fetch() { return new Response(`module ${this.n}`); } };',
    'app.cjs': 'module.exports = { n: 2, fetch() { return new Response(`commonjs ${this.n}`); } };',
  });
  for (const [name, expected] of [
    ['app.mjs', 'module 1'],
    ['app.cjs', 'commonjs 2'],
  ]) {
    const { child, port } = await command(t, folder, name);
    assert.strictEqual(await ask(port), expected);
    child.kill('SIGTERM');
    assert.deepStrictEqual(await once(child, 'exit'), [0, null]);
  }
});

test('workers share a port; one that dies is replaced', { skip }, async (t) => {
  const folder = folderWith(t, { 'app.mjs': 'export default () => new Response(`${process.pid}`);' });
  const { child, port } = await command(t, folder, '--workers', '2', 'app.mjs');
  const seen = new Set();
  while (seen.size < 2) seen.add(await ask(port));
  assert.ok(!seen.has(`${child.pid}`));
  const [first] = seen;
  process.kill(Number(first), 'SIGKILL');
  // Connections that the kernel had dealt to it may be reset.
  while (seen.size < 3) seen.add(await ask(port).catch(() => first));
  child.kill('SIGTERM');
  assert.deepStrictEqual(await once(child, 'exit'), [0, null]);
});

test('usage', { skip }, (t) => {
  const folder = folderWith(t, { 'app.mjs': 'export const a = 1;' });
  const run = (...args) => spawnSync(process.execPath, ['serve', ...args], { cwd: folder, encoding: 'utf8' });
  assert.strictEqual(run().status, 9);
  assert.match(run('--help').stdout, /usage: vireo serve/);
  assert.match(run('--port', 'x', 'app.mjs').stderr, /no port: x/);
  assert.match(run('app.mjs').stderr, /no default export/);
  fs.writeFileSync(path.join(folder, 'serve.js'), 'console.log("a program of that name")');
  assert.match(run().stdout, /a program of that name/);
});
