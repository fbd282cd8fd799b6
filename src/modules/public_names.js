// The one table of public module names: what `require('fs')` and `import 'node:fs'` give.
'use strict';

/** Public name -> id of the internal module. */
const PUBLIC = {
  __proto__: null,
  assert: 'assert/assert',
  'assert/strict': 'assert/strict',
  async_hooks: 'async/async_hooks',
  buffer: 'buffer/buffer',
  child_process: 'child_process/child_process',
  cluster: 'cluster/cluster',
  console: 'console/console',
  constants: 'constants/constants',
  crypto: 'crypto/crypto',
  dgram: 'dgram/dgram',
  diagnostics_channel: 'async/diagnostics_channel',
  dns: 'dns/dns',
  'dns/promises': 'dns/promises',
  domain: 'domain/domain',
  events: 'events/events',
  fs: 'fs/fs',
  'fs/promises': 'fs/promises',
  http: 'http/http',
  http2: 'http2/http2',
  https: 'https/https',
  inspector: 'inspector/inspector',
  'inspector/promises': 'inspector/promises',
  module: 'modules/modules',
  net: 'net/net',
  os: 'os/os',
  path: 'path/path',
  'path/posix': 'path/posix',
  'path/win32': 'path/win32',
  perf_hooks: 'perf_hooks/perf_hooks',
  process: 'process/public',
  punycode: 'punycode/punycode',
  querystring: 'querystring/querystring',
  readline: 'readline/readline',
  'readline/promises': 'readline/promises',
  repl: 'repl/repl',
  stream: 'stream/stream',
  'stream/consumers': 'stream/consumers',
  'stream/promises': 'stream/promises',
  'stream/web': 'stream/web',
  string_decoder: 'buffer/string_decoder',
  sys: 'util/util',
  timers: 'timers/timers',
  'timers/promises': 'timers/promises',
  tls: 'tls/tls',
  trace_events: 'trace_events/trace_events',
  tty: 'tty/tty',
  url: 'url/url',
  util: 'util/util',
  'util/types': 'util/types',
  v8: 'v8/v8',
  vm: 'vm/vm',
  wasi: 'wasi/wasi',
  worker_threads: 'worker/worker_threads',
  zlib: 'zlib/zlib',
  // Legacy names of Node's own internals that packages still require.
  _http_agent: 'http/legacy/_http_agent',
  _http_client: 'http/legacy/_http_client',
  _http_common: 'http/legacy/_http_common',
  _http_incoming: 'http/legacy/_http_incoming',
  _http_outgoing: 'http/legacy/_http_outgoing',
  _http_server: 'http/legacy/_http_server',
  _stream_duplex: 'stream/legacy/_stream_duplex',
  _stream_passthrough: 'stream/legacy/_stream_passthrough',
  _stream_readable: 'stream/legacy/_stream_readable',
  _stream_transform: 'stream/legacy/_stream_transform',
  _stream_wrap: 'stream/legacy/_stream_wrap',
  _stream_writable: 'stream/legacy/_stream_writable',
  _tls_common: 'tls/legacy/_tls_common',
  _tls_wrap: 'tls/legacy/_tls_wrap',
};

/** Names that exist only with the `node:` scheme. */
const SCHEME_ONLY = {
  __proto__: null,
  sea: 'sea/sea',
  sqlite: 'sqlite/sqlite',
  test: 'test_runner/test',
  'test/reporters': 'test_runner/reporters',
};

/** Vireo's own, with the `vireo:` scheme alone. */
const OWN = {
  __proto__: null,
  serve: 'serve/serve',
};

/** Whether a URL names a module of this runtime. */
const isBuiltinURL = (url) => url.startsWith('node:') || url.startsWith('vireo:');

module.exports = { OWN, PUBLIC, SCHEME_ONLY, isBuiltinURL };
