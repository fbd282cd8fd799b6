// TypeScript by type stripping: types become spaces, positions stay. https://nodejs.org/api/typescript.html
'use strict';

const { codes } = require('errors/errors');

let amaro;

/**
 * `source` without its types.
 * @param {string} source
 * @param {string} filename for messages
 * @returns {string}
 */
function stripTypes(source, filename) {
  if (filename.includes('/node_modules/')) throw new codes.ERR_UNSUPPORTED_NODE_MODULES_TYPE_STRIPPING(filename);
  const { getOptionValue } = require('cli/options');
  const mode = getOptionValue('--experimental-transform-types') ? 'transform' : 'strip-only';
  const hasSourceMap = mode === 'transform' && getOptionValue('--enable-source-maps');
  const make = () => withSourceMap(transform(source, filename, mode, hasSourceMap));
  const { compileCache } = require('process/state');
  return compileCache === undefined ? make() : compileCache.transpiled(source, filename, mode, hasSourceMap, make);
}

/** The code with its source map, if it has one, in its last line. */
function withSourceMap({ code, map }) {
  if (!map) return code;
  const { Buffer } = require('buffer/buffer');
  return `${code}\n\n//# sourceMappingURL=data:application/json;base64,${Buffer.from(map).toString('base64')}`;
}

/** {code, map} in the mode 'strip-only' or 'transform'. */
function transform(source, filename, mode, sourceMap = false) {
  amaro ??= require('deps/amaro'); // megabytes of WebAssembly: not before somebody has TypeScript
  try {
    return amaro.transformSync(source, { mode, sourceMap, filename });
  } catch (error) {
    const Coded =
      error?.code === 'UnsupportedSyntax'
        ? codes.ERR_UNSUPPORTED_TYPESCRIPT_SYNTAX
        : codes.ERR_INVALID_TYPESCRIPT_SYNTAX;
    const coded = new Coded(error.message);
    if (error.filename || error.snippet) {
      const place = `${error.filename ?? filename}:${error.startLine ?? 1}`;
      coded.stack = `${place}\n${error.snippet ?? ''}\n${'^'.repeat(error.snippet?.length ?? 0)}\n${coded.stack}`;
    }
    throw coded;
  }
}

module.exports = { stripTypes, transform };
