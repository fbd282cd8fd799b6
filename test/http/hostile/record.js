'use strict';

// Records what the runtime that runs this makes of every case: `node record.js`, with official Node 24. One line a case.

const fs = require('node:fs');
const path = require('node:path');
const { playAll } = require('./play.js');

(async () => {
  for (const kind of ['requests', 'responses']) {
    const lines = [];
    for await (const [name, outcomes] of playAll(kind)) lines.push(`${JSON.stringify([name, outcomes])}\n`);
    fs.writeFileSync(path.join(__dirname, `${kind}.jsonl`), lines.join(''));
    console.log(`${kind}: ${lines.length}`);
  }
})();
