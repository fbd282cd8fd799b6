const EventEmitter = require('events');
const { once, on } = EventEmitter;
const e = new EventEmitter();
e.on('newListener', (name) => console.log('new', name));
e.once('a', (...args) => console.log('once', ...args));
e.prependListener('a', () => console.log('first'));
console.log(e.emit('a', 1, 2), e.emit('a'), e.emit('none'), e.listenerCount('a'), e.eventNames());
try { e.emit('error', new Error('unheard')); } catch (error) { console.log(error.message); }
try { e.emit('error', { not: 'an error' }); } catch (error) { console.log(error.code, error.message); }
for (let i = 0; i < 11; i++) e.on('many', () => {});
(async () => {
  setTimeout(() => e.emit('later', 'x', 'y'), 1);
  console.log(await once(e, 'later'));
  setTimeout(() => { e.emit('stream', 1); e.emit('stream', 2); e.emit('end'); }, 1);
  for await (const [value] of on(e, 'stream', { close: ['end'] })) console.log('got', value);
})();
