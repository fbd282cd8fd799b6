'use strict';

// Plays a case and writes down what came of it. The same on every runtime: what is waited for is the turn of events (a
// request and its answer on another connection), never the clock.

const { once } = require('node:events');
const http = require('node:http');
const net = require('node:net');

/** Long texts shortened, what differs from run to run replaced. */
function tidy(text) {
  return text
    .replace(/Date: [^\r]*/g, 'Date: now')
    .replace(/(.)\1{99,}/gs, (run, char) => `${char}{${run.length}}`)
    .replace(/(?:(x\d*): ?1?,?\r?\n?){50,}/g, (run) => `x{${run.length}}`);
}

function tidyList(list) {
  return list.length > 40 ? [...list.slice(0, 4).map(tidy), `${list.length} in all`] : list.map(tidy);
}

/** A way to wait until everything sent so far has been dealt with. */
async function makeBarrier() {
  const server = net.createServer((socket) => socket.on('data', (data) => socket.write(data)).on('error', () => {}));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const socket = net.connect(server.address().port, '127.0.0.1');
  await once(socket, 'connect');
  return {
    async wait() {
      for (let i = 0; i < 4; i++) {
        socket.write('x');
        await once(socket, 'data');
        await new Promise((resolve) => setImmediate(resolve));
      }
    },
    end() {
      socket.destroy();
      server.close();
    },
  };
}

/**
 * Sends a case to an `http.Server`.
 * @param {object} case_ of requests.js
 * @param {{ insecure?: boolean, listen?: boolean, atOnce?: boolean }} mode leniency; whether 'clientError' is listened for;
 *   whether requests are answered before they are read
 * @returns {Promise<object>} what the program saw, what the client got, whether the connection was closed
 */
async function playRequest(barrier, case_, { insecure = false, listen = false, atOnce = false } = {}) {
  const seen = [];
  const server = http.createServer({ ...case_.options, insecureHTTPParser: insecure }, (req, res) => {
    let body = '';
    req.setEncoding('latin1');
    req.on('data', (chunk) => (body += chunk));
    req.on('aborted', () => seen.push('aborted'));
    req.on('error', (error) => seen.push(`error ${error.code}`));
    const { method, url, httpVersion } = req;
    const entry = { is: tidy(`${method} ${url} ${httpVersion}`), headers: tidyList(req.rawHeaders) };
    seen.push(entry);
    req.on('end', () => {
      if (body !== '') entry.body = tidy(body);
      if (req.rawTrailers.length > 0) entry.trailers = tidyList(req.rawTrailers);
      entry.complete = req.complete;
      // Once the whole packet has been looked at: whether ticks run between requests of one packet is nobody's business.
      if (!atOnce) setImmediate(() => res.end(url));
    });
    if (atOnce) res.end(url);
  });
  if (case_.maxHeadersCount !== undefined) server.maxHeadersCount = case_.maxHeadersCount;
  if (case_.maxRequestsPerSocket !== undefined) server.maxRequestsPerSocket = case_.maxRequestsPerSocket;
  if (case_.upgrade) {
    for (const event of ['upgrade', 'connect']) {
      server.on(event, (req, socket, head) => {
        seen.push({ is: `${event} ${req.method} ${req.url}`, head: tidy(head.toString('latin1')) });
        socket.on('error', () => {});
        socket.end('HTTP/1.1 101 Other\r\n\r\n');
      });
    }
  }
  if (listen) {
    server.on('clientError', (error, socket) => {
      seen.push(`clientError ${error.code}`);
      socket.end('HTTP/1.1 400 Mine\r\n\r\n');
    });
  }
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const client = net.connect({ port: server.address().port, host: '127.0.0.1', allowHalfOpen: true });
  let answer = '';
  let closed = false;
  client.setEncoding('latin1');
  client.on('data', (chunk) => (answer += chunk));
  client.on('end', () => (closed = true));
  client.on('error', () => (closed = true));
  await once(client, 'connect');
  client.write(case_.bytes, 'latin1');
  await barrier.wait();
  const result = { seen: structuredClone(seen), answer: tidy(answer), closed };
  // What the end of the client's side changes.
  client.end();
  await barrier.wait();
  const after = seen.slice(result.seen.length);
  if (after.length > 0) result.after = after;
  if (tidy(answer) !== result.answer) result.answerAfter = tidy(answer).slice(result.answer.length);
  client.destroy();
  server.closeAllConnections();
  server.close();
  return result;
}

/**
 * Gives a case to an `http.ClientRequest`.
 * @param {object} case_ of responses.js
 */
async function playResponse(barrier, case_, { insecure = false, keepAlive = false } = {}) {
  const seen = [];
  let peer;
  const server = net.createServer((socket) => {
    peer = socket;
    socket.on('error', () => {});
    socket.resume();
    socket.once('data', () => socket.write(case_.bytes, 'latin1'));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const agent = new http.Agent({ keepAlive });
  const req = http.request({
    host: '127.0.0.1',
    port: server.address().port,
    method: case_.method ?? 'GET',
    path: case_.method === 'CONNECT' ? 'a:1' : '/',
    agent,
    insecureHTTPParser: insecure,
    ...case_.options,
  });
  req.on('information', ({ statusCode, statusMessage, rawHeaders }) => {
    seen.push({ information: statusCode, statusMessage, headers: rawHeaders });
  });
  req.on('continue', () => seen.push('continue'));
  req.on('response', (res) => {
    let body = '';
    const entry = {
      is: tidy(`${res.httpVersion} ${res.statusCode} ${res.statusMessage}`),
      headers: tidyList(res.rawHeaders),
    };
    seen.push(entry);
    res.setEncoding('latin1');
    res.on('data', (chunk) => (entry.body = tidy((body += chunk))));
    res.on('aborted', () => seen.push('aborted'));
    res.on('error', (error) => seen.push(`response error ${error.code}`));
    res.on('end', () => {
      if (res.rawTrailers.length > 0) entry.trailers = tidyList(res.rawTrailers);
      entry.complete = res.complete;
      seen.push('end');
    });
  });
  for (const event of ['upgrade', 'connect']) {
    req.on(event, (res, socket, head) => {
      seen.push({ is: `${event} ${res.statusCode}`, head: tidy(head.toString('latin1')) });
      socket.destroy();
    });
  }
  req.on('error', (error) => seen.push(`error ${error.code}`));
  req.on('close', () => seen.push('close'));
  req.end();
  await once(server, 'connection');
  await barrier.wait();
  await barrier.wait();
  const result = { seen: structuredClone(seen), kept: Object.keys(agent.freeSockets).length > 0 };
  peer.end();
  await barrier.wait();
  const after = structuredClone(seen).slice(result.seen.length);
  if (after.length > 0) result.after = after;
  peer.destroy();
  agent.destroy();
  server.close();
  return result;
}

module.exports = { makeBarrier, playRequest, playResponse };
