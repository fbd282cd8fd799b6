// util.MIMEType and MIMEParams: https://nodejs.org/api/util.html#class-utilmimetype (WHATWG MIME Sniffing)
'use strict';

const { codes } = require('errors/errors');

const NOT_TOKEN = /[^!#$%&'*+\-.^_`|~A-Za-z0-9]/;
const NOT_QUOTABLE = /[^\t\u0020-~\u0080-\u00FF]/;
const END_SPACE = /[^\r\n\t ]|$/;
const START_SPACE = /[\r\n\t ]*$/;

function invalid(production, text, at) {
  return new codes.ERR_INVALID_MIME_SYNTAX(production, text, at);
}

const lower = (text) => text.replace(/[A-Z]/g, (c) => c.toLowerCase());

function parseTypeAndSubtype(text) {
  let at = text.search(END_SPACE);
  const slash = text.indexOf('/', at);
  const type = slash === -1 ? text.slice(at) : text.slice(at, slash);
  const badType = type.search(NOT_TOKEN);
  if (type === '' || badType !== -1 || slash === -1) throw invalid('type', text, badType);
  at = slash + 1;
  const semicolon = text.indexOf(';', at);
  const raw = semicolon === -1 ? text.slice(at) : text.slice(at, semicolon);
  at += raw.length;
  if (semicolon !== -1) at += 1;
  const subtype = raw.slice(0, raw.search(START_SPACE));
  const badSubtype = subtype.search(NOT_TOKEN);
  if (subtype === '' || badSubtype !== -1) throw invalid('subtype', text, badSubtype);
  return { type: lower(type), subtype: lower(subtype), parametersIndex: at };
}

function quoteValue(value) {
  if (value.length === 0) return '""';
  return NOT_TOKEN.test(value) ? `"${value.replace(/["\\]/g, '\\$&')}"` : value;
}

class MIMEParams {
  #data = new Map();
  #processed = true;
  #string = null;

  delete(name) {
    this.#parse();
    this.#data.delete(name);
  }
  get(name) {
    this.#parse();
    return this.#data.get(`${name}`) ?? null;
  }
  has(name) {
    this.#parse();
    return this.#data.has(`${name}`);
  }
  set(name, value) {
    this.#parse();
    name = `${name}`;
    value = `${value}`;
    const badName = name.search(NOT_TOKEN);
    if (name.length === 0 || badName !== -1) throw invalid('parameter name', name, badName);
    const badValue = value.search(NOT_QUOTABLE);
    if (badValue !== -1) throw invalid('parameter value', value, badValue);
    this.#data.set(name, value);
  }
  *entries() {
    this.#parse();
    yield* this.#data.entries();
  }
  *keys() {
    this.#parse();
    yield* this.#data.keys();
  }
  *values() {
    this.#parse();
    yield* this.#data.values();
  }
  toString() {
    this.#parse();
    return [...this.#data].map(([key, value]) => `${key}=${quoteValue(value)}`).join(';');
  }

  static instantiate(text) {
    const params = new MIMEParams();
    params.#string = text;
    params.#processed = false;
    return params;
  }

  #parse() {
    if (this.#processed) return;
    this.#processed = true;
    const text = this.#string;
    let at = 0;
    const end = text.slice(at).search(START_SPACE) + at;
    while (at < end) {
      at += text.slice(at).search(END_SPACE);
      const rest = text.slice(at, end);
      const stop = rest.search(/[;=]|$/);
      const name = lower(rest.slice(0, stop));
      at += stop;
      if (at < end && text[at] === ';') {
        at += 1;
        continue;
      }
      if (at >= end) break;
      at += 1;
      let value;
      if (text[at] === '"') {
        at += 1;
        const match = /^((?:[^"\\]|\\[\s\S]?)*)("|$)/.exec(text.slice(at));
        value = match[1].replace(/\\([\s\S])/g, '$1').replace(/\\$/, '\\');
        at += match[0].length;
        const next = text.indexOf(';', at);
        at = next === -1 ? end : next;
      } else {
        const next = text.indexOf(';', at);
        const stopAt = next === -1 ? end : next;
        value = text.slice(at, stopAt).replace(/[\r\n\t ]*$/, '');
        at = stopAt;
        if (value === '') {
          at += 1;
          continue;
        }
      }
      if (name !== '' && !NOT_TOKEN.test(name) && !NOT_QUOTABLE.test(value) && !this.#data.has(name))
        this.#data.set(name, value);
      at += 1;
    }
  }
}
const { instantiate } = MIMEParams;
delete MIMEParams.instantiate;
Object.defineProperty(MIMEParams.prototype, Symbol.iterator, {
  __proto__: null,
  value: MIMEParams.prototype.entries,
  writable: true,
  configurable: true,
  enumerable: false,
});
Object.defineProperty(MIMEParams.prototype, 'toJSON', {
  __proto__: null,
  value: MIMEParams.prototype.toString,
  writable: true,
  configurable: true,
  enumerable: false,
});

class MIMEType {
  #type;
  #subtype;
  #parameters;

  constructor(text) {
    text = `${text}`;
    const { type, subtype, parametersIndex } = parseTypeAndSubtype(text);
    this.#type = type;
    this.#subtype = subtype;
    this.#parameters = instantiate(text.slice(parametersIndex));
  }

  /** @returns {MIMEType|null} null when `text` is not a MIME type */
  static parse(text) {
    try {
      return new MIMEType(text);
    } catch (error) {
      if (error.code === 'ERR_INVALID_MIME_SYNTAX') return null;
      throw error;
    }
  }

  get type() {
    return this.#type;
  }
  set type(value) {
    value = `${value}`;
    const bad = value.search(NOT_TOKEN);
    if (value.length === 0 || bad !== -1) throw invalid('type', value, bad);
    this.#type = lower(value);
  }
  get subtype() {
    return this.#subtype;
  }
  set subtype(value) {
    value = `${value}`;
    const bad = value.search(NOT_TOKEN);
    if (value.length === 0 || bad !== -1) throw invalid('subtype', value, bad);
    this.#subtype = lower(value);
  }
  get essence() {
    return `${this.#type}/${this.#subtype}`;
  }
  get params() {
    return this.#parameters;
  }
  toString() {
    const parameters = this.#parameters.toString();
    return parameters === '' ? this.essence : `${this.essence};${parameters}`;
  }
}
Object.defineProperty(MIMEType.prototype, 'toJSON', {
  __proto__: null,
  value: MIMEType.prototype.toString,
  writable: true,
  configurable: true,
  enumerable: false,
});

module.exports = { MIMEParams, MIMEType };
