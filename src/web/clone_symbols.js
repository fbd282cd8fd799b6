// How a class of ours says what becomes of its objects when they are cloned or sent to another thread.
'use strict';

module.exports = {
  /**
   * A property on the prototype: a method that gives `[kind, data]` (plain data, which may hold further objects of ours),
   * or null for "cannot be cloned". src/worker/messaging.js knows who makes an object of it again. Objects with neither
   * symbol are cloned as plain data.
   */
  kClone: Symbol('vireo.clone'),
  /**
   * A method that moves the object: gives `[kind, data, transferList]`, and the object is unusable from then on. The
   * object must have `kClone`, too (null: transfer only).
   */
  kTransfer: Symbol('vireo.transfer'),
};
