'use strict';

// Every case in every mode.

const { makeBarrier, playRequest, playResponse } = require('./exchange.js');

const MODES = {
  requests: {
    play: playRequest,
    modes: { strict: {}, atOnce: { atOnce: true }, listening: { listen: true }, insecure: { insecure: true } },
  },
  responses: {
    play: playResponse,
    modes: { strict: {}, kept: { keepAlive: true }, insecure: { insecure: true } },
  },
};

/** Outcomes by mode; those that are the same as the first are left out. */
async function* playAll(kind) {
  const { cases } = require(`./${kind}.js`);
  const { play, modes } = MODES[kind];
  const barrier = await makeBarrier();
  for (const [name, case_] of cases) {
    const outcomes = {};
    for (const [mode, options] of Object.entries(modes)) {
      const outcome = await play(barrier, case_, options);
      if (JSON.stringify(outcome) !== JSON.stringify(outcomes.strict)) outcomes[mode] = outcome;
    }
    yield [name, outcomes];
  }
  barrier.end();
}

module.exports = { playAll };
