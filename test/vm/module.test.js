'use strict';
const test = require('node:test');
const assert = require('node:assert');
const vm = require('node:vm');
const { spawnSync } = require('node:child_process');

// The classes are there with --experimental-vm-modules only.
if (vm.SourceTextModule === undefined) {
  test('vm modules', () => {
    const { status, stdout, stderr } = spawnSync(
      process.execPath,
      ['--experimental-vm-modules', '--no-warnings', '--test-reporter=tap', __filename],
      { encoding: 'utf8', env: { ...process.env, NODE_TEST_CONTEXT: undefined } },
    );
    assert.strictEqual(status, 0, `${stdout}${stderr}`);
  });
} else {
  define();
}

function define() {
  const { SourceTextModule, SyntheticModule } = vm;

  test('links through a function, in a circle, and evaluates', async () => {
    const modules = {
      a: new SourceTextModule("import { b } from 'b'; export const a = 1; export const sum = () => a + b;"),
      b: new SourceTextModule("import { a } from 'a'; export const b = 2; export const get = () => a;"),
    };
    assert.strictEqual(modules.a.status, 'unlinked');
    const linking = modules.a.link((specifier) => modules[specifier]);
    assert.strictEqual(modules.a.status, 'linking');
    await linking;
    assert.strictEqual(modules.b.status, 'linked');
    await modules.a.evaluate();
    assert.strictEqual(modules.a.namespace.sum(), 3);
    assert.strictEqual(modules.b.namespace.get(), 1);
  });

  test('linkRequests() and instantiate()', () => {
    const main = new SourceTextModule(
      "import { x } from 'x'; import data from 'd' with { type: 'json' }; export { x, data };",
    );
    assert.deepStrictEqual(
      main.moduleRequests.map(({ specifier, attributes, phase }) => [specifier, { ...attributes }, phase]),
      [
        ['x', {}, 'evaluation'],
        ['d', { type: 'json' }, 'evaluation'],
      ],
    );
    const x = new SyntheticModule(['x'], () => x.setExport('x', 5));
    const data = new SyntheticModule(['default'], () => data.setExport('default', {}));
    assert.throws(() => main.instantiate(), { code: 'ERR_VM_MODULE_LINK_FAILURE' });
    assert.throws(() => main.linkRequests([x]), { code: 'ERR_MODULE_LINK_MISMATCH' });
    main.linkRequests([x, data]);
    main.instantiate();
    assert.strictEqual(main.hasAsyncGraph(), false);
    main.evaluate();
    assert.strictEqual(main.namespace.x, 5);
  });

  test('contexts, import.meta, import()', async () => {
    const context = vm.createContext({ out: undefined });
    const other = new SourceTextModule('export default 7', { context });
    await other.link(() => {});
    await other.evaluate();
    const module = new SourceTextModule('out = [import.meta.name, typeof process, (await import("x")).default]', {
      context,
      initializeImportMeta: (meta) => (meta.name = 'n'),
      importModuleDynamically: (specifier, referrer) => (specifier === 'x' && referrer === module ? other : undefined),
    });
    assert.strictEqual(module.hasTopLevelAwait(), true);
    await module.link(() => {});
    await module.evaluate();
    assert.deepStrictEqual([...context.out], ['n', 'undefined', 7]);
  });

  test('errors keep', async () => {
    const module = new SourceTextModule('throw new Error("once")');
    await module.link(() => {});
    await assert.rejects(module.evaluate(), /once/);
    assert.strictEqual(module.status, 'errored');
    assert.strictEqual(module.error.message, 'once');
    const importer = new SourceTextModule("import 'm'");
    await assert.rejects(
      importer.link(() => module),
      { code: 'ERR_VM_MODULE_LINK_FAILURE', cause: module.error },
    );
  });

  test('a time limit', async () => {
    const module = new SourceTextModule('for (;;);');
    await module.link(() => {});
    await assert.rejects(module.evaluate({ timeout: 5 }), { code: 'ERR_SCRIPT_EXECUTION_TIMEOUT' });
  });

  test('cached data', () => {
    const cachedData = new SourceTextModule('export const a = 1').createCachedData();
    new SourceTextModule('export const a = 1', { cachedData });
    assert.throws(() => new SourceTextModule('export const other = 1', { cachedData }), {
      code: 'ERR_VM_MODULE_CACHED_DATA_REJECTED',
    });
  });
}

test("microtaskMode 'afterEvaluate': promises of the context go on at the end of the script", () => {
  const context = vm.createContext({ out: [] }, { microtaskMode: 'afterEvaluate' });
  vm.runInContext('Promise.resolve().then(() => out.push("promise")); out.push("script")', context);
  assert.deepStrictEqual([...context.out], ['script', 'promise']);
});

test('codeGeneration.wasm', () => {
  const context = vm.createContext(
    { bytes: Buffer.from('0061736d01000000', 'hex') },
    { codeGeneration: { wasm: false } },
  );
  assert.throws(() => vm.runInContext('new WebAssembly.Module(bytes)', context), { name: 'CompileError' });
});

test('the stack says where in the script', () => {
  assert.throws(
    () => vm.runInThisContext('\n  throw new Error("x")', 'file.vm'),
    (error) => error.stack.startsWith('file.vm:2\n  throw new Error("x")\n  ^\n\nError: x'),
  );
  assert.throws(
    () => vm.runInThisContext('throw new Error("x")', { displayErrors: false }),
    (error) => error.stack.startsWith('Error: x'),
  );
});

test('measureMemory()', async () => {
  const { total, current } = await vm.measureMemory({ mode: 'detailed', execution: 'eager' });
  assert.ok(total.jsMemoryEstimate > 0 && current.jsMemoryRange.length === 2);
});
