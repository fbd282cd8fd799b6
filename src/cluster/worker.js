// cluster.Worker: what the primary and the worker itself have in common.
'use strict';

const EventEmitter = require('events/events');

/**
 * @param {{id?: number, state?: string, process?: ChildProcess|NodeJS.Process}} [options]
 * @extends EventEmitter
 */
function Worker(options) {
  if (!(this instanceof Worker)) return new Worker(options);
  EventEmitter.call(this);
  if (options === null || typeof options !== 'object') options = {};
  this.exitedAfterDisconnect = undefined;
  this.state = options.state || 'none';
  this.id = options.id | 0;
  if (!options.process) return;
  this.process = options.process;
  this.process.on('error', (...args) => this.emit('error', ...args));
  this.process.on('message', (message, handle) => this.emit('message', message, handle));
}
Object.setPrototypeOf(Worker.prototype, EventEmitter.prototype);
Object.setPrototypeOf(Worker, EventEmitter);

Worker.prototype.kill = function (...args) {
  this.destroy(...args);
};

Worker.prototype.send = function (...args) {
  return this.process.send(...args);
};

Worker.prototype.isDead = function () {
  const { exitCode, signalCode } = this.process;
  return (exitCode !== undefined && exitCode !== null) || (signalCode !== undefined && signalCode !== null);
};

Worker.prototype.isConnected = function () {
  return this.process.connected;
};

module.exports = Worker;
