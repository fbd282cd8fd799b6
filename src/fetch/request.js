// Request (https://fetch.spec.whatwg.org/#request-class).
//
// The object is thin: what it says lies in a state, which fetch() works with directly. A request that a server has received
// has a state of its own kind (serve/served_request.js), whose fields are made when they are read.
'use strict';

const webidl = require('fetch/webidl');
const { HeaderList, fill, makeHeaders, listOf } = require('fetch/headers');
const { addBodyMethods, extractBody } = require('fetch/body');

const kInspect = Symbol.for('nodejs.util.inspect.custom');
const kInternal = Symbol('kInternal');

const METHOD = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/;
const NORMALIZED = new Set(['DELETE', 'GET', 'HEAD', 'OPTIONS', 'POST', 'PUT']);
const FORBIDDEN = new Set(['CONNECT', 'TRACE', 'TRACK']);
const SAFELISTED = new Set(['GET', 'HEAD', 'POST']);

const CACHES = ['default', 'no-store', 'reload', 'no-cache', 'force-cache', 'only-if-cached'];
const CREDENTIALS = ['omit', 'same-origin', 'include'];
const MODES = ['navigate', 'same-origin', 'no-cors', 'cors'];
const REDIRECTS = ['follow', 'manual', 'error'];
const POLICIES = [
  '',
  'no-referrer',
  'no-referrer-when-downgrade',
  'same-origin',
  'origin',
  'strict-origin',
  'origin-when-cross-origin',
  'strict-origin-when-cross-origin',
  'unsafe-url',
];

class RequestState {
  method = 'GET';
  url = ''; // with its fragment
  parsed = null; // the same as a URL, until somebody may have changed it
  list = null; // HeaderList
  headersObject = null;
  body = null;
  referrer = 'about:client';
  referrerPolicy = '';
  mode = 'cors';
  credentials = 'same-origin';
  cache = 'default';
  redirect = 'follow';
  integrity = '';
  keepalive = false;
  duplex = 'half';
  given = null; // the signal that was given
  signalObject = null; // the one that the request shows

  get headers() {
    return (this.headersObject ??= makeHeaders(this.list, this.mode === 'no-cors' ? 'request-no-cors' : 'request'));
  }

  get contentType() {
    return this.list.get('content-type');
  }

  get signal() {
    if (this.signalObject !== null) return this.signalObject;
    const { AbortSignal } = require('web/abort');
    return (this.signalObject = AbortSignal.any(this.given === null ? [] : [this.given]));
  }

  /** What aborts the request, if anything can. */
  get abortSignal() {
    return this.signalObject ?? this.given;
  }

  copy() {
    const state = new RequestState();
    for (const key of COPIED) state[key] = this[key];
    state.list = this.list.copy();
    return state;
  }
}
const COPIED = [
  'method',
  'url',
  'parsed',
  'referrer',
  'referrerPolicy',
  'mode',
  'credentials',
  'cache',
  'redirect',
  'integrity',
  'keepalive',
  'duplex',
];

function parseURL(text) {
  const { URL } = require('url/url');
  try {
    return new URL(text);
  } catch (cause) {
    throw new TypeError(`Failed to parse URL from ${text}`, { cause });
  }
}

function normalizeMethod(value) {
  const method = webidl.byteString(value, 'undefined: method');
  if (NORMALIZED.has(method)) return method;
  if (!METHOD.test(method)) throw new TypeError(`'${method}' is not a valid HTTP method.`);
  const upper = method.toUpperCase();
  if (FORBIDDEN.has(upper)) throw new TypeError(`'${method}' HTTP method is unsupported.`);
  return NORMALIZED.has(upper) ? upper : method;
}

function normalizeReferrer(value) {
  const text = webidl.usvString(value, 'undefined: referrer');
  if (text === '') return 'no-referrer';
  const { URL } = require('url/url');
  let parsed;
  try {
    parsed = new URL(text);
  } catch (cause) {
    throw new TypeError(`Referrer "${text}" is not a valid URL.`, { cause });
  }
  if (parsed.protocol === 'about:' && parsed.pathname === 'client') return 'about:client';
  return parsed.href;
}

/**
 * What the constructor of Request does.
 * @param {RequestInfo} input
 * @param {RequestInit} [options]
 * @returns {RequestState}
 */
function makeState(input, options) {
  const init = webidl.dictionary(options);
  let state;
  let inputBody = null;
  let source;
  if (isRequest(input)) {
    source = stateOf(input);
    state = RequestState.prototype.copy.call(source);
    state.given = source.signal;
    inputBody = source.body;
  } else {
    const text = typeof input === 'string' ? input : webidl.usvString(input, 'Request constructor: input');
    const parsed = parseURL(text);
    if (parsed.username !== '' || parsed.password !== '') {
      throw new TypeError(`Request cannot be constructed from a URL that includes credentials: ${text}`);
    }
    state = new RequestState();
    state.url = parsed.href;
    state.parsed = parsed;
  }
  const { body } = init;
  if (options !== undefined && options !== null) applyInit(state, init, source);
  else state.list ??= new HeaderList();

  const hasBody = body !== undefined && body !== null;
  if ((hasBody || inputBody !== null) && (state.method === 'GET' || state.method === 'HEAD')) {
    throw new TypeError('Request with GET/HEAD method cannot have body.');
  }
  if (hasBody) {
    const { body: extracted, type } = extractBody(body, state.keepalive);
    state.body = extracted;
    if (type !== null && !state.list.has('content-type')) state.list.append('content-type', 'content-type', type);
    if (extracted.source === null && init.duplex === undefined) {
      throw new TypeError('RequestInit: duplex option is required when sending a body.');
    }
  } else if (inputBody !== null) {
    if (inputBody.unusable) {
      throw new TypeError('Cannot construct a Request with a Request object that has already been used.');
    }
    state.body = take(inputBody);
  }
  return state;
}

/** The body of a request that becomes another's: the first one is used up. */
function take(body) {
  const { Body } = require('fetch/body');
  if (body.made === null) {
    const taken = new Body(body.source);
    body.used = true;
    return taken;
  }
  const { TransformStream } = require('stream/web');
  const proxy = new TransformStream();
  const taken = new Body(null, body.made.pipeThrough(proxy));
  return taken;
}

/** The members of RequestInit, in the order of their names. */
function applyInit(state, init, source) {
  if (init.window !== undefined && init.window !== null) throw new TypeError("'window' option 'client' must be null");
  const { cache, credentials, duplex, headers, integrity, keepalive, method, mode, priority } = init;
  const { redirect, referrer, referrerPolicy, signal } = init;

  if (referrer !== undefined) state.referrer = normalizeReferrer(referrer);
  if (referrerPolicy !== undefined) state.referrerPolicy = webidl.enumeration(referrerPolicy, POLICIES);
  if (mode !== undefined) {
    const name = webidl.enumeration(mode, MODES);
    if (name === 'navigate') throw new TypeError('Request constructor: invalid request mode navigate.');
    state.mode = name;
  }
  if (credentials !== undefined) state.credentials = webidl.enumeration(credentials, CREDENTIALS);
  if (cache !== undefined) state.cache = webidl.enumeration(cache, CACHES);
  if (state.cache === 'only-if-cached' && state.mode !== 'same-origin') {
    throw new TypeError("'only-if-cached' can be set only with 'same-origin' mode");
  }
  if (redirect !== undefined) state.redirect = webidl.enumeration(redirect, REDIRECTS);
  if (integrity !== undefined) state.integrity = webidl.domString(integrity, 'undefined: integrity');
  if (keepalive !== undefined) state.keepalive = Boolean(keepalive);
  if (method !== undefined) state.method = normalizeMethod(method);
  if (duplex !== undefined) webidl.enumeration(duplex, ['half']);
  if (priority !== undefined) webidl.enumeration(priority, ['high', 'low', 'auto']);
  if (signal !== undefined) {
    if (signal !== null && !isAbortSignal(signal)) {
      throw new TypeError(`RequestInit: Expected signal ("${webidl.shown(signal)}") to be an instance of AbortSignal.`);
    }
    state.given = signal;
  }
  if (state.mode === 'no-cors' && !SAFELISTED.has(state.method)) {
    throw new TypeError(`'${state.method} is unsupported in no-cors mode.`);
  }
  if (headers !== undefined || source === undefined) state.list = new HeaderList();
  if (headers !== undefined) fill(state.list, headers, 'Headers constructor');
}

function isAbortSignal(value) {
  const { AbortSignal } = require('web/abort');
  return value instanceof AbortSignal;
}

let isRequest;
let stateOf;
let makeRequest;

class Request {
  #state;

  static {
    isRequest = (value) => typeof value === 'object' && value !== null && #state in value;
    stateOf = (request) => request.#state;
    makeRequest = (state) => new Request(kInternal, state);
  }

  static #of(object) {
    if (typeof object === 'object' && object !== null && #state in object) return object.#state;
    throw webidl.illegalInvocation();
  }

  /**
   * @param {string|URL|Request} input
   * @param {RequestInit} [init]
   */
  constructor(input, init = undefined) {
    if (input === kInternal) {
      this.#state = init;
      return;
    }
    webidl.requireArguments(arguments.length, 1, 'Request constructor');
    this.#state = makeState(input, init);
  }

  get method() {
    return Request.#of(this).method;
  }
  get url() {
    return Request.#of(this).url;
  }
  get headers() {
    return Request.#of(this).headers;
  }
  get destination() {
    Request.#of(this);
    return '';
  }
  get referrer() {
    const { referrer } = Request.#of(this);
    return referrer === 'no-referrer' ? '' : referrer;
  }
  get referrerPolicy() {
    return Request.#of(this).referrerPolicy;
  }
  get mode() {
    return Request.#of(this).mode;
  }
  get credentials() {
    return Request.#of(this).credentials;
  }
  get cache() {
    return Request.#of(this).cache;
  }
  get redirect() {
    return Request.#of(this).redirect;
  }
  get integrity() {
    return Request.#of(this).integrity;
  }
  get keepalive() {
    return Request.#of(this).keepalive;
  }
  get isReloadNavigation() {
    Request.#of(this);
    return false;
  }
  get isHistoryNavigation() {
    Request.#of(this);
    return false;
  }
  get signal() {
    return Request.#of(this).signal;
  }
  get duplex() {
    return Request.#of(this).duplex;
  }

  clone() {
    const state = Request.#of(this);
    if (state.body !== null && state.body.unusable) throw new TypeError('unusable');
    const copy = RequestState.prototype.copy.call(state);
    copy.given = state.signal;
    if (state.body !== null) copy.body = state.body.clone();
    return makeRequest(copy);
  }

  [kInspect](depth, options) {
    if (!isRequest(this)) return this;
    const { method, url, headers, destination, referrer, referrerPolicy, mode, credentials, cache, redirect } = this;
    const { integrity, keepalive, isReloadNavigation, isHistoryNavigation, signal } = this;
    const shown = { method, url, headers, destination, referrer, referrerPolicy, mode, credentials, cache, redirect };
    Object.assign(shown, { integrity, keepalive, isReloadNavigation, isHistoryNavigation, signal });
    return `Request ${require('util/inspect').inspect(shown, webidl.nested(depth, options))}`;
  }

  static {
    addBodyMethods(Request, Request.#of);
  }
}

webidl.describeClass(Request, [
  'method',
  'url',
  'headers',
  'redirect',
  'clone',
  'signal',
  'duplex',
  'destination',
  'body',
  'bodyUsed',
  'isHistoryNavigation',
  'isReloadNavigation',
  'keepalive',
  'integrity',
  'cache',
  'credentials',

  'referrerPolicy',
  'referrer',
  'mode',
]);
Object.defineProperty(Request.prototype, kInspect, { __proto__: null, enumerable: false });

module.exports = { Request, RequestState, isRequest, listOf, makeRequest, makeState, stateOf };
