// Messages for imports that do not fit what is exported.
'use strict';

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
  for (const each of jobs.values()) {
    let target;
    try {
      target = jobs.get(resolve(specifier, each.url));
    } catch {
      continue;
    }
    if (!target?.format?.startsWith('commonjs')) continue;
    const bindings = importClauseOf(each, specifier, name);
    const text = JSON.stringify(specifier);
    error.message =
      `Named export '${name}' not found. The requested module '${specifier}' is a CommonJS module, which may not support all module.exports as named exports.\n` +
      'CommonJS modules can always be imported via the default export, for example using:\n\n' +
      `import pkg from ${text.replaceAll('"', "'")};\n${bindings === undefined ? '' : `const ${bindings} = pkg;\n`}`;
    return;
  }
}

/** The names of `import { a as b } from 'specifier'`, as a destructuring pattern. */
function importClauseOf(job, specifier, name) {
  if (!job.url.startsWith('file:')) return undefined;
  let source;
  try {
    source = binding('modules').readText(require('url/url').fileURLToPath(job.url));
  } catch {
    return undefined;
  }
  const quoted = specifier.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
  const pattern = new RegExp(`import\\s+(?:[\\w$]+\\s*,\\s*)?(\\{[^}]*\\})\\s*from\\s*(['"])${quoted}\\2`, 'g');
  for (const [, clause] of source.matchAll(pattern)) {
    if (!clause.includes(name)) continue;
    return clause.replaceAll(/\s+as\s+/g, ': ');
  }
  return undefined;
}

/** --experimental-print-required-tla: where the top-level awaits are. */
function printAwaits(job) {
  const { rawDebug } = binding('process');
  rawDebug(`Error: unexpected top-level await in ${job.url}`);
}

module.exports = { decorate, printAwaits };
