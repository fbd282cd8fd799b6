import { Readable } from 'node:stream';
import { setTimeout } from 'node:timers/promises';
console.log(await Readable.from([1, 2, 3, 4]).filter((n) => n % 2 === 0).map(async (n) => { await setTimeout(1); return n * 10; }, { concurrency: 2 }).toArray());
console.log(await Readable.from([1, 2, 3]).reduce((a, b) => a + b), await Readable.from([1, 2]).some((n) => n > 1), await Readable.from([1, 2]).every((n) => n > 1), await Readable.from([5, 6]).find((n) => n > 5));
console.log(await Readable.from([1, 2, 3, 4, 5]).drop(1).take(2).toArray(), await Readable.from([[1], [2, 3]]).flatMap((x) => x).toArray());
await Readable.from([1]).map(() => { throw new Error('in map'); }).toArray().catch((error) => console.log(error.message));
