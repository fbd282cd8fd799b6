// The source text of a failed `assert(...)` call, for its message.
'use strict';

/** "The expression evaluated to a falsy value:\n\n  assert(a === b)\n", as far as the source can be had. */
function describeFailedCall(fn) {
  const text = textOfCall(fn);
  return text === undefined ? 'false == true' : `The expression evaluated to a falsy value:\n\n  ${text}\n`;
}

function textOfCall(fn) {
  const holder = {};
  const { stackTraceLimit, prepareStackTrace } = Error;
  Error.stackTraceLimit = 1;
  Error.prepareStackTrace = (_, sites) => sites;
  Error.captureStackTrace(holder, fn);
  const [site] = holder.stack;
  Error.prepareStackTrace = prepareStackTrace;
  Error.stackTraceLimit = stackTraceLimit;
  if (site === undefined) return undefined;
  let file = site.getFileName();
  if (typeof file !== 'string') return undefined;
  if (file.startsWith('file:')) file = require('url/url').fileURLToPath(file);
  if (file[0] !== '/') return undefined;
  let source;
  try {
    source = require('fs/fs').readFileSync(file, 'utf8');
  } catch {
    return undefined;
  }
  const lines = source.split('\n');
  const line = site.getLineNumber() - 1;
  if (lines[line] === undefined) return undefined;
  // The position is that of the call's name or of its parenthesis: step back to where the expression begins.
  const rest = lines.slice(line).join('\n');
  const column = site.getColumnNumber() - 1;
  let start = column;
  while (start > 0 && /[\p{ID_Continue}$.]/u.test(rest[start - 1])) start--;
  // Tokens up to the parenthesis that closes the call.
  const { tokenizer } = require('deps/acorn');
  let depth = 0;
  try {
    for (const token of tokenizer(rest.slice(start), { ecmaVersion: 'latest', sourceType: 'module' })) {
      const { label } = token.type;
      if (label === '(') depth++;
      else if (label === ')' && --depth === 0) return indentLike(rest.slice(start, start + token.end), lines[line]);
      else if (depth === 0 && label !== 'name' && label !== '.' && label !== '?.') return undefined;
    }
  } catch {
    // Not JavaScript as acorn knows it.
  }
  return undefined;
}

/** Further lines lose the indentation of the first. */
function indentLike(text, firstLine) {
  const indent = /^\s*/.exec(firstLine)[0].length;
  return text
    .split('\n')
    .map((line, i) => {
      if (i === 0) return line;
      let at = 0;
      while (at < indent && /\s/.test(line[at] ?? '')) at++;
      return `  ${line.slice(at)}`;
    })
    .join('\n');
}

module.exports = { describeFailedCall };
