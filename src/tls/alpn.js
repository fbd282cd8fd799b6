// Names of protocols in the form in which TLS sends them.
'use strict';

const { Buffer } = require('buffer/buffer');
const { codes } = require('errors/errors');

/**
 * tls.convertALPNProtocols: sets `out.ALPNProtocols` to length and name, again and again.
 * @param {string[]|Buffer|TypedArray|DataView} protocols
 * @param {object} out
 */
function convertALPNProtocols(protocols, out) {
  if (Array.isArray(protocols)) {
    const parts = [];
    for (let i = 0; i < protocols.length; i++) {
      const name = Buffer.from(protocols[i]);
      if (name.length > 255) {
        throw new codes.ERR_OUT_OF_RANGE(
          `The byte length of the protocol at index ${i} exceeds the maximum length.`,
          '<= 255',
          name.length,
          true,
        );
      }
      parts.push(Buffer.from([name.length]), name);
    }
    out.ALPNProtocols = Buffer.concat(parts);
  } else if (ArrayBuffer.isView(protocols)) {
    out.ALPNProtocols = Buffer.from(
      protocols.buffer.slice(protocols.byteOffset, protocols.byteOffset + protocols.byteLength),
    );
  }
}

module.exports = { convertALPNProtocols };
