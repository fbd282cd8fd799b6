'use strict';

/** `--test`: runs the test files that the arguments name. */

const { getOptionValue } = require('cli/options');
const { codes } = require('errors/errors');

function parseShard(text) {
  if (!text) return undefined;
  if (!/^\d+\/\d+$/.test(text)) {
    throw new codes.ERR_INVALID_ARG_VALUE('--test-shard', text, 'must be in the form of <index>/<total>');
  }
  const [index, total] = text.split('/').map(Number);
  return { __proto__: null, index, total };
}

/** Nothing was named: '**' + patterns of Node. */
function findOrFail(patterns) {
  const { findFiles } = require('test_runner/run');
  const files = findFiles(patterns, process.cwd());
  if (files.length === 0 && patterns.length > 0) {
    require('fs/fs').writeSync(2, `Could not find '${patterns.join(', ')}'\n`);
    process.exit(1);
  }
  return files;
}

/** Runs the tests; the exit code says whether all passed. */
function run() {
  const isolation = getOptionValue('--test-isolation') || getOptionValue('--experimental-test-isolation') || 'process';
  if (getOptionValue('--experimental-test-coverage')) throw new codes.ERR_METHOD_NOT_IMPLEMENTED('test coverage');
  if (getOptionValue('--watch')) throw new codes.ERR_METHOD_NOT_IMPLEMENTED('watching tests');
  if (getOptionValue('--test-global-setup')) throw new codes.ERR_METHOD_NOT_IMPLEMENTED('--test-global-setup');
  const patterns = process.argv.slice(1);
  const files = findOrFail(patterns);
  const shard = parseShard(getOptionValue('--test-shard'));
  if (isolation === 'none') {
    runHere(shard === undefined ? files : files.filter((file, index) => index % shard.total === shard.index - 1));
    return;
  }
  const stream = require('test_runner/run').run({
    __proto__: null,
    cli: true,
    files,
    shard,
    concurrency: getOptionValue('--test-concurrency') || true,
    timeout: getOptionValue('--test-timeout') || undefined,
    forceExit: Boolean(getOptionValue('--test-force-exit')),
  });
  require('test_runner/reporting').attach(stream);
}

/** --test-isolation=none: all files in this process, one after another. */
function runHere(files) {
  require('modules/entry').runAsync(async () => {
    const { globalHarness } = require('test_runner/harness');
    const harness = globalHarness();
    const { importFrom } = require('modules/esm');
    const { pathToFileURL } = require('url/url');
    const path = require('path/path');
    for (const file of files) {
      try {
        await importFrom(pathToFileURL(path.resolve(file)).href, undefined);
      } catch (error) {
        harness.root.diagnostic(String(error?.stack ?? error), 'error');
        harness.success = false;
      }
    }
  });
}

module.exports = { run };
