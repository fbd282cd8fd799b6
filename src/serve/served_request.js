// What a server has received, as the state of a Request: each field is made when somebody reads it.
'use strict';

const { METHOD_BY_ID, HeadFlags } = require('http/common');
const { HeaderList, makeHeaders } = require('fetch/headers');
const { RequestState } = require('fetch/request');

const { headersOf } = binding('http');

// A path and a host that the URL parser would give back as they are.
const PLAIN_TARGET = /^\/(?!\/)[\w\-~!$&()*+,;=:@/%]*(?:\?[\w\-~!$&()*+,;=:@/%.?]*)?$/;
const DOTS = /\/\.{1,2}(?:[/?]|$)|%2e/i;
const PLAIN_HOST =
  /^[a-z][a-z\d-]*(?:\.[a-z][a-z\d-]*)*(?::(?!80$|443$)[1-9]\d{0,4})?$|^127\.0\.0\.1(?::(?!80$|443$)[1-9]\d{0,3})?$/;

class ServedRequest {
  constructor(connection, flags, method, target, block) {
    this.connection = connection;
    this.flags = flags;
    this.methodId = method;
    this.target = target;
    this.block = block; // names and values as the parser gave them
    this.incoming = null; // IncomingBody
    this.headerList = null;
    this.headersObject = null;
    this.bodyObject = null;
    this.href = '';
    this.controller = null; // of the signal
    this.closeAfter = (flags & HeadFlags.keepAlive) === 0;
    this.gone = false; // the client went away before it had its answer
    this.answered = false;
    this.upgrade = null; // what `upgradeWebSocket` has made of it
  }

  get method() {
    return METHOD_BY_ID[this.methodId];
  }

  get url() {
    if (this.href === '') this.href = this.#makeURL();
    return this.href;
  }

  get list() {
    return (this.headerList ??= HeaderList.fromPairs(headersOf(this.block)));
  }

  get headers() {
    return (this.headersObject ??= makeHeaders(this.list, 'request'));
  }

  get contentType() {
    return this.list.get('content-type');
  }

  get body() {
    const { incoming, bodyObject } = this;
    if (bodyObject !== null || incoming === null) return bodyObject;
    const { Body } = require('fetch/body');
    return (this.bodyObject = new Body(incoming));
  }

  get signal() {
    if (this.controller === null) {
      const { AbortController } = require('web/abort');
      this.controller = new AbortController();
      if (this.gone) this.#abort();
    }
    return this.controller.signal;
  }

  get parsed() {
    const { URL } = require('url/url');
    return new URL(this.url);
  }

  /** The client has gone, or its bytes made no sense. */
  abandon() {
    if (this.gone) return;
    this.gone = true;
    const { DOMException } = require('web/dom_exception');
    if (this.incoming !== null && !this.incoming.ended) {
      this.incoming.fail(new DOMException('The client has closed the connection', 'AbortError'));
    }
    if (this.controller !== null && !this.answered) this.#abort();
  }

  #abort() {
    const { DOMException } = require('web/dom_exception');
    this.controller.abort(new DOMException('The client has closed the connection', 'AbortError'));
  }

  #makeURL() {
    const { server } = this.connection;
    const { target } = this;
    const host = this.list.get('host');
    const scheme = server.secure ? 'https' : 'http';
    if (PLAIN_TARGET.test(target) && !DOTS.test(target) && host !== null && PLAIN_HOST.test(host)) {
      return `${scheme}://${host}${target}`;
    }
    const { URL } = require('url/url');
    const authority = host !== null && host !== '' && !/[/?#@\\\s]/.test(host) ? host : server.authority;
    const path = target.startsWith('/') ? target : `/${target}`;
    // The absolute form (RFC 9112 §3.2.2) says all; the fragment of a target is no part of it.
    const parsed = /^https?:\/\//i.test(target) ? URL.parse(target) : URL.parse(`${scheme}://${authority}${path}`);
    const url = parsed ?? URL.parse(`${scheme}://${server.authority}${path}`) ?? new URL(`${scheme}://localhost/`);
    url.username = url.password = url.hash = '';
    return url.href;
  }
}

// What a Request says of itself that has no meaning here.
const { referrer, referrerPolicy, mode, credentials, cache, redirect, integrity, keepalive, duplex, given } =
  new RequestState();
Object.assign(ServedRequest.prototype, { referrerPolicy, mode, credentials, cache, redirect, integrity });
Object.assign(ServedRequest.prototype, { referrer, keepalive, duplex, given });
ServedRequest.prototype.signalObject = null;

/** The second argument of a handler. */
class Info {
  #request;

  constructor(request) {
    this.#request = request;
  }

  /** @type {{address: string, family: string, port: number}|null} the client's */
  get remoteAddress() {
    return this.#request.connection.remoteAddress;
  }

  /** @type {import('serve/server').ServeHandle} */
  get server() {
    return this.#request.connection.server.handle;
  }

  /** Calls `promise`'s server not stopped before it has settled. */
  waitUntil(promise) {
    this.#request.connection.server.waitUntil(promise);
  }
}

module.exports = { Info, ServedRequest };
