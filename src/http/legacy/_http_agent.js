'use strict';

const agents = require('http/agent');

module.exports = {
  Agent: agents.Agent,
  get globalAgent() {
    return agents.globalAgent;
  },
};
