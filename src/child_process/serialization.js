// Messages in the format of structured clone (`serialization: 'advanced'`).
'use strict';

/** Bytes of a message; Buffers and typed arrays keep their kinds. */
class Serializer {
  encode(message) {
    return require('v8/v8').serialize(message);
  }
}

const decode = (bytes) => require('v8/v8').deserialize(bytes);

module.exports = { Serializer, decode };
