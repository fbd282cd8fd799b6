// node:cluster: https://nodejs.org/api/cluster.html. A process is a worker when a primary says so in its environment.
'use strict';

module.exports = require('cluster/start').isWorker() ? require('cluster/child') : require('cluster/primary');
