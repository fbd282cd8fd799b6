// Vireo beside its peers, in one run, on one machine: run.mjs [--rounds N] [--seconds N] [NAME...]
//
// Every round measures each runtime once, in turn, so that a noisy machine is noisy for all; medians are shown, and each
// as a ratio to Node 26. For servers: requests/s, p99 latency and resident memory after the load; for start-up: time of
// the whole process and its peak memory. A throughput alone says little.
import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import fs from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const here = path.dirname(fileURLToPath(import.meta.url));
const args = process.argv.slice(2);
const option = (name, otherwise) => {
  const at = args.indexOf(`--${name}`);
  return at < 0 ? otherwise : Number(args.splice(at, 2)[1]);
};
const rounds = option('rounds', 5);
const seconds = option('seconds', 4);

const modules = path.join(here, 'node_modules');
const RUNTIMES = [
  { name: 'vireo', command: [path.join(here, '../build/vireo')] },
  { name: 'node 24', command: [path.join(modules, 'node24/bin/node')] },
  { name: 'node 26', command: [path.join(modules, 'node26/bin/node')] },
  { name: 'bun', command: [path.join(modules, '@oven/bun-linux-x64/bin/bun')] },
  { name: 'deno', command: [path.join(modules, '@deno/linux-x64-glibc/deno'), 'run', '-A', '--quiet'] },
].filter(({ command }) => fs.existsSync(command[0]));
const REFERENCE = 'node 26';

const median = (values) =>
  values.toSorted?.((a, b) => a - b)[values.length >> 1] ?? [...values].sort((a, b) => a - b)[values.length >> 1];

/** "1.2ms" or "3.4s" as milliseconds. */
const milliseconds = (text) => Number.parseFloat(text) * (text.endsWith('us') ? 0.001 : text.endsWith('ms') ? 1 : 1000);

async function measureServer({ file, wrk = [], target = '/' }, { command }) {
  const child = spawn(command[0], [...command.slice(1), path.join(here, file)], {
    cwd: here,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [chunk] = await once(child.stdout, 'data');
  const port = /(\d+)/.exec(String(chunk))[1];
  const url = `http://127.0.0.1:${port}${target}`;
  const load = (duration) =>
    spawnSync('wrk', ['-t1', '-c64', `-d${duration}s`, '--latency', ...wrk, url], { encoding: 'utf8' }).stdout;
  load(1); // warm-up
  const output = load(seconds);
  const memory = Number(/VmRSS:\s+(\d+)/.exec(fs.readFileSync(`/proc/${child.pid}/status`, 'utf8'))[1]) / 1024;
  child.kill('SIGKILL');
  await once(child, 'close');
  const failed = /Non-2xx or 3xx responses: (\d+)/.exec(output);
  if (failed) throw new Error(`${file}: ${failed[0]}`);
  return {
    'requests/s': Number(/Requests\/sec:\s+([\d.]+)/.exec(output)[1]),
    'p99 ms': milliseconds(/99%\s+(\S+)/.exec(output)[1]),
    'RSS MiB': memory,
  };
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

/** What the kernel and wrk allow on this machine: see http/ceiling.c. */
function ceiling() {
  const program = path.join(here, '../build/ceiling');
  execFileSync('clang-19', ['-O2', path.join(here, 'http/ceiling.c'), '-o', program], { stdio: 'inherit' });
  return { name: 'ceiling', command: [program] };
}

const BENCHES = {
  'start-up: console.log': { measure: measureStartup, file: 'startup/hello.js' },
  'http: hello world': { measure: measureServer, file: 'http/hello.js', also: [ceiling] },
  'serve: hello world': { measure: measureServer, file: 'serve/hello.mjs', also: [ceiling] },
  'http: JSON': { measure: measureServer, file: 'http/json.js' },
  'express: hello world': { measure: measureServer, file: 'http/express.js' },
};
// Higher is better for the one, lower for the others: a ratio above 1 is better than Node 26 in all of them.
const HIGHER_IS_BETTER = new Set(['requests/s']);

for (const [name, bench] of Object.entries(BENCHES)) {
  if (args.length > 0 && !args.some((part) => name.includes(part))) continue;
  const samples = {};
  const runtimes = [...RUNTIMES, ...(bench.also ?? []).map((make) => make())];
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
