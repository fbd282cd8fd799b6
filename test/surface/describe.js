// Prints, as JSON, module -> name -> kind of every public module and of the global object. Runs on Vireo and on Node.
'use strict';
const { builtinModules } = require('node:module');

const only = JSON.parse(process.argv[2] ?? 'null');

function kindOf(holder, key) {
  let descriptor;
  for (let at = holder; at !== null && descriptor === undefined; at = Object.getPrototypeOf(at))
    descriptor = Object.getOwnPropertyDescriptor(at, key);
  let value;
  try {
    value = holder[key];
  } catch {
    return 'accessor';
  }
  if (typeof value === 'function')
    return `${/^class\b/.test(Function.prototype.toString.call(value)) || isConstructor(value) ? 'class' : 'function'}(${value.length})`;
  return value === null ? 'null' : typeof value;
}

/** Constructors are told by methods on their prototype: whether they are written as class or function is no difference. */
function isConstructor(value) {
  const { prototype } = value;
  return (
    prototype !== null &&
    typeof prototype === 'object' &&
    Reflect.ownKeys(prototype).some((key) => key !== 'constructor')
  );
}

function describe(target, depth, prefix, out) {
  for (const key of Reflect.ownKeys(target)) {
    const name = typeof key === 'symbol' ? `[${key.description}]` : key;
    if (typeof key === 'symbol' && !/^(Symbol|nodejs)\./.test(key.description)) continue; // Node's own secrets
    if (
      name.startsWith('_') ||
      (depth > 0 && ['constructor', 'length', 'name', 'prototype', 'arguments', 'caller'].includes(name))
    )
      continue;
    const kind = kindOf(target, key);
    out[prefix + name] = kind;
    if (!kind.startsWith('class')) continue;
    const value = target[key];
    if (depth === 0) {
      describe(value, 1, `${prefix}${name}.`, out);
      if (value.prototype) describe(value.prototype, 1, `${prefix}${name}.prototype.`, out);
    }
  }
}

const result = {};
const add = (name, target) => {
  const out = {};
  describe(target, 0, '', out);
  result[name] = Object.fromEntries(Object.entries(out).sort(([a], [b]) => (a < b ? -1 : 1)));
};

const names = only?.filter((name) => name !== 'globalThis') ?? [
  ...builtinModules.filter((name) => !name.startsWith('_') && !name.startsWith('node:')),
  ...['sea', 'sqlite', 'test', 'test/reporters'].map((name) => `node:${name}`),
];
for (const name of names) {
  try {
    add(name, require(name));
  } catch {
    result[name] = {};
  }
}
add('globalThis', globalThis);
// Reading every accessor may have started something that fails later: that is not what is measured here.
require('node:fs').writeSync(1, JSON.stringify(result));
process.exit(0);
