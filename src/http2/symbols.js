// Keys that the files of this room share.
'use strict';

module.exports = {
  kAuthority: Symbol('authority'),
  kClosing: Symbol('closing'),
  kHeadRequest: Symbol('head-request'),
  kMaybeDestroy: Symbol('kMaybeDestroy'),
  kNative: Symbol('native'),
  kOptions: Symbol('options'),
  kProceed: Symbol('proceed'),
  kProtocol: Symbol('protocol'),
  kProxySocket: Symbol('proxy-socket'),
  kRequest: Symbol('request'),
  kResponse: Symbol('response'),
  kServer: Symbol('server'),
  kSession: Symbol('session'),
  kSessions: Symbol('sessions'),
  kSocket: Symbol('socket'),
  kState: Symbol('state'),
  kTimeout: Symbol('timeout'),
  kUpdateTimer: Symbol('kUpdateTimer'),
};
