// WebAssembly as ES modules: https://nodejs.org/api/esm.html#wasm-modules
'use strict';

const native = binding('module_wrap');

/** URL -> WebAssembly.Module: source phase imports and instances share it. */
const compiled = new Map();
/** Namespace of a wasm module -> its instance's exports, whose globals are not unwrapped. */
const rawExports = new WeakMap();

const isReserved = (name) => name.startsWith('wasm:') || name.startsWith('wasm-js:');
const STRING_CONSTANTS = 'wasm:js/string-constants';

/** The module of `bytes`, loaded from `url`. Throws WebAssembly.LinkError for names that are not allowed. */
function compileWasm(url, bytes) {
  const known = compiled.get(url);
  if (known !== undefined) return known;
  const { WebAssembly } = globalThis;
  let made;
  try {
    made = new WebAssembly.Module(bytes, { builtins: ['js-string'], importedStringConstants: STRING_CONSTANTS });
  } catch (error) {
    error.message = `${url}: ${error.message}`;
    throw error;
  }
  for (const { module, name } of WebAssembly.Module.imports(made)) {
    if (module === STRING_CONSTANTS) continue;
    if (isReserved(module)) throw new WebAssembly.LinkError(`Invalid Wasm import "${module}" in ${url}`);
    if (isReserved(name)) throw new WebAssembly.LinkError(`Invalid Wasm import name "${name}" in ${url}`);
  }
  for (const { name } of WebAssembly.Module.exports(made))
    if (isReserved(name)) throw new WebAssembly.LinkError(`Invalid Wasm export name "${name}" in ${url}`);
  compiled.set(url, made);
  return made;
}

/**
 * An ES module that instantiates a WebAssembly module when what it imports has been evaluated.
 * @param {string} url
 * @param {object} wasm the WebAssembly.Module
 * @param {(source: string, url: string) => object} compile source text to a ModuleWrap
 * @returns {{wrap: object, targetsOf: (requested: object[]) => object[]}} `targetsOf` adds what only this file knows to the
 *   modules that the requests stand for
 */
function wasmModule(url, wasm, compile) {
  require('util/internal').emitExperimentalWarning('Importing WebAssembly module instances');
  const { WebAssembly } = globalThis;
  const specifiers = [
    ...new Set(
      WebAssembly.Module.imports(wasm)
        .map(({ module }) => module)
        .filter((each) => each !== STRING_CONSTANTS),
    ),
  ];
  const names = WebAssembly.Module.exports(wasm).map(({ name }) => name);
  let dependencies;
  const instance = native.synthetic(`${url}#instance`, names, (self) => {
    const imports = { __proto__: null };
    for (const [i, specifier] of specifiers.entries()) {
      const namespace = dependencies[i].getNamespace();
      imports[specifier] = rawExports.get(namespace) ?? namespace;
    }
    const { exports } = new WebAssembly.Instance(wasm, imports);
    for (const name of names) self.setExport(name, unwrapped(exports[name]));
    rawExports.set(wrap.getNamespace(), exports);
  });
  // Requests are evaluated in their order: the imports first, then the instance.
  const source = specifiers.map((specifier) => `import ${JSON.stringify(specifier)};`);
  source.push(`export * from ${JSON.stringify(`${url}#instance`)};`);
  if (names.includes('default')) source.push(`export { default } from ${JSON.stringify(`${url}#instance`)};`);
  const wrap = compile(source.join('\n'), url);
  return {
    wrap,
    specifiers,
    targetsOf(requested) {
      dependencies = requested;
      return wrap.requests().map((request, i) => requested[i] ?? instance);
    },
  };
}

/** Globals are exported as their values; those of type v128 have none that JavaScript could hold. */
function unwrapped(value) {
  if (!(value instanceof globalThis.WebAssembly.Global)) return value;
  try {
    return value.value;
  } catch {
    return undefined;
  }
}

module.exports = { compileWasm, wasmModule };
