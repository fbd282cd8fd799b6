'use strict';

/**
 * process.report: when reports are written, and where to.
 * @see https://nodejs.org/docs/latest-v24.x/api/process.html#processreport
 */

const { validateBoolean, validateObject, validateString, validateSignalName } = require('errors/validators');
const option = require('process/option');
const shared = require('process/state');

const settings = {
  directory: option('--report-directory') || option('--report-dir') || '',
  filename: option('--report-filename') || '',
  compact: Boolean(option('--report-compact')),
  excludeNetwork: Boolean(option('--report-exclude-network')),
  excludeEnv: Boolean(option('--report-exclude-env')),
  signal: option('--report-signal') || 'SIGUSR2',
  reportOnFatalError: Boolean(option('--report-on-fatalerror')),
  reportOnSignal: Boolean(option('--report-on-signal')),
  reportOnUncaughtException: Boolean(option('--report-uncaught-exception')),
};

let sequence = 0;

/** "report.20260102.030405.PID.THREAD.SEQUENCE.json" */
function defaultName() {
  const now = new Date();
  const pad = (number, width = 2) => String(number).padStart(width, '0');
  const date = `${now.getFullYear()}${pad(now.getMonth() + 1)}${pad(now.getDate())}`;
  const time = `${pad(now.getHours())}${pad(now.getMinutes())}${pad(now.getSeconds())}`;
  return `report.${date}.${time}.${process.pid}.0.${pad(++sequence, 3)}.json`;
}

/** Writes one; gives its file name, or an empty string when that failed. */
function write(event, trigger, file, error) {
  const fs = require('fs/fs');
  const filename = file || settings.filename || defaultName();
  const { makeReport } = require('process/report_content');
  const text = `${JSON.stringify(makeReport(event, trigger, filename, error, settings), null, settings.compact ? 0 : 2)}\n`;
  if (filename === 'stdout' || filename === 'stderr') {
    fs.writeSync(filename === 'stdout' ? 1 : 2, text);
    if (filename === 'stderr') fs.writeSync(2, '\nNode.js report completed\n');
    return filename;
  }
  const path = settings.directory ? require('path/path').join(settings.directory, filename) : filename;
  const errno = require('constants/tables').os.errno;
  try {
    fs.writeFileSync(path, text);
  } catch (failure) {
    const number = errno[failure.code] ?? failure.errno;
    fs.writeSync(
      2,
      `\nFailed to open Node.js report file: ${path} directory: ${settings.directory} (errno: ${number})\n`,
    );
    return '';
  }
  fs.writeSync(2, `\nWriting Node.js report to file: ${filename}\nNode.js report completed\n`);
  return filename;
}

/** The stack of who asks, when there is no error to show. */
function callSite(caller) {
  const error = new Error('JavaScript Callstack');
  error.code = 'ERR_SYNTHETIC';
  Error.captureStackTrace(error, caller);
  error.stack = error.stack.replace(/^Error(?: \[ERR_SYNTHETIC\])?:/, 'Error [ERR_SYNTHETIC]:');
  return error;
}

const report = {
  /**
   * @param {string} [file] where to, relative to `directory`; "stdout" and "stderr" are those
   * @param {Error} [error] whose stack is reported
   * @returns {string} the file's name
   */
  writeReport(file, error) {
    if (typeof file === 'object' && file !== null) {
      error = file;
      file = undefined;
    } else if (file !== undefined) {
      validateString(file, 'file');
    }
    if (error === undefined) error = callSite(report.writeReport);
    else validateObject(error, 'err');
    return write('JavaScript API', 'API', file, error);
  },

  /**
   * @param {Error} [error]
   * @returns {object} the report
   */
  getReport(error) {
    if (error === undefined) error = callSite(report.getReport);
    else validateObject(error, 'err');
    const { makeReport } = require('process/report_content');
    return JSON.parse(JSON.stringify(makeReport('JavaScript API', 'GetReport', null, error, settings)));
  },
};

function onSignal(signal) {
  write(signal, 'Signal', undefined, callSite(onSignal));
}

/** Listens to the signal that asks for a report, or no more. */
function updateSignal(change) {
  if (settings.reportOnSignal) process.removeListener(settings.signal, onSignal);
  change();
  if (settings.reportOnSignal) process.on(settings.signal, onSignal);
}

for (const [name, initial] of Object.entries(settings)) {
  Object.defineProperty(report, name, {
    __proto__: null,
    enumerable: true,
    configurable: true,
    get: () => settings[name],
    set(value) {
      if (name === 'signal') validateSignalName(value, 'signal');
      else if (typeof initial === 'boolean') validateBoolean(value, name);
      else validateString(value, name);
      if (name === 'signal' || name === 'reportOnSignal') updateSignal(() => (settings[name] = value));
      else settings[name] = value;
    },
  });
}

shared.reportUncaught = (error) => {
  if (settings.reportOnUncaughtException) write('Exception', 'Exception', undefined, error);
};

module.exports = {
  report,
  /** At the start of a process whose options ask for reports. */
  start() {
    if (settings.reportOnSignal) process.on(settings.signal, onSignal);
  },
};
