// The API surface compared with Node 24: every public module and the global object, every name, its kind and arity.
//
//   run.mjs BIN            compares with node24.json, prints the table, fails when a module fell below floor.json
//   run.mjs BIN --update   the same, and writes today's counts as the new floor (they may only rise)
//   run.mjs --record NODE  writes node24.json from official Node 24
import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const here = path.dirname(fileURLToPath(import.meta.url));
const node24 = path.join(here, 'node24.json');
const floorFile = path.join(here, 'floor.json');
const describe = path.join(here, 'describe.js');
const args = process.argv.slice(2);

const surfaceOf = (bin, modules) =>
  JSON.parse(
    execFileSync(bin, [describe, JSON.stringify(modules ?? null)], {
      encoding: 'utf8',
      maxBuffer: 64 << 20,
      stdio: ['ignore', 'pipe', 'ignore'],
    }),
  );

if (args[0] === '--record') {
  fs.writeFileSync(node24, `${JSON.stringify(surfaceOf(path.resolve(args[1])), null, 1)}\n`);
  process.exit(0);
}

const wanted = JSON.parse(fs.readFileSync(node24, 'utf8'));
const actual = surfaceOf(path.resolve(args[0]), Object.keys(wanted));
const floor = fs.existsSync(floorFile) ? JSON.parse(fs.readFileSync(floorFile, 'utf8')) : {};

const counts = {};
let fell = false;
let total = 0;
let present = 0;
const verbose = args.includes('--missing');
for (const [module, names] of Object.entries(wanted)) {
  const here = actual[module] ?? {};
  const missing = Object.entries(names).filter(([name, kind]) => here[name] !== kind);
  const expected = Object.keys(names).length;
  counts[module] = expected - missing.length;
  total += expected;
  present += counts[module];
  const below = counts[module] < (floor[module] ?? 0);
  fell ||= below;
  console.log(
    `${module.padEnd(24)} ${String(counts[module]).padStart(5)} of ${String(expected).padStart(5)}${below ? `   FELL from ${floor[module]}` : ''}`,
  );
  if (verbose || below)
    for (const [name, kind] of missing)
      console.log(`    ${name}: Node 24 has ${kind}, here ${here[name] ?? 'missing'}`);
}
console.log(`surface: ${present} of ${total} (${((100 * present) / total).toFixed(1)} %)`);
if (args.includes('--update')) {
  for (const [module, count] of Object.entries(floor)) counts[module] = Math.max(count, counts[module] ?? 0);
  fs.writeFileSync(floorFile, `${JSON.stringify(counts, null, 1)}\n`);
}
process.exitCode = fell ? 1 : 0;
