// Rules that find bugs; layout is prettier's.
const internals = { exports: 'writable', require: 'readonly', module: 'writable', binding: 'readonly', process: 'readonly' };
// Of the global object only ECMAScript and WebAssembly: everything else is required, since users may replace globals.
const ecmascript = { globalThis: 'readonly', WebAssembly: 'readonly' };
const node = Object.fromEntries(
  ['console', 'process', 'Buffer', 'setTimeout', 'clearTimeout', 'setInterval', 'clearInterval', 'setImmediate', 'clearImmediate',
    'queueMicrotask', 'structuredClone', 'performance', 'URL', 'URLSearchParams', 'TextEncoder', 'TextDecoder', 'AbortController', 'AbortSignal',
    'Event', 'EventTarget', 'CustomEvent', 'DOMException', 'Blob', 'File', 'fetch', 'Headers', 'Request', 'Response', 'WebAssembly', 'atob', 'btoa',
    'ReadableStream', 'WritableStream', 'TransformStream', 'TextDecoderStream', 'TextEncoderStream', 'CompressionStream', 'DecompressionStream',
    'MessageChannel', 'MessagePort', 'BroadcastChannel', 'URLPattern', 'Bun', 'Deno', 'global', '__filename', '__dirname', 'require', 'module',
    'exports', 'PerformanceObserver', 'ByteLengthQueuingStrategy', 'CountQueuingStrategy'].map((name) => [name, 'readonly']),
);
const rules = {
  'array-callback-return': 'error',
  'constructor-super': 'error',
  'for-direction': 'error',
  'getter-return': 'error',
  'no-compare-neg-zero': 'error',
  'no-const-assign': 'error',
  'no-constant-binary-expression': 'error',
  'no-dupe-args': 'error',
  'no-dupe-class-members': 'error',
  'no-dupe-else-if': 'error',
  'no-dupe-keys': 'error',
  'no-duplicate-case': 'error',
  'no-func-assign': 'error',
  'no-import-assign': 'error',
  'no-loss-of-precision': 'error',
  'no-obj-calls': 'error',
  'no-self-assign': 'error',
  'no-this-before-super': 'error',
  'no-undef': 'error',
  'no-unreachable': 'error',
  'no-unsafe-finally': 'error',
  'no-unsafe-negation': 'error',
  'no-unused-vars': ['error', { args: 'none', caughtErrors: 'none', ignoreRestSiblings: true }],
  'no-var': 'error',
  'prefer-const': ['error', { destructuring: 'all', ignoreReadBeforeAssign: true }],
  'use-isnan': 'error',
  'valid-typeof': 'error',
};

export default [
  { ignores: ['build*/', 'dist/', '.sysroot/', '**/node_modules/', 'test/differential/programs/'] },
  { files: ['src/**/*.js'], languageOptions: { ecmaVersion: 'latest', sourceType: 'commonjs', globals: { ...internals, ...ecmascript }, parserOptions: { ecmaFeatures: { globalReturn: true } } }, rules },
  { files: ['{test,bench,tools}/**/*.js'], languageOptions: { ecmaVersion: 'latest', sourceType: 'commonjs', globals: node }, rules },
  { files: ['**/*.mjs', 'examples/**/*.js'], languageOptions: { ecmaVersion: 'latest', sourceType: 'module', globals: node }, rules },
];
