// harness.js FILE [PART OF A NAME]: runs one file of bench/core in whatever runtime this is, and prints { name: operations per second } as JSON.
//
// A file exports cases: name -> function, or name -> { setup(), run(state), ops, teardown(state) }; a function that gives a
// promise is awaited. `ops` is how many operations one call does; with `rounds` it is called that often as run(state, round), cold. Each case runs for a tenth of a second to warm up and
// then three times for as long; the best counts, since noise only ever slows down.
'use strict';
const path = require('node:path');

const SLICE = 100; // ms

async function measure(run, state, ops) {
  const once = async (limit) => {
    const started = process.hrtime.bigint();
    let calls = 0;
    let elapsed;
    let batch = 1;
    do {
      for (let i = 0; i < batch; i++) {
        const result = run(state);
        if (result !== undefined && result !== null && typeof result.then === 'function') await result;
      }
      calls += batch;
      elapsed = Number(process.hrtime.bigint() - started) / 1e6;
      if (elapsed < limit / 8) batch *= 2;
    } while (elapsed < limit);
    return (calls * ops * 1000) / elapsed;
  };
  await once(SLICE);
  let best = 0;
  for (let i = 0; i < 3; i++) best = Math.max(best, await once(SLICE));
  return best;
}

/** For work that is done once in a process: each round is new to the runtime; nothing warms up. */
async function measureCold(run, state, ops, rounds) {
  let best = 0;
  for (let round = 0; round < rounds; round++) {
    const started = process.hrtime.bigint();
    await run(state, round);
    best = Math.max(best, (ops * 1e9) / Number(process.hrtime.bigint() - started));
  }
  return best;
}

async function main() {
  const cases = require(path.resolve(process.argv[2]));
  const results = {};
  for (const [name, definition] of Object.entries(cases)) {
    if (process.argv[3] !== undefined && !name.includes(process.argv[3])) continue;
    const {
      setup,
      run,
      ops = 1,
      rounds,
      teardown,
    } = typeof definition === 'function' ? { run: definition } : definition;
    const state = await setup?.();
    results[name] = rounds === undefined ? await measure(run, state, ops) : await measureCold(run, state, ops, rounds);
    await teardown?.(state);
  }
  console.log(JSON.stringify(results));
  process.exit(0);
}

main();
