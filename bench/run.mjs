// Vireo beside its peers, in one run, on one machine: run.mjs [--rounds N] [--seconds N] [--only RUNTIMES] [NAME...]
//
// Every round measures each runtime once, in turn, so that a noisy machine is noisy for all; medians are shown, and each
// as a ratio to Node 26. For servers: requests/s, p99 latency and resident memory after the load; for start-up: time of
// the whole process and its peak memory. A throughput alone says little.
import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const here = path.dirname(fileURLToPath(import.meta.url));
const args = process.argv.slice(2);
/** --only vireo,bun: these runtimes and the reference. */
const at = args.indexOf('--only');
const only = at < 0 ? null : args.splice(at, 2)[1].split(',');
const option = (name, otherwise) => {
  const at = args.indexOf(`--${name}`);
  return at < 0 ? otherwise : Number(args.splice(at, 2)[1]);
};
const rounds = option('rounds', 5);
const seconds = option('seconds', 4);

const modules = path.join(here, 'node_modules');
const REFERENCE = 'node 26';
const RUNTIMES = [
  { name: 'vireo', command: [path.join(here, '../build/vireo')] },
  { name: 'node 24', command: [path.join(modules, 'node24/bin/node')] },
  { name: 'node 26', command: [path.join(modules, 'node26/bin/node')] },
  { name: 'bun', command: [path.join(modules, '@oven/bun-linux-x64/bin/bun')] },
  { name: 'deno', command: [path.join(modules, '@deno/linux-x64-glibc/deno'), 'run', '-A', '--quiet'] },
].filter(({ name, command }) => fs.existsSync(command[0]) && (!only || name === REFERENCE || only.includes(name)));

const median = (values) =>
  values.toSorted?.((a, b) => a - b)[values.length >> 1] ?? [...values].sort((a, b) => a - b)[values.length >> 1];

/** "1.2ms" or "3.4s" as milliseconds. */
const milliseconds = (text) => Number.parseFloat(text) * (text.endsWith('us') ? 0.001 : text.endsWith('ms') ? 1 : 1000);

async function startServer(file, { command }, env = {}) {
  const child = spawn(command[0], [...command.slice(1), path.join(here, file)], {
    cwd: here,
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { ...process.env, ...env },
  });
  const [chunk] = await once(child.stdout, 'data');
  const port = /(\d+)/.exec(String(chunk))[1];
  const end = async () => {
    child.kill('SIGKILL');
    await once(child, 'close');
  };
  return { child, port, end };
}

/** A field of /proc/PID/status, in MiB. */
const memoryOf = (child, field = 'VmRSS') =>
  Number(new RegExp(`${field}:\\s+(\\d+)`).exec(fs.readFileSync(`/proc/${child.pid}/status`, 'utf8'))[1]) / 1024;

/** For servers that speak TLS: where a key and a certificate for it are, made once in a run. */
let certificates;
function makeCertificates() {
  if (certificates === undefined) {
    certificates = fs.mkdtempSync(path.join(os.tmpdir(), 'vireo-bench-'));
    process.on('exit', () => fs.rmSync(certificates, { recursive: true, force: true }));
    const key = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-keyout', 'key.pem'];
    const args = ['req', '-x509', ...key, '-out', 'cert.pem', '-days', '2', '-subj', '/CN=localhost'];
    execFileSync('openssl', args, { cwd: certificates, stdio: 'ignore' });
  }
  return { CERTIFICATES: certificates };
}

/** Clients that connect, shake hands and leave, one after the other, two at a time. */
async function measureHandshakes({ file }, runtime) {
  const { port, end } = await startServer(file, runtime, makeCertificates());
  const load = async (duration) => {
    const one = async () => {
      const args = ['s_time', '-connect', `127.0.0.1:${port}`, '-new', '-time', `${duration}`];
      const client = spawn('openssl', args, { stdio: ['ignore', 'pipe', 'ignore'] });
      let output = '';
      client.stdout.on('data', (text) => (output += text));
      await once(client, 'close');
      return Number(/(\d+) connections in \d+ real seconds/.exec(output)[1]) / duration;
    };
    const both = await Promise.all([one(), one()]);
    return both[0] + both[1];
  };
  await load(1);
  const result = await load(seconds);
  await end();
  return { 'handshakes/s': result };
}

async function measureServer({ file, wrk = [], target = '/', secure = false }, runtime) {
  const { child, port, end } = await startServer(file, runtime, secure ? makeCertificates() : {});
  const url = `${secure ? 'https' : 'http'}://127.0.0.1:${port}${target}`;
  const load = (duration) =>
    spawnSync('wrk', ['-t1', '-c64', `-d${duration}s`, '--latency', ...wrk, url], { encoding: 'utf8' }).stdout;
  load(1); // warm-up
  const output = load(seconds);
  const memory = memoryOf(child);
  await end();
  const failed = /Non-2xx or 3xx responses: (\d+)/.exec(output);
  if (failed) throw new Error(`${file}: ${failed[0]}`);
  return {
    'requests/s': Number(/Requests\/sec:\s+([\d.]+)/.exec(output)[1]),
    'p99 ms': milliseconds(/99%\s+(\S+)/.exec(output)[1]),
    'RSS MiB': memory,
  };
}

/** A client: the server is the ceiling, the same for all. */
async function measureFetch({ file }, { command }) {
  const server = spawn(ceiling().command[0], { stdio: ['ignore', 'pipe', 'inherit'] });
  const [port] = await once(server.stdout, 'data');
  const program = [
    ...command.slice(1),
    path.join(here, file),
    `http://127.0.0.1:${String(port).trim()}/`,
    `${seconds}`,
  ];
  const output = execFileSync(command[0], program, { encoding: 'utf8' });
  server.kill('SIGKILL');
  const [rate, memory] = output.trim().split(' ').map(Number);
  return { 'requests/s': rate, 'RSS MiB': memory };
}

/** An echo server under websocket/load.c. */
async function measureEcho({ file }, { command }) {
  const load = path.join(here, '../build/websocket_load');
  if (!fs.existsSync(load)) execFileSync('clang-19', ['-O2', path.join(here, 'websocket/load.c'), '-o', load]);
  const server = spawn(command[0], [...command.slice(1), path.join(here, file)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [port] = await once(server.stdout, 'data');
  execFileSync(load, [String(port).trim(), '1']);
  const rate = Number(execFileSync(load, [String(port).trim(), `${seconds}`], { encoding: 'utf8' }));
  const memory = Number(/VmRSS:\s+(\d+)/.exec(fs.readFileSync(`/proc/${server.pid}/status`, 'utf8'))[1]) / 1024;
  server.kill('SIGKILL');
  await once(server, 'close');
  return { 'messages/s': rate, 'RSS MiB': memory };
}

async function measureStartup({ file }, { command }) {
  const program = [...command.slice(1), path.join(here, file)];
  execFileSync(command[0], program, { stdio: 'ignore' });
  const times = [];
  for (let i = 0; i < 10; i++) {
    const started = process.hrtime.bigint();
    const { status } = spawnSync(command[0], program, { stdio: ['ignore', 'pipe', 'inherit'] });
    if (status !== 0) throw new Error(`${command[0]} ${file}: exit ${status}`);
    times.push(Number(process.hrtime.bigint() - started) / 1e6);
  }
  const { stderr } = spawnSync('/usr/bin/time', ['-f', '%M', command[0], ...program], { encoding: 'utf8' });
  return { ms: median(times), 'peak MiB': Number(stderr.trim().split('\n').at(-1)) / 1024 };
}

/** Compiles one of the C programs in http/. */
function compiled(name) {
  const program = path.join(here, '../build', name);
  const source = path.join(here, `http/${name}.c`);
  if (!fs.existsSync(program) || fs.statSync(program).mtimeMs < fs.statSync(source).mtimeMs)
    execFileSync('clang-19', ['-O2', source, '-o', program], { stdio: 'inherit' });
  return program;
}

/** h2load of Debian's nghttp2-client: 8 connections of 32 streams. */
async function measureHttp2({ file }, { command }) {
  const child = spawn(command[0], [...command.slice(1), path.join(here, file)], {
    cwd: here,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [chunk] = await once(child.stdout, 'data');
  const url = `http://127.0.0.1:${/(\d+)/.exec(String(chunk))[1]}/`;
  const load = (duration) =>
    spawnSync('h2load', ['-t1', '-c8', '-m32', '-D', `${duration}`, url], { encoding: 'utf8' }).stdout;
  load(1); // warm-up
  const output = load(seconds);
  const memory = Number(/VmRSS:\s+(\d+)/.exec(fs.readFileSync(`/proc/${child.pid}/status`, 'utf8'))[1]) / 1024;
  child.kill('SIGKILL');
  await once(child, 'close');
  const failed = Number(/(\d+) failed/.exec(output)[1]);
  if (failed > 0) throw new Error(`${file}: ${failed} requests failed`);
  return { 'requests/s': Number(/([\d.]+) req\/s/.exec(output)[1]), 'RSS MiB': memory };
}

/** A program that measures itself and prints calls/s. */
async function measureCalls({ file }, { command }) {
  const program = [...command.slice(1), path.join(here, file), String(seconds)];
  return { 'calls/s': Number(execFileSync(command[0], program, { cwd: here, encoding: 'utf8' })) };
}

/** What the kernel and wrk allow on this machine: see http/ceiling.c. */
function ceiling() {
  return { name: 'ceiling', command: [compiled('ceiling')] };
}

/** The runtime as a client of a server that answers anything (http/ceiling.c). */
async function measureClient({ file }, { command }) {
  const server = await startServer('http/ceiling.c', ceiling());
  const { stdout } = spawnSync(command[0], [...command.slice(1), path.join(here, file)], {
    encoding: 'utf8',
    env: { ...process.env, PORT: server.port, SECONDS: String(seconds) },
  });
  await server.end();
  return { 'requests/s': Number(stdout) };
}

async function measureWebSocket({ file }, runtime) {
  const { child, port, end } = await startServer(file, runtime);
  const { stdout } = spawnSync(compiled('load'), ['ws', port, '64', String(seconds)], { encoding: 'utf8' });
  const memory = memoryOf(child);
  await end();
  return { 'messages/s': Number(stdout), 'RSS MiB': memory };
}

/** Memory that 10,000 connections take which have had their answer and are kept. */
async function measureIdle({ file }, runtime) {
  const { child, port, end } = await startServer(file, runtime);
  const before = memoryOf(child);
  const clients = spawn(compiled('load'), ['idle', port, '10000'], { stdio: ['pipe', 'pipe', 'inherit'] });
  await once(clients.stdout, 'data');
  await new Promise((resolve) => setTimeout(resolve, 1000));
  const after = memoryOf(child);
  clients.stdin.end();
  await once(clients, 'close');
  await end();
  return { 'RSS MiB': after, 'KiB a connection': ((after - before) * 1024) / 10_000 };
}

/** Latency at a rate of requests that is the same for all: half of what Node 26 can do at most. */
async function measureLatency(bench, runtime) {
  if (bench.rate === undefined) {
    const reference = RUNTIMES.find(({ name }) => name === REFERENCE);
    bench.rate = (await measureServer(bench, reference))['requests/s'] / 2;
  }
  const { port, end } = await startServer(bench.file, runtime);
  const run = (duration) =>
    spawnSync(compiled('load'), ['rate', port, '64', String(bench.rate), String(duration)], { encoding: 'utf8' })
      .stdout;
  run(1); // warm-up
  const [median, p99] = run(seconds).split(' ').map(Number);
  await end();
  return { 'median ms': median, 'p99 ms': p99 };
}

/** A file of 1 GiB to one client that reads as fast as it can. */
async function measureFile({ file }, runtime) {
  const data = path.join(os.tmpdir(), `vireo-bench-${process.pid}.bin`);
  execFileSync('fallocate', ['-l', String(2 ** 30), data]);
  try {
    const { child, port, end } = await startServer(file, runtime, { FILE: data });
    const started = process.hrtime.bigint();
    execFileSync('curl', ['-sf', '-o', '/dev/null', `http://127.0.0.1:${port}/`]);
    const time = Number(process.hrtime.bigint() - started) / 1e9;
    const peak = memoryOf(child, 'VmHWM');
    await end();
    return { 'MiB/s': 1024 / time, 'peak MiB': peak };
  } finally {
    fs.rmSync(data);
  }
}

const script = (name) => path.join(here, `http/${name}.lua`);

const BENCHES = {
  'start-up: console.log': { measure: measureStartup, file: 'startup/hello.js' },
  'http: hello world': { measure: measureServer, file: 'http/hello.js', also: [ceiling] },
  'serve: hello world': { measure: measureServer, file: 'serve/hello.mjs', also: [ceiling] },
  'fetch: requests': { measure: measureFetch, file: 'fetch/client.mjs' },
  'websocket: echo': { measure: measureEcho, file: 'websocket/echo.mjs' },
  'http: JSON': { measure: measureServer, file: 'http/json.js' },
  'http: bodies of 16 KiB': { measure: measureServer, file: 'http/large.js' },
  'http: POST, JSON echo': { measure: measureServer, file: 'http/echo.js', wrk: ['-s', script('echo')] },
  'http: 100 headers': { measure: measureServer, file: 'http/headers.js', wrk: ['-s', script('headers')] },
  'http: pipelining 16': { measure: measureServer, file: 'http/hello.js', wrk: ['-s', script('pipeline')] },
  'http: a connection for each request': {
    measure: measureServer,
    file: 'http/hello.js',
    wrk: ['-H', 'Connection: close'],
  },
  'http: latency at half load': { measure: measureLatency, file: 'http/hello.js' },
  'http: 10,000 idle connections': { measure: measureIdle, file: 'http/idle.js' },
  'http: a file of 1 GiB': { measure: measureFile, file: 'http/file.js' },
  'http: client': { measure: measureClient, file: 'http/client.js' },
  'http2: hello world': { measure: measureHttp2, file: 'http2/hello.js' },
  'grpc: unary calls': { measure: measureCalls, file: 'http2/grpc.js', without: ['deno'] },
  'https: hello world': { measure: measureServer, file: 'https/hello.js', secure: true },
  'https: handshakes': { measure: measureHandshakes, file: 'https/hello.js' },
  'express: hello world': { measure: measureServer, file: 'http/express.js' },
  'fastify: hello world': { measure: measureServer, file: 'http/fastify.js' },
  'ws: echo': { measure: measureWebSocket, file: 'http/ws.js' },
};
// Higher is better for the one, lower for the others: a ratio above 1 is better than Node 26 in all of them.
const HIGHER_IS_BETTER = new Set(['requests/s', 'messages/s', 'MiB/s', 'calls/s', 'handshakes/s']);

for (const [name, bench] of Object.entries(BENCHES)) {
  if (args.length > 0 && !args.some((part) => name.includes(part))) continue;
  const samples = {};
  const runtimes = [
    ...RUNTIMES.filter((runtime) => !bench.without?.includes(runtime.name)),
    ...(bench.also ?? []).map((make) => make()),
  ];
  for (let round = 0; round < rounds; round++) {
    for (const runtime of runtimes) {
      const result = await bench.measure(bench, runtime);
      for (const [metric, value] of Object.entries(result)) ((samples[runtime.name] ??= {})[metric] ??= []).push(value);
    }
  }
  console.log(`\n${name} (median of ${rounds})`);
  for (const { name: runtime } of runtimes) {
    const cells = Object.entries(samples[runtime]).map(([metric, values]) => {
      const value = median(values);
      const reference = median(samples[REFERENCE][metric]);
      const ratio = HIGHER_IS_BETTER.has(metric) ? value / reference : reference / value;
      return `${value.toFixed(value < 100 ? 1 : 0).padStart(8)} ${metric} (${ratio.toFixed(2)} x)`;
    });
    console.log(`  ${runtime.padEnd(8)} ${cells.join('  ')}`);
  }
}
