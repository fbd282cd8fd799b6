// globalThis.navigator: https://nodejs.org/api/globals.html#navigator
'use strict';

const { codes } = require('errors/errors');

const kConstruct = Symbol('kConstruct');

class Navigator {
  #languages;

  constructor() {
    if (arguments[0] !== kConstruct) throw new codes.ERR_ILLEGAL_CONSTRUCTOR();
  }
  /** Throws for what is no Navigator. */
  #check() {}

  get hardwareConcurrency() {
    this.#check();
    return require('os/os').availableParallelism();
  }
  get locks() {
    this.#check();
    return require('web/locks').lockManager();
  }
  get language() {
    this.#check();
    return Intl.DateTimeFormat().resolvedOptions().locale || 'en-US';
  }
  get languages() {
    return (this.#languages ??= Object.freeze([this.language]));
  }
  get userAgent() {
    this.#check();
    return `Node.js/${process.versions.node.split('.', 1)[0]}`;
  }
  get platform() {
    this.#check();
    return `Linux ${require('os/os').machine()}`;
  }
}
require('util/internal').enumerable(Navigator.prototype, [
  'hardwareConcurrency',
  'locks',
  'language',
  'languages',
  'userAgent',
  'platform',
]);

module.exports = { Navigator, navigator: new Navigator(kConstruct) };
