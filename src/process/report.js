'use strict';

/** process.report: its settings stand; the report itself is not written yet. */

const {
  codes: { ERR_METHOD_NOT_IMPLEMENTED },
} = require('errors/errors');
const { validateBoolean, validateString, validateSignalName } = require('errors/validators');

const settings = {
  directory: '',
  filename: '',
  compact: false,
  excludeNetwork: false,
  excludeEnv: false,
  signal: 'SIGUSR2',
  reportOnFatalError: false,
  reportOnSignal: false,
  reportOnUncaughtException: false,
};

const report = {
  writeReport() {
    throw new ERR_METHOD_NOT_IMPLEMENTED('process.report.writeReport()');
  },
  getReport() {
    throw new ERR_METHOD_NOT_IMPLEMENTED('process.report.getReport()');
  },
};

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
      settings[name] = value;
    },
  });
}

module.exports = { report };
