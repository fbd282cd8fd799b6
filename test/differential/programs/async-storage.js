const { AsyncLocalStorage, AsyncResource } = require('async_hooks');
const storage = new AsyncLocalStorage();
const show = (where) => console.log(where, storage.getStore());
storage.run({ id: 1 }, () => {
  show('run');
  setTimeout(() => show("timeout"), 50);
  setImmediate(() => show('immediate'));
  process.nextTick(() => show('tick'));
  Promise.resolve().then(() => show('then'));
  require('fs').stat('.', () => show('fs'));
  storage.exit(() => show('exit'));
  const bound = AsyncResource.bind(() => show('bound'));
  const snapshot = AsyncLocalStorage.snapshot();
  storage.run({ id: 2 }, () => { bound(); snapshot(() => show('snapshot')); (async () => { await null; show('await'); })(); });
});
show('outside');
storage.enterWith('entered');
show('after');
