// globalThis.navigator: https://nodejs.org/api/globals.html#navigator
'use strict';

const { codes } = require('errors/errors');

const kConstruct = Symbol('kConstruct');

class Navigator {
  #languages;

  constructor(key) {
    if (key !== kConstruct) throw new codes.ERR_ILLEGAL_CONSTRUCTOR();
  }
  get hardwareConcurrency() {
    return require('os/os').availableParallelism();
  }
  get language() {
    return Intl.DateTimeFormat().resolvedOptions().locale || 'en-US';
  }
  get languages() {
    return (this.#languages ??= Object.freeze([this.language]));
  }
  get userAgent() {
    return `Node.js/${process.versions.node.split('.', 1)[0]}`;
  }
  get platform() {
    return `Linux ${require('os/os').machine()}`;
  }
}
require('util/internal').enumerable(Navigator.prototype, [
  'hardwareConcurrency',
  'language',
  'languages',
  'userAgent',
  'platform',
]);

module.exports = { Navigator, navigator: new Navigator(kConstruct) };
