// util.debuglog: messages to stderr for the sections that NODE_DEBUG names.
'use strict';

const { onStart } = require('engine/lifecycle');

let isSection = () => false;
const known = new Map();

onStart(() => {
  const list = process.env.NODE_DEBUG;
  known.clear();
  if (!list) {
    isSection = () => false;
    return;
  }
  const pattern = list
    .replace(/[|\\{}()[\]^$+?.]/g, '\\$&')
    .replaceAll('*', '.*')
    .replaceAll(',', '$|^');
  const expression = new RegExp(`^${pattern}$`, 'i');
  isSection = (section) => expression.test(section);
});

/** A function that logs when the section is on; `callback(fn)` once it is first used. */
function debuglog(set, callback) {
  set = String(set).toUpperCase();
  let enabled;
  const test = () => {
    if (enabled === undefined) {
      if (!known.has(set)) known.set(set, isSection(set));
      enabled = known.get(set);
    }
    return enabled;
  };
  let write = (...args) => {
    if (!test()) {
      write = () => {};
    } else {
      if (set === 'HTTP' || set === 'HTTP2') {
        process.emitWarning(
          `Setting the NODE_DEBUG environment variable to '${set.toLowerCase()}' can expose sensitive data (such as passwords, tokens and authentication headers) in the resulting log.`,
        );
      }
      write = (...items) => {
        const { formatWithOptions } = require('util/inspect');
        const colors = Boolean(process.stderr.hasColors?.());
        const text = formatWithOptions({ colors }, ...items);
        const label = colors ? formatWithOptions({ colors }, '%s', set) : set;
        process.stderr.write(`${label} ${process.pid}: ${text}\n`);
      };
      write(...args);
    }
    if (typeof callback === 'function') callback(write);
  };
  const logger = (...args) => write(...args);
  Object.defineProperty(logger, 'enabled', { __proto__: null, get: test, configurable: true, enumerable: true });
  return logger;
}

module.exports = { debuglog };
