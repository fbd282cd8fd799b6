// How a class of ours says what structured cloning makes of its objects.
'use strict';

module.exports = {
  /**
   * A property on the prototype: a method that gives the clone, or null for "cannot be cloned".
   * Objects with neither symbol are cloned as plain data.
   */
  kClone: Symbol('vireo.clone'),
  /** A method that moves the object: gives its successor. The object must have `kClone`, too (null: transfer only). */
  kTransfer: Symbol('vireo.transfer'),
};
