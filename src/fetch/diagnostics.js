// The diagnostics channels that instrumentation of fetch() listens to:
// https://github.com/nodejs/undici/blob/main/docs/docs/api/DiagnosticsChannel.md
'use strict';

const { channel } = require('async/diagnostics_channel');

const create = channel('undici:request:create');
const sendHeaders = channel('undici:client:sendHeaders');
const bodySent = channel('undici:request:bodySent');
const headersHere = channel('undici:request:headers');
const trailers = channel('undici:request:trailers');
const failed = channel('undici:request:error');

/** What listeners see of a request; they may add headers while it is being made. */
class RequestView {
  constructor(exchange) {
    const { owner, url, origin } = exchange;
    this.origin = origin.key;
    this.method = owner.method;
    this.path = url.pathname + url.search;
    this.completed = false;
    this.headers = [];
    const { entries } = owner.list;
    for (let i = 0; i < entries.length; i += 3) this.headers.push(entries[i + 1], entries[i + 2]);
    this.added = '';
  }

  addHeader(name, value) {
    const { HeaderList, appendTo } = require('fetch/headers');
    appendTo(new HeaderList(), `${name}`, `${value}`); // checks
    this.headers.push(`${name}`, `${value}`);
    this.added += `${name}: ${value}\r\n`;
    return this;
  }
}

const isObserved = () =>
  create.hasSubscribers ||
  sendHeaders.hasSubscribers ||
  headersHere.hasSubscribers ||
  trailers.hasSubscribers ||
  bodySent.hasSubscribers ||
  failed.hasSubscribers;

module.exports = {
  /** @returns {RequestView|null} null: nobody listens */
  created(exchange) {
    if (!isObserved()) return null;
    const request = new RequestView(exchange);
    if (create.hasSubscribers) create.publish({ request });
    return request;
  },
  sending(request, head, socket) {
    if (sendHeaders.hasSubscribers) sendHeaders.publish({ request, headers: head, socket });
  },
  sent(request) {
    if (bodySent.hasSubscribers) bodySent.publish({ request });
  },
  headers(request, statusCode, statusText, pairs) {
    if (!headersHere.hasSubscribers) return;
    const { Buffer } = require('buffer/buffer');
    const headers = pairs.map((text) => Buffer.from(text, 'latin1'));
    headersHere.publish({ request, response: { statusCode, headers, statusText } });
  },
  completed(request) {
    request.completed = true;
    if (trailers.hasSubscribers) trailers.publish({ request, trailers: [] });
  },
  failed(request, error) {
    if (failed.hasSubscribers) failed.publish({ request, error });
  },
};
