// stream.Transform: https://nodejs.org/api/stream.html#class-streamtransform
'use strict';

const { codes } = require('errors/errors');
const { nextTick } = require('process/next_tick');
const Duplex = require('stream/duplex');
const { getDefaultHighWaterMark } = require('stream/state');

const kCallback = Symbol('kCallback');

function Transform(options) {
  if (!(this instanceof Transform)) return new Transform(options);
  // One buffer is enough: with a readable mark of zero the transform waits until somebody reads.
  const mark = options
    ? (options.readableHighWaterMark ??
      options.highWaterMark ??
      getDefaultHighWaterMark(options.readableObjectMode || options.objectMode))
    : null;
  if (mark === 0) {
    options = {
      ...options,
      highWaterMark: null,
      readableHighWaterMark: mark,
      writableHighWaterMark: options.writableHighWaterMark || 0,
    };
  }
  Duplex.call(this, options);
  // Data is pushed by _transform, not asked for by _read.
  this._readableState.sync = false;
  this[kCallback] = null;
  if (options) {
    if (typeof options.transform === 'function') this._transform = options.transform;
    if (typeof options.flush === 'function') this._flush = options.flush;
  }
  // For those that override _final or emit 'prefinish' themselves.
  this.on('prefinish', onPrefinish);
}
Object.setPrototypeOf(Transform.prototype, Duplex.prototype);
Object.setPrototypeOf(Transform, Duplex);

function final(callback) {
  if (typeof this._flush !== 'function' || this.destroyed) {
    this.push(null);
    callback?.();
    return;
  }
  this._flush((error, data) => {
    if (error) {
      if (callback) callback(error);
      else this.destroy(error);
      return;
    }
    if (data != null) this.push(data);
    this.push(null);
    callback?.();
  });
}

function onPrefinish() {
  if (this._final !== final) final.call(this);
}

Transform.prototype._final = final;

Transform.prototype._transform = function (chunk, encoding, callback) {
  throw new codes.ERR_METHOD_NOT_IMPLEMENTED('_transform()');
};

Transform.prototype._write = function (chunk, encoding, callback) {
  const r = this._readableState;
  const w = this._writableState;
  const { length } = r;
  this._transform(chunk, encoding, (error, value) => {
    if (error) {
      callback(error);
      return;
    }
    if (value != null) this.push(value);
    if (r.ended) {
      // The readable side is over: nothing more can come of writing. Ends the writable side, too.
      nextTick(callback);
      if (!w.ending) nextTick(endWhenPossible, this);
    } else if (w.ended || length === r.length || r.length < r.highWaterMark) {
      callback();
    } else {
      this[kCallback] = callback;
    }
  });
};

function endWhenPossible(stream) {
  if (!stream.writableEnded && !stream.destroyed && stream.allowHalfOpen === false) stream.end();
}

Transform.prototype._read = function () {
  const callback = this[kCallback];
  if (callback === null) return;
  this[kCallback] = null;
  callback();
};

module.exports = Transform;
