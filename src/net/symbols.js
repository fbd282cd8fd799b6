// What a net.Socket keeps for itself.
'use strict';

module.exports = {
  kHandle: Symbol('kHandle'),
  kKeepAlive: Symbol('kKeepAlive'),
  kNoDelay: Symbol('kNoDelay'),
  kPeer: Symbol('kPeer'),
  kTypeOfService: Symbol('kTypeOfService'),
};
