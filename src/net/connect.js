// How a net.Socket gets its connection: to a path, to an address, or to the first address of several that answers.
'use strict';

const hooks = require('async/hooks_internal');
const { codes, ExceptionWithHostPort } = require('errors/errors');
const {
  validateBoolean,
  validateFunction,
  validateInt32,
  validateNumber,
  validatePort,
  validateString,
} = require('errors/validators');
const { nextTick } = require('process/next_tick');
const { kHandle, kKeepAlive, kNoDelay, kPeer, kTypeOfService } = require('net/symbols');
const diagnostics = require('async/diagnostics_channel');

const native = binding('net');
const { UV_EADDRINUSE, UV_ECANCELED, UV_ETIMEDOUT } = native;
const {
  ERR_INVALID_ADDRESS_FAMILY,
  ERR_INVALID_ARG_TYPE,
  ERR_INVALID_IP_ADDRESS,
  ERR_IP_BLOCKED,
  ERR_MISSING_ARGS,
  ERR_SOCKET_CONNECTION_TIMEOUT,
} = codes;

const clientChannel = diagnostics.channel('net.client.socket');

// --- defaults -----------------------------------------------------------------------------------------------------------

const MIN_ATTEMPT_TIMEOUT = 10;

let autoSelectFamilyDefault;
let attemptTimeoutDefault;

function option(name) {
  return require('cli/options').getOptionValue(name);
}

function getDefaultAutoSelectFamily() {
  return (autoSelectFamilyDefault ??=
    option('--network-family-autoselection') && option('--enable-network-family-autoselection'));
}
function setDefaultAutoSelectFamily(value) {
  validateBoolean(value, 'value');
  autoSelectFamilyDefault = value;
}
function getDefaultAutoSelectFamilyAttemptTimeout() {
  return (attemptTimeoutDefault ??= option('--network-family-autoselection-attempt-timeout'));
}
function setDefaultAutoSelectFamilyAttemptTimeout(value) {
  validateInt32(value, 'value', 1);
  attemptTimeoutDefault = Math.max(value, MIN_ATTEMPT_TIMEOUT);
}

// --- socket.connect() ---------------------------------------------------------------------------------------------------

/** [options, callback] of connect(options), connect(path), connect(port, host), each with a callback behind. */
function normalizeArgs(args) {
  if (args.length === 0) return [{}, null];
  const [first] = args;
  let options = {};
  if (typeof first === 'object' && first !== null) options = first;
  else if (typeof first === 'string' && !(first.trim() !== '' && Number(first) >= 0)) options.path = first;
  else {
    options.port = first;
    if (args.length > 1 && typeof args[1] === 'string') options.host = args[1];
  }
  const last = args[args.length - 1];
  return [options, typeof last === 'function' ? last : null];
}

/** socket.connect() in all its forms; `createHandle(isPipe)` makes the native stream. */
function connect(socket, options, callback) {
  if ((options.path === null || options.path === undefined) && options.port === undefined)
    throw new ERR_MISSING_ARGS(['options', 'port', 'path']);
  if (socket.destroyed) {
    socket[kHandle] = null;
    socket[kPeer] = undefined;
    socket._sockname = undefined;
  }
  const { path } = options;
  if (!socket._handle) socket._handle = path ? new native.Pipe(false, false) : new native.TCP(false);
  if (socket._writableState.destroyed || socket._readableState.destroyed) socket._undestroy();
  if (callback !== null) socket.once('connect', callback);
  socket._unrefTimer();
  socket.connecting = true;
  if (options.keepAlive) socket[kKeepAlive].enable = true;
  if (options.noDelay) socket[kNoDelay] = true;
  if (clientChannel.hasSubscribers) clientChannel.publish({ socket });
  if (path) {
    validateString(path, 'options.path');
    socket._pipePath = path;
    start(socket, () => socket._handle.connect(path), path);
  } else {
    lookupAndConnect(socket, options);
  }
}

/** `local`: {localAddress, localPort} that the program wanted. */
function start(socket, begin, address, port, local) {
  const handle = socket._handle;
  handle.onconnect = (status) => finish(socket, handle, status, address, port, local);
  const status = begin();
  if (status === 0) return;
  const name = socket._getsockname();
  socket.destroy(new ExceptionWithHostPort(status, 'connect', address, port, `${name.address}:${name.port}`));
}

function connectError(status, address, port, local) {
  const details = local?.localAddress && local.localPort ? `${local.localAddress}:${local.localPort}` : undefined;
  const error = new ExceptionWithHostPort(status, 'connect', address, port, details);
  if (details !== undefined) {
    error.localAddress = local.localAddress;
    error.localPort = local.localPort;
  }
  return error;
}

function finish(socket, handle, status, address, port, local) {
  if (socket.destroyed || socket._handle !== handle) return;
  if (status !== 0) {
    socket.connecting = false;
    socket.destroy(connectError(status, address, port, local));
    return;
  }
  socket.connecting = false;
  socket._sockname = undefined;
  applyOptions(socket, handle);
  socket._unrefTimer();
  socket.emit('connect');
  socket.emit('ready');
  if (socket.readable && !socket.isPaused()) socket.read(0);
}

/** What was asked of the socket before there was one. */
function applyOptions(socket, handle) {
  if (socket[kNoDelay] && handle.setNoDelay) handle.setNoDelay(true);
  const { enable, delay, interval, count } = socket[kKeepAlive];
  if (enable && handle.setKeepAlive) handle.setKeepAlive(true, delay, interval, count);
  if (socket[kTypeOfService] !== undefined && handle.setTypeOfService) handle.setTypeOfService(socket[kTypeOfService]);
}

function failLater(socket, error) {
  nextTick(() => socket.destroy(error));
}

// --- addresses ----------------------------------------------------------------------------------------------------------

const isAddress = (address) => typeof address === 'string' && native.isIP(address) !== 0;
const isFamily = (family) => family === 4 || family === 6;

/** The port and the time for one attempt, checked. */
function checkOptions(options) {
  const { localAddress, localPort, port, lookup } = options;
  if (localAddress && !isAddress(localAddress)) throw new ERR_INVALID_IP_ADDRESS(localAddress);
  if (localPort) validateNumber(localPort, 'options.localPort');
  if (port !== undefined) {
    if (typeof port !== 'number' && typeof port !== 'string')
      throw new ERR_INVALID_ARG_TYPE('options.port', ['number', 'string'], port);
    validatePort(port);
  }
  if (options.autoSelectFamily !== undefined) validateBoolean(options.autoSelectFamily, 'options.autoSelectFamily');
  if (options.autoSelectFamilyAttemptTimeout !== undefined)
    validateInt32(options.autoSelectFamilyAttemptTimeout, 'options.autoSelectFamilyAttemptTimeout', 1);
  if (lookup !== undefined && lookup !== null) validateFunction(lookup, 'options.lookup');
}

function lookupAndConnect(socket, options) {
  checkOptions(options);
  const host = options.host || 'localhost';
  const port = options.port | 0;
  validateString(host, 'options.host');
  const type = native.isIP(host);
  if (type !== 0) {
    nextTick(() => {
      if (socket.connecting) connectTo(socket, host, port, type, options);
    });
    return;
  }
  socket._host = host;
  const dnsOptions = {
    family: typeof options.family === 'string' ? Number(options.family.slice(4)) || 0 : options.family,
    hints: options.hints || 0,
  };
  const autoSelectFamily = options.autoSelectFamily ?? getDefaultAutoSelectFamily();
  const trySeveral = autoSelectFamily && dnsOptions.family !== 4 && dnsOptions.family !== 6 && !options.localAddress;
  if (trySeveral) dnsOptions.all = true;
  const onFound = trySeveral ? onAddresses : onAddress;
  const callback = (...results) => onFound(socket, host, port, options, ...results);
  if (options.lookup) {
    // The program's own function must see who really runs.
    options.lookup(host, dnsOptions, callback);
  } else {
    const dns = require('dns/dns');
    hooks.triggeredBy(socket._handle, () => dns.lookup(host, dnsOptions, callback));
  }
}

function onAddress(socket, host, port, options, error, address, family) {
  socket.emit('lookup', error, address, family, host);
  if (!socket.connecting) return;
  if (error) {
    failLater(socket, error);
  } else if (!isAddress(address)) {
    failLater(socket, new ERR_INVALID_IP_ADDRESS(address));
  } else if (!isFamily(family)) {
    failLater(socket, new ERR_INVALID_ADDRESS_FAMILY(family, options.host, options.port));
  } else {
    socket._unrefTimer();
    connectTo(socket, address, port, family, options);
  }
}

function onAddresses(socket, host, port, options, error, addresses) {
  if (!socket.connecting) return;
  if (error) {
    socket.emit('lookup', error, undefined, undefined, host);
    failLater(socket, error);
    return;
  }
  const usable = [];
  for (const { address, family } of addresses) {
    socket.emit('lookup', error, address, family, host);
    // A listener may have given up.
    if (!socket.connecting) return;
    if (isAddress(address) && isFamily(family)) usable.push({ address, family });
  }
  if (usable.length === 0) {
    const [first] = addresses;
    failLater(
      socket,
      isAddress(first?.address)
        ? new ERR_INVALID_ADDRESS_FAMILY(first.family, options.host, options.port)
        : new ERR_INVALID_IP_ADDRESS(first?.address),
    );
    return;
  }
  socket._unrefTimer();
  if (usable.length === 1) connectTo(socket, usable[0].address, port, usable[0].family, options);
  else new Attempts(socket, interleave(usable), port, options).next();
}

/** The families in turn, beginning with that of the first address (RFC 8305, section 4). */
function interleave(addresses) {
  const first = addresses.filter(({ family }) => family === addresses[0].family);
  const second = addresses.filter(({ family }) => family !== addresses[0].family);
  const result = [];
  for (let i = 0; i < Math.max(first.length, second.length); i++) {
    if (first[i]) result.push(first[i]);
    if (second[i]) result.push(second[i]);
  }
  return result;
}

/** Binds where the program wants the connection to come from. Gives the error, if there is one. */
function bindLocal(handle, { localAddress, localPort }, family) {
  if (!localAddress && !localPort) return undefined;
  const address = localAddress || (family === 6 ? '::' : '0.0.0.0');
  let status = handle.bind(address, localPort || 0, 0);
  // The system says so only later, but the port tells.
  if (status === 0 && localPort > 0) {
    const name = handle.getsockname();
    if (typeof name === 'number') status = name;
    else if (name.port !== localPort) status = UV_EADDRINUSE;
  }
  return status === 0 ? undefined : new ExceptionWithHostPort(status, 'bind', address, localPort);
}

/** Why this address cannot even be tried. */
function refusal(socket, address, family, options) {
  if (socket.blockList?.check(address, `ipv${family}`)) return new ERR_IP_BLOCKED(address);
  return bindLocal(socket._handle, options, family);
}

function connectTo(socket, address, port, family, options) {
  const error = refusal(socket, address, family, options);
  if (error !== undefined) {
    socket.destroy(error);
    return;
  }
  socket.emit('connectionAttempt', address, port, family);
  if (!socket.connecting) return;
  const handle = socket._handle;
  start(socket, () => handle.connect(address, port), address, port, options);
  if (handle.onconnect) announceFailure(socket, handle, address, port, family, options);
}

/** A failed attempt is an event of its own, before the error. */
function announceFailure(socket, handle, address, port, family, options) {
  const { onconnect } = handle;
  handle.onconnect = (status) => {
    if (status !== 0 && status !== UV_ECANCELED && socket._handle === handle && !socket.destroyed) {
      socket.emit('connectionAttemptFailed', address, port, family, connectError(status, address, port, options));
    }
    onconnect(status);
  };
}

/** Happy Eyeballs (RFC 8305): the next address is tried when the one before has failed or taken too long. */
class Attempts {
  #socket;
  #addresses;
  #port;
  #options;
  #timeout;
  #errors = [];
  #at = -1;
  #timer;

  constructor(socket, addresses, port, options) {
    this.#socket = socket;
    this.#addresses = addresses;
    this.#port = port;
    this.#options = options;
    this.#timeout = Math.max(
      options.autoSelectFamilyAttemptTimeout ?? getDefaultAutoSelectFamilyAttemptTimeout(),
      MIN_ATTEMPT_TIMEOUT,
    );
    socket.autoSelectFamilyAttemptedAddresses = [];
  }

  next() {
    const socket = this.#socket;
    require('timers/timers').clearTimeout(this.#timer);
    if (!socket.connecting || socket.destroyed) return;
    if (++this.#at === this.#addresses.length) {
      this.#giveUp();
      return;
    }
    // A native socket has one attempt only.
    if (this.#at > 0) replaceHandle(socket);
    const { address, family } = this.#addresses[this.#at];
    const port = this.#port;
    const error = refusal(socket, address, family, this.#options);
    if (error !== undefined) {
      this.#errors.push(error);
      socket.emit('connectionAttemptFailed', address, port, family, error);
      this.next();
      return;
    }
    socket.autoSelectFamilyAttemptedAddresses.push(`${address}:${port}`);
    socket.emit('connectionAttempt', address, port, family);
    // A listener may have given up.
    if (!socket.connecting) return;
    this.#connect(address, family);
  }

  #connect(address, family) {
    const socket = this.#socket;
    const handle = socket._handle;
    const fail = (status) => {
      const error = connectError(status, address, this.#port, this.#options);
      this.#errors.push(error);
      socket.emit('connectionAttemptFailed', address, this.#port, family, error);
      this.next();
    };
    handle.onconnect = (status) => {
      if (socket._handle !== handle) return;
      require('timers/timers').clearTimeout(this.#timer);
      if (status === 0) finish(socket, handle, 0, address, this.#port);
      else if (!socket.destroyed) fail(status);
    };
    const status = handle.connect(address, this.#port);
    if (status !== 0) fail(status);
    else if (this.#at < this.#addresses.length - 1) this.#limit(address, family);
  }

  /** The last address may take as long as it takes. */
  #limit(address, family) {
    const socket = this.#socket;
    this.#timer = require('timers/timers').setTimeout(() => {
      if (!socket.connecting || socket.destroyed) return;
      this.#errors.push(connectError(UV_ETIMEDOUT, address, this.#port, this.#options));
      socket.emit('connectionAttemptTimeout', address, this.#port, family);
      this.next();
    }, this.#timeout);
    socket.once('close', () => require('timers/timers').clearTimeout(this.#timer));
  }

  #giveUp() {
    const errors = this.#errors;
    if (errors.length === 0) {
      this.#socket.destroy(new ERR_SOCKET_CONNECTION_TIMEOUT());
      return;
    }
    const error = new AggregateError(errors);
    error.code = errors[0].code;
    this.#socket.destroy(error);
  }
}

function replaceHandle(socket) {
  const old = socket._handle;
  old.onconnect = undefined;
  const isRef = old.hasRef();
  old.close();
  socket[kHandle] = null;
  socket._handle = new native.TCP(false);
  if (!isRef) socket._handle.unref();
}

module.exports = {
  connect,
  getDefaultAutoSelectFamily,
  getDefaultAutoSelectFamilyAttemptTimeout,
  normalizeArgs,
  setDefaultAutoSelectFamily,
  setDefaultAutoSelectFamilyAttemptTimeout,
};
