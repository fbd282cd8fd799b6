// node:sqlite: https://nodejs.org/api/sqlite.html
'use strict';

const { DatabaseSync, nativeOf } = require('sqlite/database');
const { databasePath, optionsObject, stringOption, typeError } = require('sqlite/arguments');
const { Session } = require('sqlite/session');
const { StatementSync } = require('sqlite/statement');
const { codes } = require('errors/errors');

const { Backup, constants } = binding('sqlite');

/** How long to wait for one who writes. */
const BUSY_WAIT = 10;

/**
 * Copies a database, while it is in use, into a file.
 * @param {DatabaseSync} sourceDb
 * @param {string|Uint8Array|URL} path
 * @param {{source?: string, target?: string, rate?: number, progress?: Function}} [options]
 * @returns {Promise<number>} the number of pages
 */
function backup(sourceDb, path) {
  const options = arguments[2];
  if (typeof sourceDb !== 'object' || sourceDb === null) throw typeError('sourceDb', 'an object');
  const source = nativeOf(sourceDb);
  if (!source.isOpen) throw codes.ERR_INVALID_STATE.fromMessage('database is not open', Error);
  const file = databasePath(path);
  const settings = { source: 'main', target: 'main', rate: 100, progress: undefined };
  if (options !== undefined) {
    optionsObject(options);
    settings.source = stringOption(options, 'source') ?? 'main';
    settings.target = stringOption(options, 'target') ?? 'main';
    const { rate, progress } = options;
    if (rate !== undefined) {
      if (!Number.isInteger(rate) || rate > 2 ** 31 - 1) throw typeError('options.rate', 'an integer');
      if (rate <= 0)
        throw codes.ERR_OUT_OF_RANGE.fromMessage('The "options.rate" argument must be a positive integer.', RangeError);
      settings.rate = rate;
    }
    if (progress !== undefined && typeof progress !== 'function') throw typeError('options.progress', 'a function');
    settings.progress = progress;
  }
  return copy(source, file, settings);
}

function copy(source, file, { source: sourceName, target, rate, progress }) {
  return new Promise((resolve, reject) => {
    const native = new Backup(source, file, sourceName, target);
    const step = () => native.step(rate, onStep);
    const onStep = (done, remainingPages, totalPages) => {
      if (typeof done !== 'boolean') {
        reject(done);
        return;
      }
      if (done) {
        resolve(totalPages);
        return;
      }
      try {
        // Nothing is known yet when the first step has met a lock.
        if (remainingPages > 0 && progress !== undefined) progress({ totalPages, remainingPages });
      } catch (error) {
        native.end();
        reject(error);
        return;
      }
      if (remainingPages > 0) step();
      else require('timers/timers').setTimeout(step, BUSY_WAIT);
    };
    step();
  });
}

module.exports = { DatabaseSync, StatementSync, Session, constants: { ...constants }, backup };
