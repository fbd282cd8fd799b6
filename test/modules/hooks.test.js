'use strict';
const test = require('node:test');
const assert = require('node:assert');
const fs = require('node:fs');
const os = require('node:os');
const path = require('node:path');
const { spawnSync } = require('node:child_process');
const { registerHooks, createRequire } = require('node:module');
const { pathToFileURL } = require('node:url');

function folder(t, files) {
  const made = fs.mkdtempSync(path.join(os.tmpdir(), 'hooks-'));
  t.after(() => fs.rmSync(made, { recursive: true }));
  for (const [name, text] of Object.entries(files)) fs.writeFileSync(path.join(made, name), text);
  return made;
}

const virtual = {
  resolve(specifier, context, next) {
    if (!specifier.startsWith('virtual:')) return next(specifier, context);
    return { url: specifier, shortCircuit: true };
  },
  load(url, context, next) {
    if (!url.startsWith('virtual:')) return next(url, context);
    const source = decodeURIComponent(url.slice('virtual:'.length));
    const format = source.startsWith('{') ? 'json' : source.includes('export ') ? 'module' : 'commonjs';
    return { source, format, shortCircuit: true };
  },
};

test('require() and import of what only hooks know', async (t) => {
  const hooks = registerHooks(virtual);
  t.after(() => hooks.deregister());
  assert.strictEqual(require('virtual:module.exports = 1'), 1);
  assert.strictEqual(require('virtual:export const a = 2').a, 2);
  assert.strictEqual((await import('virtual:exports.b = 3')).b, 3);
  assert.strictEqual((await import('virtual:export default 4')).default, 4);
  assert.strictEqual(require.resolve('virtual:x'), 'virtual:x');
});

test('the last one registered is asked first, and contexts are merged', (t) => {
  const seen = [];
  const first = registerHooks({
    resolve(specifier, context, next) {
      seen.push(['first', context.mark]);
      return next(specifier);
    },
  });
  const second = registerHooks({
    resolve(specifier, context, next) {
      seen.push(['second', context.mark]);
      return next(specifier, { mark: 1 });
    },
  });
  t.after(() => [first, second].forEach((each) => each.deregister()));
  require('node:path');
  assert.deepStrictEqual(seen, [
    ['second', undefined],
    ['first', 1],
  ]);
});

test('deregistered hooks are not asked', () => {
  const hooks = registerHooks({
    resolve() {
      throw new Error('asked');
    },
  });
  assert.throws(() => require('node:fs'), /asked/);
  hooks.deregister();
  hooks.deregister();
  assert.strictEqual(require('node:fs'), fs);
});

test('sources can be changed on their way', (t) => {
  const made = folder(t, { 'a.js': 'module.exports = "%name%";' });
  const hooks = registerHooks({
    load(url, context, next) {
      const loaded = next(url, context);
      return { ...loaded, source: loaded.source.toString().replace('%name%', 'changed') };
    },
  });
  t.after(() => hooks.deregister());
  assert.strictEqual(require(path.join(made, 'a.js')), 'changed');
});

test('what hooks may not return', (t) => {
  const attempt = (result) => {
    const hooks = registerHooks({ resolve: () => result });
    try {
      createRequire(__filename)('anything');
    } finally {
      hooks.deregister();
    }
  };
  const wrong = { code: 'ERR_INVALID_RETURN_PROPERTY_VALUE' };
  assert.throws(() => attempt({ url: 'node:fs' }), wrong);
  assert.throws(() => attempt({ url: 1, shortCircuit: true }), wrong);
  assert.throws(() => registerHooks({ load: 1 }), { code: 'ERR_INVALID_ARG_TYPE' });
});

const run = (args) => spawnSync(process.execPath, ['--no-warnings', ...args], { encoding: 'utf8' });

test('register(): asynchronous hooks', (t) => {
  const made = folder(t, {
    'hooks.mjs': `
      let names;
      export async function initialize(data) { await 1; names = data; }
      export async function resolve(specifier, context, next) {
        if (names.includes(specifier)) return { url: 'made:' + specifier, shortCircuit: true };
        return next(specifier, context);
      }
      export async function load(url, context, next) {
        if (!url.startsWith('made:')) return next(url, context);
        await new Promise((resolve) => setTimeout(resolve, 1));
        return { format: 'module', source: 'export default ' + JSON.stringify(url), shortCircuit: true };
      }`,
    'main.mjs': `
      import { register } from 'node:module';
      register('./hooks.mjs', { parentURL: import.meta.url, data: ['one', 'two'] });
      const { default: one } = await import('one');
      console.log(one, import.meta.resolve.name);
      console.log((await import('data:text/javascript,export { default } from "two"')).default);`,
  });
  const { stdout, stderr } = run([path.join(made, 'main.mjs')]);
  assert.strictEqual(stderr, '');
  assert.strictEqual(stdout, 'made:one resolve\nmade:two\n');
});

test('register(): require() of hooked CommonJS, import.meta.resolve()', (t) => {
  const made = folder(t, {
    'hooks.mjs': `
      export async function resolve(specifier, context, next) {
        await 1;
        return specifier === 'alias' ? next('node:path', context) : next(specifier, context);
      }`,
    'main.mjs': `console.log(import.meta.resolve('alias')); console.log((await import('alias')).sep);`,
  });
  const hooks = pathToFileURL(path.join(made, 'hooks.mjs')).href;
  const { stdout, stderr } = run(['--experimental-loader', hooks, path.join(made, 'main.mjs')]);
  assert.strictEqual(stderr, '');
  assert.strictEqual(stdout, 'node:path\n/\n');
});

test('register(): hooks that never answer', (t) => {
  const made = folder(t, {
    'hooks.mjs': `
      export const resolve = (specifier, context, next) =>
        specifier === 'never' ? new Promise(() => {}) : next(specifier, context);`,
    'main.mjs': "await import('never');",
  });
  const hooks = pathToFileURL(path.join(made, 'hooks.mjs')).href;
  assert.strictEqual(run(['--experimental-loader', hooks, path.join(made, 'main.mjs')]).status, 13);
});
