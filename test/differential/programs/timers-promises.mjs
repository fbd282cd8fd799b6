import { setTimeout, setImmediate, setInterval, scheduler } from 'node:timers/promises';
console.log(await setTimeout(1, 'value'), await setImmediate('immediate'));
let n = 0;
for await (const value of setInterval(1, 'tick')) { console.log(value); if (++n === 2) break; }
await scheduler.wait(1);
const controller = new AbortController();
const waiting = setTimeout(10_000, null, { signal: controller.signal }).catch((error) => console.log(error.name, error.code));
controller.abort();
await waiting;
const timer = globalThis.setTimeout(() => {}, 1000);
console.log(timer.hasRef(), timer.unref().hasRef(), typeof timer[Symbol.toPrimitive]());
clearTimeout(timer);
