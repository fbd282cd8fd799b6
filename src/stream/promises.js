// stream/promises: https://nodejs.org/api/stream.html#streams-promises-api
'use strict';

const { finished } = require('stream/end_of_stream');
const { pipelinePromise } = require('stream/pipeline');

function pipeline(...streams) {
  return pipelinePromise(...streams);
}

module.exports = { finished, pipeline };
