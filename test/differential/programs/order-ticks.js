const log = (text) => console.log(text);
setTimeout(() => { log('timeout 1'); process.nextTick(log, 'tick in timeout'); Promise.resolve().then(() => log('microtask in timeout')); }, 1);
// From a timer, since which of a timer and an immediate of the main script comes first is left to chance.
setTimeout(() => { log('timeout 2'); setImmediate(() => { log('immediate'); process.nextTick(log, 'tick in immediate'); }); }, 1);
process.nextTick(() => { log('tick 1'); Promise.resolve().then(() => log('microtask of tick')); process.nextTick(log, 'tick of tick'); });
Promise.resolve().then(() => { log('microtask 1'); process.nextTick(log, 'tick of microtask'); }).then(() => log('microtask 2'));
queueMicrotask(() => log('queued'));
(async () => { log('async'); await null; log('after await'); })();
process.on('beforeExit', () => log('beforeExit'));
process.on('exit', (code) => log(`exit ${code}`));
log('main');
