'use strict';

/**
 * node:async_hooks.
 * @see https://nodejs.org/docs/latest-v24.x/api/async_hooks.html
 */

const hooks = require('async/hooks_internal');
const { AsyncResource } = require('async/async_resource');
const { AsyncLocalStorage } = require('async/async_local_storage');

const { state } = hooks;

class AsyncHook {
  #record;

  constructor(callbacks) {
    const { codes } = require('errors/errors');
    const { trackPromises } = callbacks;
    this.#record = { owner: this, trackPromises: trackPromises !== false };
    for (const name of ['init', 'before', 'after', 'destroy', 'promiseResolve']) {
      const callback = callbacks[name];
      if (callback !== undefined && typeof callback !== 'function') throw new codes.ERR_ASYNC_CALLBACK(`hook.${name}`);
      this.#record[name] = callback;
      // The hooks are called as methods of this object.
      Object.defineProperty(this, name, { __proto__: null, value: callback, writable: true, configurable: true });
    }
    if (trackPromises !== undefined) {
      require('errors/validators').validateBoolean(trackPromises, 'trackPromises');
      if (!trackPromises && callbacks.promiseResolve !== undefined) {
        throw new codes.ERR_INVALID_ARG_VALUE(
          'trackPromises',
          trackPromises,
          'must not be false when promiseResolve is enabled',
        );
      }
    }
  }

  enable() {
    hooks.enable(this.#record);
    return this;
  }

  disable() {
    hooks.disable(this.#record);
    return this;
  }
}

/**
 * @param {{init?: Function, before?: Function, after?: Function, destroy?: Function, promiseResolve?: Function,
 *   trackPromises?: boolean}} callbacks
 * @returns {AsyncHook}
 */
function createHook(callbacks) {
  return new AsyncHook(callbacks);
}

function executionAsyncId() {
  return state.execution;
}

function triggerAsyncId() {
  return state.trigger;
}

/** The object of the running callback's resource, a place to keep things. */
function executionAsyncResource() {
  return state.resource ?? hooks.topLevelResource;
}

const providerNames = `NONE DIRHANDLE DNSCHANNEL ELDHISTOGRAM FILEHANDLE FILEHANDLECLOSEREQ BLOBREADER FSEVENTWRAP
FSREQCALLBACK FSREQPROMISE GETADDRINFOREQWRAP GETNAMEINFOREQWRAP HEAPSNAPSHOT CPUHEAPPROFILE HTTP2SESSION HTTP2STREAM
HTTP2PING HTTP2SETTINGS HTTPINCOMINGMESSAGE HTTPCLIENTREQUEST LOCKS JSSTREAM JSUDPWRAP MESSAGEPORT PIPECONNECTWRAP
PIPESERVERWRAP PIPEWRAP PROCESSWRAP PROMISE QUERYWRAP SHUTDOWNWRAP SIGNALWRAP STATWATCHER STREAMPIPE TCPCONNECTWRAP
TCPSERVERWRAP TCPWRAP TTYWRAP UDPSENDWRAP UDPWRAP SIGINTWATCHDOG WORKER WORKERHEAPSNAPSHOT WRITEWRAP ZLIB
CHECKPRIMEREQUEST PBKDF2REQUEST KEYPAIRGENREQUEST KEYGENREQUEST KEYEXPORTREQUEST CIPHERREQUEST DERIVEBITSREQUEST
HASHREQUEST RANDOMBYTESREQUEST RANDOMPRIMEREQUEST SCRYPTREQUEST SIGNREQUEST TLSWRAP VERIFYREQUEST INSPECTORJSBINDING`;

const asyncWrapProviders = Object.freeze({
  __proto__: null,
  ...Object.fromEntries(providerNames.split(/\s+/).map((name, index) => [name, index])),
});

module.exports = {
  get AsyncLocalStorage() {
    return AsyncLocalStorage;
  },
  createHook,
  executionAsyncId,
  triggerAsyncId,
  executionAsyncResource,
  asyncWrapProviders,
  AsyncResource,
};
