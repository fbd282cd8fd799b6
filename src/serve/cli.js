// vireo serve [options] app.js: serves `export default { fetch(request, info) }`.
'use strict';

const USAGE = `usage: vireo serve [--port N] [--host NAME] [--socket PATH] [--workers N|auto] FILE

  FILE has a default export with a method fetch(request, info), and perhaps error(error)
  --port     where to listen (default: PORT of the environment, or 8000; 0: any free port)
  --host     on which address (default: HOST of the environment, or 0.0.0.0)
  --socket   a Unix socket instead
  --workers  so many processes share the port; auto: as many as there are processors
`;

function fail(message) {
  process.stderr.write(`vireo serve: ${message}\n${USAGE}`);
  process.exit(9);
}

function parse(args) {
  const { parseArgs } = require('util/util');
  let parsed;
  try {
    parsed = parseArgs({
      args,
      allowPositionals: true,
      options: {
        port: { type: 'string', short: 'p' },
        host: { type: 'string' },
        socket: { type: 'string' },
        workers: { type: 'string', short: 'w' },
        help: { type: 'boolean', short: 'h' },
      },
    });
  } catch (error) {
    return fail(error.message);
  }
  const { values, positionals } = parsed;
  if (values.help) {
    process.stdout.write(USAGE);
    process.exit(0);
  }
  if (positionals.length === 0) fail('no file given');
  // A worker is told where its siblings listen.
  const port = Number(process.env.VIREO_SERVE_PORT ?? values.port ?? process.env.PORT ?? 8000);
  if (!Number.isInteger(port) || port < 0 || port > 65535) fail(`no port: ${values.port ?? process.env.PORT}`);
  let workers = 1;
  if (values.workers === 'auto') workers = require('os/os').availableParallelism();
  else if (values.workers !== undefined) workers = Number(values.workers);
  if (!Number.isInteger(workers) || workers < 1 || workers > 1024) fail(`no number of workers: ${values.workers}`);
  return {
    file: require('path/path').resolve(positionals[0]),
    rest: positionals.slice(1),
    port,
    hostname: values.host ?? process.env.HOST,
    path: values.socket,
    workers,
  };
}

/** What the program exports, as options of serve(). */
async function load(file) {
  const { pathToFileURL } = require('url/url');
  const url = pathToFileURL(file).href;
  const namespace = await require('modules/esm').importFrom(url, undefined, undefined, { isMain: true });
  const app = namespace.default ?? namespace;
  if (typeof app === 'function') return { fetch: app };
  if (typeof app?.fetch !== 'function') fail(`${file} has no default export with a method fetch()`);
  return {
    ...app,
    fetch: (request, info) => app.fetch(request, info),
    error: typeof app.error === 'function' ? (error) => app.error(error) : undefined,
  };
}

/** Stops `server` at the first signal; at the second the process ends as it would have. */
function stopOnSignals(server) {
  for (const signal of ['SIGTERM', 'SIGINT']) {
    const onSignal = () => {
      process.off(signal, onSignal);
      server.stop().then(() => process.exit(0));
    };
    process.on(signal, onSignal);
  }
}

async function serveHere({ file, port, hostname, path }) {
  const { serve } = require('serve/server');
  const app = await load(file);
  const isWorker = process.env.VIREO_SERVE_WORKER !== undefined;
  const server = serve({
    ...app,
    port: app.port !== undefined && port === 8000 && !isWorker ? app.port : port,
    hostname: hostname ?? app.hostname,
    path: path ?? app.path,
    reusePort: isWorker,
  });
  try {
    await server.ready;
  } catch (error) {
    process.stderr.write(`vireo serve: ${error.message}\n`);
    process.exit(1);
  }
  stopOnSignals(server);
  if (isWorker) process.send?.('listening');
  else process.stdout.write(`Listening on ${server.path ?? server.url.href}\n`);
}

/** Runs the command. */
function run(args) {
  const options = parse(args);
  process.argv = [process.argv[0], options.file, ...options.rest];
  if (options.workers > 1 && process.env.VIREO_SERVE_WORKER === undefined) {
    if (options.path !== undefined) fail('workers share a port, not a socket');
    require('serve/workers').supervise(options, args);
    return;
  }
  require('modules/entry').runAsync(() => serveHere(options));
}

module.exports = { run };
