// The core library beside Node 26 and Bun, in one run: core.mjs [--rounds N] [FILE...]
//
// Every file of bench/core runs once a round in each runtime, in turn; each case shows the median of its rounds as
// operations a second, and its ratio to Node 26; the last line is the geometric mean of the ratios.
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const here = path.dirname(fileURLToPath(import.meta.url));
const args = process.argv.slice(2);
const at = args.indexOf('--rounds');
const rounds = at < 0 ? 3 : Number(args.splice(at, 2)[1]);
const RUNTIMES = {
  vireo: path.join(here, '../build/vireo'),
  'node 26': path.join(here, 'node_modules/node26/bin/node'),
  bun: path.join(here, 'node_modules/@oven/bun-linux-x64/bin/bun'),
};
const REFERENCE = 'node 26';

const median = (values) => [...values].sort((a, b) => a - b)[values.length >> 1];
const geometricMean = (values) => Math.exp(values.reduce((sum, value) => sum + Math.log(value), 0) / values.length);

const files = fs.readdirSync(path.join(here, 'core')).filter((name) => name !== 'harness.js');
const ratios = {};
let lowest;
for (const file of files) {
  if (args.length > 0 && !args.some((part) => file.includes(part))) continue;
  const samples = {};
  for (let round = 0; round < rounds; round++) {
    for (const [runtime, bin] of Object.entries(RUNTIMES)) {
      const { stdout, stderr, status } = spawnSync(
        bin,
        [path.join(here, 'core/harness.js'), path.join(here, 'core', file)],
        {
          encoding: 'utf8',
        },
      );
      if (status !== 0) throw new Error(`${runtime} ${file}: exit ${status}\n${stderr}`);
      for (const [name, value] of Object.entries(JSON.parse(stdout)))
        ((samples[name] ??= {})[runtime] ??= []).push(value);
    }
  }
  console.log(`\n${file} (median of ${rounds}; operations/s, ratio to ${REFERENCE})`);
  for (const [name, byRuntime] of Object.entries(samples)) {
    const reference = median(byRuntime[REFERENCE]);
    const cells = Object.keys(RUNTIMES).map((runtime) => {
      const value = median(byRuntime[runtime]);
      const ratio = value / reference;
      (ratios[runtime] ??= []).push(ratio);
      if (runtime === 'vireo' && !(ratio >= lowest?.ratio)) lowest = { name, ratio };
      return `${runtime} ${value.toPrecision(4).padStart(9)} (${ratio.toFixed(2)} x)`;
    });
    console.log(`  ${name.padEnd(34)} ${cells.join('   ')}`);
  }
}
for (const runtime of Object.keys(RUNTIMES))
  console.log(`geometric mean, ${runtime}: ${geometricMean(ratios[runtime]).toFixed(2)} x ${REFERENCE}`);
console.log(`lowest row of vireo: ${lowest.name} (${lowest.ratio.toFixed(2)} x)`);
