import fs, { readFileSync } from 'node:fs';
import * as ns from 'node:path';
import { createRequire } from 'node:module';
console.log(fs.readFileSync === readFileSync, typeof ns.default, import.meta.url.startsWith('file:'), import.meta.filename.endsWith('modules-esm.mjs'), import.meta.main, import.meta.resolve('node:fs'));
const require = createRequire(import.meta.url);
console.log(typeof require('node:os').cpus, typeof module === 'undefined', this);
import('./modules-esm.mjs').then((self) => console.log(Object.keys(self), self[Symbol.toStringTag]));
export const value = 1;
export default function named() {}
try { await import('data:text/javascript,export default 5').then((m) => console.log(m.default)); } catch (error) { console.log(error.code); }
await import('data:application/json,{"a":1}', { with: { type: 'json' } }).then((m) => console.log(m.default));
await import('data:application/json,{}').catch((error) => console.log(error.code));
await import('node:nope').catch((error) => console.log(error.code));
