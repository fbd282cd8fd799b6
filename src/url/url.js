// node:url.
'use strict';

const native = binding('url');
const { codes } = require('errors/errors');
const { URL, URLSearchParams } = require('url/whatwg');
const { fileURLToPath, fileURLToPathBuffer, pathToFileURL, urlToHttpOptions } = require('url/file_urls');
const legacy = require('url/legacy');

/** Punycode of a host name; empty for an invalid one. */
function domainToASCII(domain) {
  if (arguments.length < 1) throw new codes.ERR_MISSING_ARGS('domain');
  return native.domainToASCII(`${domain}`);
}

function domainToUnicode(domain) {
  if (arguments.length < 1) throw new codes.ERR_MISSING_ARGS('domain');
  return native.domainToUnicode(`${domain}`);
}

module.exports = {
  Url: legacy.Url,
  parse: legacy.urlParse,
  resolve: legacy.urlResolve,
  resolveObject: legacy.urlResolveObject,
  format: legacy.urlFormat,
  URL,
  get URLPattern() {
    const { URLPattern } = require('url/url_pattern');
    Object.defineProperty(module.exports, 'URLPattern', {
      __proto__: null,
      value: URLPattern,
      writable: true,
      configurable: true,
      enumerable: true,
    });
    return URLPattern;
  },
  URLSearchParams,
  domainToASCII,
  domainToUnicode,
  pathToFileURL,
  fileURLToPath,
  fileURLToPathBuffer,
  urlToHttpOptions,
};
