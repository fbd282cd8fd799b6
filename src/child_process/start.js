// At the start of a process that was forked: opens its end of the channel to its parent.
'use strict';

require('engine/lifecycle').onStart(() => {
  const { NODE_CHANNEL_FD: text, NODE_CHANNEL_SERIALIZATION_MODE: serialization = 'json' } = process.env;
  if (!text) return;
  const fd = Number.parseInt(text, 10);
  // Its own children have nothing to do with it.
  delete process.env.NODE_CHANNEL_FD;
  delete process.env.NODE_CHANNEL_SERIALIZATION_MODE;
  if (!(fd >= 0)) return;
  require('child_process/ipc').setupChild(fd, serialization);
  require('cluster/start').start();
});
