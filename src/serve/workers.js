// Several processes on one port (SO_REUSEPORT: the kernel deals the connections out), and a supervisor that keeps them.
'use strict';

const MAX_DELAY = 10_000;

/** The port that all will share: kept by a socket that is bound and does not listen. */
function reserve({ port, hostname = '0.0.0.0' }) {
  const native = binding('net');
  const handle = new native.TCP(true);
  const host = hostname === 'localhost' ? '127.0.0.1' : hostname;
  const status = handle.bind(host, port, native.UV_TCP_REUSEPORT);
  if (status !== 0) {
    const { ErrnoException } = require('errors/errors');
    process.stderr.write(`vireo serve: ${new ErrnoException(status, 'bind', `${host}:${port}`).message}\n`);
    process.exit(1);
  }
  const name = handle.getsockname();
  return { handle, port: typeof name === 'object' ? name.port : port };
}

/** Starts the workers, starts them again when they die, ends them with this process. */
function supervise(options, args) {
  const { spawn } = require('child_process/child_process');
  const { setTimeout } = require('timers/timers');
  const reserved = reserve(options);
  const children = new Set();
  let stopping = false;
  let ready = 0;
  let announced = false;
  let delay = 0;

  const start = () => {
    const child = spawn(process.execPath, [...process.execArgv, 'serve', ...args], {
      stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
      env: {
        ...process.env,
        VIREO_SERVE_WORKER: '1',
        VIREO_SERVE_PORT: `${reserved.port}`,
      },
    });
    children.add(child);
    let listened = false;
    child.on('message', (message) => {
      if (message !== 'listening') return;
      listened = true;
      delay = 0;
      ready++;
      if (ready < options.workers || announced) return;
      announced = true;
      const host = options.hostname ?? 'localhost';
      process.stdout.write(
        `Listening on http://${host.includes(':') ? `[${host}]` : host}:${reserved.port}/ with ${options.workers} workers\n`,
      );
    });
    child.on('exit', (code, signal) => {
      children.delete(child);
      if (stopping) {
        if (children.size === 0) process.exit(0);
        return;
      }
      if (listened) ready--;
      // A program that cannot even start will not be helped by trying again.
      if (!announced && !listened) {
        stopping = true;
        for (const other of children) other.kill('SIGTERM');
        process.exit(code ?? 1);
      }
      process.stderr.write(`vireo serve: a worker ended (${signal ?? code}); starting another\n`);
      delay = Math.min(delay === 0 ? 100 : delay * 2, MAX_DELAY);
      setTimeout(() => {
        if (!stopping) start();
      }, delay);
    });
  };
  for (const signal of ['SIGTERM', 'SIGINT']) {
    process.on(signal, () => {
      stopping = true;
      for (const child of children) child.kill(signal);
    });
  }
  for (let i = 0; i < options.workers; i++) start();
}

module.exports = { supervise };
