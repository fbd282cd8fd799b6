// Messages between a process and the children that it forked.
'use strict';

const EventEmitter = require('events/events');
const { ErrnoException, codes } = require('errors/errors');
const { validateObject, validateString } = require('errors/validators');

const { Channel } = binding('child_process');

const {
  ERR_INVALID_ARG_TYPE,
  ERR_INVALID_HANDLE_TYPE,
  ERR_IPC_CHANNEL_CLOSED,
  ERR_IPC_DISCONNECTED,
  ERR_MISSING_ARGS,
} = codes;

/** Prefix of messages that are not for the program. */
const INTERNAL = 'NODE_';

/** How messages become bytes and back. */
const FORMATS = {
  json: {
    encode: (message) => JSON.stringify(message),
    decode: (text) => JSON.parse(text),
  },
  advanced: {
    encode(message) {
      const { Serializer } = require('child_process/serialization');
      return new Serializer().encode(message);
    },
    decode(bytes) {
      const { decode } = require('child_process/serialization');
      return decode(bytes);
    },
  },
};

/** `subprocess.channel` and `process.channel`: says how long the channel keeps the process alive. */
class Control extends EventEmitter {
  #channel;
  #references = 0;
  #explicit = false;

  constructor(channel) {
    super();
    this.#channel = channel;
  }

  get fd() {
    return this.#channel.fd;
  }

  get writeQueueSize() {
    return this.#channel.writeQueueSize;
  }

  hasRef() {
    return this.#channel.hasRef();
  }

  // Listeners for messages keep the process alive, unless ref() or unref() have been called.
  refCounted() {
    if (++this.#references === 1 && !this.#explicit) this.#channel.ref();
  }

  unrefCounted() {
    if (--this.#references === 0 && !this.#explicit) {
      this.#channel.unref();
      this.emit('unref');
    }
  }

  ref() {
    this.#explicit = true;
    this.#channel.ref();
  }

  unref() {
    this.#explicit = true;
    this.#channel.unref();
  }
}

/** Kinds of handles that can be sent, and how each is taken out of its object and made again. */
const HANDLES = {
  'net.Socket': {
    make(fd, message, target) {
      const { Socket } = require('net/net');
      const socket = new Socket({ fd, readable: true, writable: true });
      if (message.key !== undefined) require('child_process/sent_sockets').countSocket(target, message.key, socket);
      return socket;
    },
  },
  'net.Native': {
    make(fd) {
      const handle = require('net/socket').createHandle(fd, false);
      handle.open(fd);
      return handle;
    },
  },
  'dgram.Native': {
    make(fd, message) {
      const handle = require('dgram/handle').newHandle(message.dgramType);
      handle.open(fd);
      return handle;
    },
  },
  'net.Server': {
    make(fd) {
      const { Server } = require('net/net');
      const server = new Server();
      server.listen({ fd });
      return server;
    },
  },
  'dgram.Socket': {
    make(fd, message) {
      const { createSocket } = require('dgram/dgram');
      const socket = createSocket(message.dgramType);
      socket.bind({ fd });
      return socket;
    },
  },
};

function kindOfHandle(handle) {
  const net = require('net/net');
  const { TCP, Pipe } = binding('net');
  if (handle instanceof TCP || handle instanceof Pipe) return 'net.Native';
  if (handle instanceof binding('dgram').UDP) return 'dgram.Native';
  if (handle instanceof net.Socket) return 'net.Socket';
  if (handle instanceof net.Server) return 'net.Server';
  if (handle instanceof require('dgram/dgram').Socket) return 'dgram.Socket';
  throw new ERR_INVALID_HANDLE_TYPE();
}

function fdOfHandle(handle, type) {
  const native = type === 'dgram.Socket' ? require('dgram/state').nativeOf(handle) : (handle._handle ?? handle);
  const fd = native?.fd;
  return typeof fd === 'number' ? fd : -1;
}

/** Lets a socket go without ending the connection. */
function handOver(socket) {
  const server = socket._server;
  const handle = socket._handle;
  socket.setTimeout(0);
  if (handle) {
    handle.onread = undefined;
    handle.close();
    socket._handle = null;
  }
  if (!server) return;
  socket._server = null;
  server._connections--;
  server._emitCloseIfDrained();
}

/** One end of a channel, for a ChildProcess or for `process`. */
class Connection {
  #target;
  #channel;
  #format;
  #control;
  #pendingMessages = []; // arrived before there was a listener
  #closed = false;

  constructor(target, fd, serialization) {
    this.#target = target;
    this.#format = FORMATS[serialization] ?? FORMATS.json;
    this.#channel = new Channel(this.#format === FORMATS.json);
    this.#channel.open(fd);
    this.#control = new Control(this.#channel);
    this.#channel.onmessage = (data, passed) => this.#receive(data, passed);
    this.#channel.onend = () => this.#ended();
    target.channel = this.#control;
    target._channel = null; // deprecated name
    target._handleQueue = null;
    target.connected = true;
    target.on('newListener', () => {
      process.nextTick(() => this.#deliverPending());
    });
    this.#channel.readStart();
  }

  get control() {
    return this.#control;
  }

  #receive(data, fd) {
    let message;
    try {
      message = this.#format.decode(data);
    } catch (error) {
      this.#target.emit('error', error);
      return false;
    }
    let handle;
    let used = false;
    if (message?.cmd === 'NODE_HANDLE' && fd >= 0 && Object.hasOwn(HANDLES, message.type)) {
      used = true;
      handle = HANDLES[message.type].make(fd, message, this.#target);
      message = message.msg;
    }
    this.#dispatch(message, handle);
    return used;
  }

  #dispatch(message, handle) {
    const isInternal =
      typeof message === 'object' &&
      message !== null &&
      typeof message.cmd === 'string' &&
      message.cmd.startsWith(INTERNAL);
    const event = isInternal ? 'internalMessage' : 'message';
    if (!isInternal && this.#target.listenerCount('message') === 0) {
      this.#pendingMessages.push([message, handle]);
      return;
    }
    process.nextTick(() => this.#target.emit(event, message, handle));
  }

  #deliverPending() {
    if (this.#pendingMessages.length === 0 || this.#target.listenerCount('message') === 0) return;
    const messages = this.#pendingMessages;
    this.#pendingMessages = [];
    for (const [message, handle] of messages) this.#target.emit('message', message, handle);
  }

  #ended() {
    this.#target.connected = false;
    if (this.#closed) return;
    this.#closed = true;
    this.#channel.close();
    this.#target.channel = null;
    process.nextTick(() => this.#target.emit('disconnect'));
  }

  /** process.send and subprocess.send */
  send(message, handle, options, callback) {
    if (typeof handle === 'function') {
      callback = handle;
      handle = undefined;
      options = undefined;
    } else if (typeof options === 'function') {
      callback = options;
      options = undefined;
    } else if (options !== undefined) {
      validateObject(options, 'options');
    }
    if (this.#target.connected) return this.sendNow(message, handle, { swallowErrors: false, ...options }, callback);
    this.fail(new ERR_IPC_CHANNEL_CLOSED(), callback);
    return false;
  }

  fail(error, callback) {
    if (typeof callback === 'function') process.nextTick(callback, error);
    else process.nextTick(() => this.#target.emit('error', error));
  }

  sendNow(message, handle, options, callback) {
    if (message === undefined) throw new ERR_MISSING_ARGS('message');
    // Functions and symbols would silently vanish.
    if (
      typeof message !== 'string' &&
      typeof message !== 'object' &&
      typeof message !== 'number' &&
      typeof message !== 'boolean'
    ) {
      throw new ERR_INVALID_ARG_TYPE('message', ['string', 'object', 'number', 'boolean'], message);
    }
    let fd = -1;
    let wrapped = message;
    if (handle !== undefined && handle !== null) {
      const type = kindOfHandle(handle);
      fd = fdOfHandle(handle, type);
      // What has been closed meanwhile cannot go along; the message can.
      if (fd >= 0) {
        wrapped = { cmd: 'NODE_HANDLE', type, msg: message };
        if (type === 'dgram.Socket') wrapped.dgramType = handle.type;
        if (type === 'dgram.Native') wrapped.dgramType = handle.getsockname().family === 'IPv6' ? 'udp6' : 'udp4';
        if (type === 'net.Socket')
          wrapped.key = require('child_process/sent_sockets').announceSocket(this.#target, handle);
      }
    }
    const data = this.#format.encode(wrapped);
    const status = this.#channel.send(data, fd, (code) => {
      if (typeof callback !== 'function') return;
      callback(code === 0 ? null : new ErrnoException(code, 'write'));
    });
    // A socket that was sent belongs to the other side now; the channel has a descriptor of its own.
    if (status === 0 && wrapped.type === 'net.Socket' && wrapped !== message && !options?.keepOpen) handOver(handle);
    if (status !== 0) {
      const error = new ErrnoException(status, 'write');
      if (!options?.swallowErrors) this.fail(error, callback);
      else if (typeof callback === 'function') process.nextTick(callback, error);
      return false;
    }
    return this.#channel.writeQueueSize < 65536 * 2;
  }

  disconnect() {
    if (!this.#target.connected) {
      this.#target.emit('error', new ERR_IPC_DISCONNECTED());
      return;
    }
    this.#disconnect();
  }

  /** What is queued still goes out; then the channel closes. */
  #disconnect() {
    this.#target.connected = false;
    if (this.#closed) return;
    this.#closed = true;
    const finish = () => {
      if (this.#channel.writeQueueSize > 0) {
        require('timers/timers').setImmediate(finish);
        return;
      }
      this.#channel.close();
      this.#target.channel = null;
      this.#target.emit('disconnect');
    };
    process.nextTick(finish);
  }
}

/** Gives `target` send, disconnect and the rest. */
function setupChannel(target, fd, serialization) {
  const connection = new Connection(target, fd, serialization);
  target.send = (message, handle, options, callback) => connection.send(message, handle, options, callback);
  target._send = (message, handle, options, callback) => {
    if (typeof options === 'boolean') options = { swallowErrors: options };
    return connection.sendNow(message, handle, options, callback);
  };
  target.disconnect = () => connection.disconnect();
  target._disconnect = target.disconnect;
  return connection.control;
}

/** The child's side: process.send and its relatives, on the descriptor that the parent named. */
function setupChild(fd, serialization) {
  validateString(serialization, 'serialization');
  const control = setupChannel(process, fd, serialization);
  // Nobody listens yet: the channel must not keep this process alive.
  control.refCounted();
  control.unrefCounted();
  const counts = (name) => name === 'message' || name === 'disconnect';
  process.on('newListener', (name) => {
    if (counts(name)) control.refCounted();
  });
  process.on('removeListener', (name) => {
    if (counts(name)) control.unrefCounted();
  });
}

module.exports = { setupChannel, setupChild };
