'use strict';

/** Which reporters write where. */

const { getOptionValue } = require('cli/options');
const { codes } = require('errors/errors');

const BUILT_IN = new Set(['spec', 'tap', 'dot', 'junit', 'lcov']);

async function load(name) {
  const reporters = require('test_runner/reporters');
  if (BUILT_IN.has(name)) return reporters[name];
  const { importFrom } = require('modules/esm');
  const { pathToFileURL } = require('url/url');
  const module = await importFrom(name, pathToFileURL(`${process.cwd()}/`).href);
  const reporter = module.default ?? module;
  if (reporter === null || (typeof reporter !== 'function' && typeof reporter !== 'object')) {
    throw new codes.ERR_INVALID_ARG_TYPE('Reporter', ['function', 'object'], reporter);
  }
  return reporter;
}

function destination(name) {
  if (name === 'stdout') return process.stdout;
  if (name === 'stderr') return process.stderr;
  return require('fs/fs').createWriteStream(name);
}

/** A class is instantiated, a generator function is piped through. */
function instance(reporter) {
  if (typeof reporter !== 'function') return reporter;
  const { Transform, Duplex } = require('stream/stream');
  if (reporter.prototype instanceof Duplex || reporter.prototype instanceof Transform) return new reporter();
  if (/^class\s/.test(Function.prototype.toString.call(reporter))) return new reporter();
  if (reporter === require('test_runner/reporters').spec) return new reporter();
  return reporter;
}

/** Pipes the events to the reporters of the command line. */
function attach(stream, harness) {
  const names = getOptionValue('--test-reporter');
  const destinations = getOptionValue('--test-reporter-destination');
  if (names.length === 0 && destinations.length === 0) names.push('spec');
  if (names.length === 1 && destinations.length === 0) destinations.push('stdout');
  if (names.length !== destinations.length) {
    throw new codes.ERR_INVALID_ARG_VALUE(
      '--test-reporter',
      names,
      "must match the number of specified '--test-reporter-destination'",
    );
  }
  const { compose } = require('stream/stream');
  const start = (reporter, index) => {
    const target = destination(destinations[index]);
    compose(stream, instance(reporter)).pipe(target, { end: target !== process.stdout && target !== process.stderr });
  };
  if (names.every((name) => BUILT_IN.has(name))) {
    const reporters = require('test_runner/reporters');
    names.forEach((name, index) => start(reporters[name], index));
    return;
  }
  require('modules/entry').runAsync(async () => {
    const loaded = [];
    for (const name of names) loaded.push(await load(name));
    loaded.forEach(start);
  });
  void harness;
}

module.exports = { attach };
