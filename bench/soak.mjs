// Does memory stay where it was? soak.mjs [BIN]: an HTTP server takes 100,000 requests and 2,000 connections, then a million
// and 20,000 more; its resident memory and V8's heap are printed and compared. Ends with 1 when the second reading is
// more than 16 MiB above the first: V8's young generation may reach its limit only later. Collections are left to V8: an explicit one makes it grow its young generation.
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const here = path.dirname(fileURLToPath(import.meta.url));
const bin = process.argv[2] ?? path.join(here, '../build/vireo');
const child = spawn(bin, [path.join(here, 'http/soak.js')], { stdio: ['pipe', 'pipe', 'inherit'] });
const lines = [];
let wake = () => {};
child.stdout.on('data', (data) => {
  lines.push(...String(data).split('\n').filter(Boolean));
  wake();
});
const line = async () => {
  while (lines.length === 0) await new Promise((resolve) => (wake = resolve));
  return JSON.parse(lines.shift());
};
const { port } = await line();

/** Runs wrk until at least `wanted` requests are through; gives their number. */
function load(wanted, ...args) {
  let done = 0;
  while (done < wanted) {
    const { stdout } = spawnSync('wrk', ['-t1', ...args, `http://127.0.0.1:${port}/`], { encoding: 'utf8' });
    const count = Number(/(\d+) requests in/.exec(stdout)?.[1]);
    if (!(count > 0)) throw new Error(`wrk: ${stdout}`);
    done += count;
  }
  return done;
}
/** A connection for each request. */
const churn = (wanted) => load(wanted, '-c32', '-d1s', '-H', 'Connection: close');

async function reading(requests, connections) {
  child.stdin.write('read\n');
  const { rss, heap } = await line();
  const mib = (bytes) => (bytes / 2 ** 20).toFixed(1);
  console.log(`after ${requests} requests and ${connections} connections: RSS ${mib(rss)} MiB, heap ${mib(heap)} MiB`);
  return { rss, heap };
}

let requests = load(100_000, '-c64', '-d1s');
let connections = churn(2_000);
const first = await reading(requests, connections);
requests += load(1_000_000, '-c64', '-d5s');
connections += churn(20_000);
const last = await reading(requests, connections);
child.kill();
await once(child, 'close');
if (last.rss > first.rss + 16 * 2 ** 20) {
  console.error('memory grew');
  process.exitCode = 1;
}
