// Conversions between Node's streams and WHATWG streams: not built yet.
'use strict';

module.exports = require('modules/not_built').notBuilt('stream', {
  functions: [
    'newStreamReadableFromReadableStream',
    'newReadableStreamFromStreamReadable',
    'newStreamWritableFromWritableStream',
    'newWritableStreamFromStreamWritable',
    'newStreamDuplexFromReadableWritablePair',
    'newReadableWritablePairFromDuplex',
  ],
});
