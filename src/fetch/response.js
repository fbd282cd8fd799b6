// Response (https://fetch.spec.whatwg.org/#response-class).
'use strict';

const webidl = require('fetch/webidl');
const { HeaderList, fill, makeHeaders } = require('fetch/headers');
const { Body, addBodyMethods, extractBody } = require('fetch/body');

const kInspect = Symbol.for('nodejs.util.inspect.custom');
const kInternal = Symbol('kInternal');

const REASON = /[^\t\x20-\x7e\x80-\xff]/;
const REDIRECTS = new Set([301, 302, 303, 307, 308]);
const NULL_BODY = new Set([101, 103, 204, 205, 304]);

class ResponseState {
  type = 'default';
  status = 200;
  statusText = '';
  list;
  headersObject = null;
  guard = 'response';
  body = null;
  urls = null; // the URLs that led here, without fragments; null: none
  file = null; // a file that a server sends without reading it here (serve/file_response.js)
  decoded = false; // the body is no longer in the Content-Encoding that the headers name
  upgraded = null; // answers an upgrade to WebSocket (serve/websocket.js)

  constructor(list) {
    this.list = list;
  }

  get headers() {
    return (this.headersObject ??= makeHeaders(this.list, this.guard));
  }

  get contentType() {
    return this.list.get('content-type');
  }
}

function readStatus(value) {
  const status = webidl.unsignedShort(value);
  if (status < 200 || status > 599) {
    throw new RangeError('init["status"] must be in the range of 200 to 599, inclusive.');
  }
  return status;
}

/** "Initialize a response". */
function initialize(state, init, body, type) {
  const { headers, status, statusText } = init;
  if (status !== undefined) state.status = readStatus(status);
  if (statusText !== undefined) {
    const text = webidl.byteString(statusText, 'undefined: statusText');
    if (REASON.test(text)) throw new TypeError('Invalid statusText');
    state.statusText = text;
  }
  if (headers !== undefined) fill(state.list, headers, 'Headers constructor');
  if (body === null) return;
  if (NULL_BODY.has(state.status)) {
    throw new TypeError(`Response constructor: Invalid response status code ${state.status}`);
  }
  state.body = body;
  if (type !== null && !state.list.has('content-type')) state.list.append('content-type', 'content-type', type);
}

let stateOf;
let isResponse;
let makeResponse;

class Response {
  #state;

  static {
    stateOf = (response) => response.#state;
    isResponse = (value) => typeof value === 'object' && value !== null && #state in value;
    makeResponse = (state) => new Response(kInternal, state);
  }

  static #of(object) {
    if (typeof object === 'object' && object !== null && #state in object) return object.#state;
    throw webidl.illegalInvocation();
  }

  /**
   * @param {BodyInit|null} [body]
   * @param {{status?: number, statusText?: string, headers?: HeadersInit}} [init]
   */
  constructor(body = null, init = undefined) {
    if (body === kInternal) {
      this.#state = init;
      return;
    }
    const dictionary = webidl.dictionary(init);
    const state = new ResponseState(new HeaderList());
    this.#state = state;
    if (body === null) {
      initialize(state, dictionary, null, null);
    } else if (typeof body === 'string') {
      initialize(state, dictionary, new Body(body), 'text/plain;charset=UTF-8');
    } else {
      const extracted = extractBody(body);
      initialize(state, dictionary, extracted.body, extracted.type);
    }
  }

  /** A response that tells of a network error. */
  static error() {
    const state = new ResponseState(new HeaderList());
    state.type = 'error';
    state.status = 0;
    state.guard = 'immutable';
    return makeResponse(state);
  }

  static json(data, init = undefined) {
    webidl.requireArguments(arguments.length, 1, 'Response.json');
    const text = JSON.stringify(data);
    if (text === undefined) throw new TypeError('Value is not JSON serializable');
    const state = new ResponseState(new HeaderList());
    initialize(state, webidl.dictionary(init), new Body(text), 'application/json');
    return makeResponse(state);
  }

  static redirect(url, status = 302) {
    webidl.requireArguments(arguments.length, 1, 'Response.redirect');
    const text = webidl.usvString(url, 'Response.redirect: url');
    status = webidl.unsignedShort(status);
    const { URL } = require('url/url');
    let parsed;
    try {
      parsed = new URL(text);
    } catch (cause) {
      throw new TypeError(`Failed to parse URL from ${text}`, { cause });
    }
    if (!REDIRECTS.has(status)) throw new RangeError(`Invalid status code ${status}`);
    const state = new ResponseState(new HeaderList());
    state.status = status;
    state.guard = 'immutable';
    state.list.append('location', 'location', parsed.href);
    return makeResponse(state);
  }

  get type() {
    return Response.#of(this).type;
  }
  get url() {
    const { urls } = Response.#of(this);
    return urls === null ? '' : urls[urls.length - 1];
  }
  get redirected() {
    const { urls } = Response.#of(this);
    return urls !== null && urls.length > 1;
  }
  get status() {
    return Response.#of(this).status;
  }
  get ok() {
    const { status } = Response.#of(this);
    return status >= 200 && status <= 299;
  }
  get statusText() {
    return Response.#of(this).statusText;
  }
  get headers() {
    return Response.#of(this).headers;
  }

  clone() {
    const state = Response.#of(this);
    if (state.body !== null && state.body.unusable) {
      throw new TypeError('Response.clone: Body has already been consumed.');
    }
    const copy = new ResponseState(state.list.copy());
    for (const key of ['type', 'status', 'statusText', 'guard', 'urls', 'file', 'decoded']) copy[key] = state[key];
    if (state.body !== null) copy.body = state.body.clone();
    return makeResponse(copy);
  }

  [kInspect](depth, options) {
    if (!isResponse(this)) return this;
    const { status, statusText, headers, body, bodyUsed, ok, redirected, type, url } = this;
    const shown = { status, statusText, headers, body, bodyUsed, ok, redirected, type, url };
    return `Response ${require('util/inspect').inspect(shown, webidl.nested(depth, options))}`;
  }

  static {
    addBodyMethods(Response, Response.#of);
  }
}

webidl.describeClass(
  Response,
  ['type', 'url', 'status', 'ok', 'redirected', 'statusText', 'headers', 'clone', 'body', 'bodyUsed'],
  ['json', 'redirect', 'error'],
);
Object.defineProperty(Response.prototype, kInspect, { __proto__: null, enumerable: false });

module.exports = { NULL_BODY, REDIRECTS, Response, ResponseState, isResponse, makeResponse, stateOf };
