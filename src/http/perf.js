'use strict';

// Entries of type 'http' for performance observers, made only while one observes.

const { now } = require('perf_hooks/clock');
const { hasObserver } = require('perf_hooks/observer');

const kStart = Symbol('kPerfStart');

/** Whether entries are wanted; `mark` the message then. */
function observed() {
  return hasObserver('http');
}

/** The exchange of this message begins. */
function mark(message) {
  message[kStart] = now();
}

/** The exchange that began with `message` is over. */
function report(name, message, req, res) {
  const start = message[kStart];
  if (start === undefined || !hasObserver('http')) return;
  message[kStart] = undefined;
  const { createNodeEntry } = require('perf_hooks/entry');
  const { enqueue } = require('perf_hooks/observer');
  enqueue(createNodeEntry(name, 'http', start, now() - start, { req, res }));
}

module.exports = { mark, observed, report };
