// WebAssembly.compileStreaming() and instantiateStreaming() (https://webassembly.github.io/spec/web-api): from a Response.
'use strict';

const { codes } = require('errors/errors');

/** The bytes of what `source` resolves to. @throws {TypeError} it is no fit Response */
async function bytesOf(source) {
  const response = await source;
  const { isResponse, stateOf } = require('fetch/response');
  if (!isResponse(response)) {
    throw new codes.ERR_INVALID_ARG_TYPE('source', ['Response', 'Promise resolving to Response'], response);
  }
  const state = stateOf(response);
  if (state.contentType?.toLowerCase() !== 'application/wasm') {
    const shown = state.contentType === null ? null : state.contentType;
    throw new codes.ERR_WEBASSEMBLY_RESPONSE(`has unsupported MIME type '${shown}'`);
  }
  if (state.status < 200 || state.status > 299) {
    throw new codes.ERR_WEBASSEMBLY_RESPONSE(`has status code ${state.status}`);
  }
  const { body } = state;
  if (body === null) return new Uint8Array(0);
  if (body.unusable) throw new codes.ERR_WEBASSEMBLY_RESPONSE('body has already been used');
  return body.collect();
}

/** Errors name the function that was called. */
async function compile(source, name) {
  const bytes = await bytesOf(source);
  try {
    return await WebAssembly.compile(bytes);
  } catch (error) {
    error.message = error.message.replace('WebAssembly.compile()', `WebAssembly.${name}()`);
    throw error;
  }
}

const methods = {
  compileStreaming(source) {
    return compile(source, 'compileStreaming');
  },
  async instantiateStreaming(source, imports = undefined) {
    if (imports !== undefined && (imports === null || typeof imports !== 'object') && typeof imports !== 'function') {
      throw new TypeError('WebAssembly.instantiateStreaming(): Argument 1 must be an object');
    }
    const module = await compile(source, 'instantiateStreaming');
    return { module, instance: await WebAssembly.instantiate(module, imports) };
  },
};

module.exports = methods;
