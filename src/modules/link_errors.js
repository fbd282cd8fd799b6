// Messages of errors in ES modules that say what to do about them.
'use strict';

const { placeOf } = binding('module_wrap');

/**
 * "does not provide an export named": tells how to import from CommonJS.
 * @param {unknown} error of instantiation; its message is changed
 * @param {Map<string, object>} jobs
 * @param {(specifier: string, base: string) => string} resolve
 */
function decorate(error, jobs, resolve) {
  if (!(error instanceof SyntaxError)) return;
  const match = /The requested module '(.*)' does not provide an export named '(.*)'/s.exec(error.message);
  if (match === null) return;
  const [, specifier, name] = match;
  const [, base, line] = /^(.*):\d+\n(.*)\n/.exec(placeOf(error) ?? '') ?? [];
  if (base === undefined) return;
  let target;
  try {
    target = jobs.get(resolve(specifier, base));
  } catch {
    return;
  }
  if (!target?.format.startsWith('commonjs')) return;
  // The statement as a whole, when it stands on one line.
  const [, clause] = /import\s+(?:[\w$]+\s*,\s*)?(\{[^}]*\})\s*from\s*['"]/.exec(line) ?? [];
  const example = clause === undefined ? '' : `const ${clause.replaceAll(/\s+as\s+/g, ': ')} = pkg;\n`;
  error.message =
    `Named export '${name}' not found. The requested module '${specifier}' is a CommonJS module, which may not support all module.exports as named exports.\n` +
    'CommonJS modules can always be imported via the default export, for example using:\n\n' +
    `import pkg from '${specifier}';\n${example}`;
}

/**
 * "require is not defined", in a module: tells what kind of module that is.
 * @param {unknown} error of evaluation; its message is changed
 * @param {Map<string, object>} jobs
 */
function explainGlobals(error, jobs) {
  if (!(error instanceof ReferenceError) || explained.has(error)) return;
  const [, name] = /^(require|exports|module|__filename|__dirname) is not defined$/.exec(error.message) ?? [];
  if (name === undefined) return;
  explained.add(error);
  // The first place in the stack, before anybody has read it: the message is part of it.
  const place = binding('errors').firstPlace(error);
  const job = place === undefined ? undefined : (jobs.get(place) ?? jobs.get(`file://${place}`));
  error.message += ' in ES module scope';
  if (name === 'require') error.message += ', you can use import instead';
  const url = job?.url ?? place;
  if (url?.startsWith('file:') && job?.wrap.hasTopLevelAwait() && isDetected(url)) {
    error.message =
      `Cannot determine intended module format because both '${name}' and top-level await are present. If the code is ` +
      'intended to be CommonJS, wrap await in an async function. If the code is intended to be an ES module, replace ' +
      `${name}${name === 'require' ? '() with import' : ' with its ES module equivalent'}.`;
    error.code = 'ERR_AMBIGUOUS_MODULE_SYNTAX';
    return;
  }
  const config = url?.startsWith('file:') && /\.js(?:[?#]|$)/.test(url) ? packageOf(url) : null;
  if (config?.type === 'module') {
    error.message +=
      `\nThis file is being treated as an ES module because it has a '.js' file extension and '${config.path}' contains ` +
      '"type": "module". To treat it as a CommonJS script, rename it to use the \'.cjs\' file extension.';
  }
}

const explained = new WeakSet();

function packageOf(url) {
  return require('modules/package_json').packageScope(require('url/url').fileURLToPath(url));
}

/** Whether nothing but its syntax made a file an ES module. */
function isDetected(url) {
  const { isAmbiguous } = require('modules/cjs');
  return isAmbiguous(require('url/url').fileURLToPath(url));
}

/** --experimental-print-required-tla: where the top-level awaits are. */
function printAwaits(job) {
  const { rawDebug } = binding('process');
  for (const place of job.wrap.awaits()) rawDebug(`Error: unexpected top-level await at ${place}`);
}

module.exports = { decorate, explainGlobals, printAwaits };
