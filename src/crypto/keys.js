// Key objects: not built yet, so nothing is one.
'use strict';

module.exports = {
  isKeyObject: () => false,
  isCryptoKey: () => false,
};
