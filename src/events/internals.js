'use strict';

/** What other rooms share with node:events and its users do not see. */

/** A function property of an error: its stack with "Emitted 'error' event at", for when the error is fatal. */
const kEnhanceStack = Symbol('kEnhanceStackBeforeInspector');

const kIsEventTarget = Symbol.for('nodejs.event_target');

function isEventTarget(value) {
  return value?.constructor?.[kIsEventTarget] === true;
}

/** Adds a listener to an emitter or an event target, whichever `emitter` is. */
function addTo(emitter, name, listener, flags) {
  if (typeof emitter.on === 'function') {
    if (flags?.once) emitter.once(name, listener);
    else emitter.on(name, listener);
  } else if (typeof emitter.addEventListener === 'function') {
    emitter.addEventListener(name, listener, flags);
  } else {
    const {
      codes: { ERR_INVALID_ARG_TYPE },
    } = require('errors/errors');
    throw new ERR_INVALID_ARG_TYPE('emitter', 'EventEmitter', emitter);
  }
}

/** The reverse of addTo. */
function removeFrom(emitter, name, listener, flags) {
  if (typeof emitter.removeListener === 'function') {
    emitter.removeListener(name, listener);
  } else if (typeof emitter.removeEventListener === 'function') {
    emitter.removeEventListener(name, listener, flags);
  } else {
    const {
      codes: { ERR_INVALID_ARG_TYPE },
    } = require('errors/errors');
    throw new ERR_INVALID_ARG_TYPE('emitter', 'EventEmitter', emitter);
  }
}

/** Stack of `error` with the place of the emit after it, less the frames that both share. */
function stackWithEmitSite(emitter, error, site) {
  let name = '';
  try {
    const { constructor } = emitter;
    if (constructor.name !== 'EventEmitter') name = ` on ${constructor.name} instance`;
  } catch {
    // A name is a courtesy.
  }
  const own = error.stack.split('\n').slice(1);
  const lines = site.stack.split('\n').slice(1);
  elideSharedFrames(lines, own);
  return `${error.stack}\nEmitted 'error' event${name} at:\n${lines.join('\n')}`;
}

/** Replaces the first run of more than three frames of `lines` that `other` has too. */
function elideSharedFrames(lines, other) {
  for (let i = 0; i < lines.length - 3; i++) {
    const at = other.indexOf(lines[i]);
    if (at === -1) continue;
    const most = Math.min(lines.length - i, other.length - at);
    let length = 1;
    while (length < most && lines[i + length] === other[at + length]) length++;
    if (length > 3) {
      lines.splice(i + 1, length - 2, '    [... lines matching original stack trace ...]');
      return;
    }
  }
}

module.exports = { kEnhanceStack, isEventTarget, addTo, removeFrom, stackWithEmitSite };
