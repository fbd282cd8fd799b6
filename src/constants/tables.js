// The operating system's numbers by kind; read-only, as they are facts.
'use strict';

const { os, fs } = binding('constants');

function makeReadOnly(table) {
  for (const key of Object.keys(table)) {
    if (typeof table[key] === 'object') makeReadOnly(table[key]);
    else Object.defineProperty(table, key, { __proto__: null, writable: false, configurable: false });
  }
  return table;
}

makeReadOnly(os);
Object.freeze(os.signals);

module.exports = { os, fs: makeReadOnly(fs) };
