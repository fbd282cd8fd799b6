console.log(structuredClone({ a: new Map([[1, new Set([2])]]), d: new Date(0), e: new Error('x').message, b: 1n, r: /x/g }));
try { structuredClone(Symbol()); } catch (error) { console.log(error.name, error.code, error.message); }
const { port1 } = typeof MessageChannel === 'function' ? {} : {};
console.log(port1, typeof WebAssembly.compile, typeof queueMicrotask, performance.now() > 0, typeof performance.timeOrigin, new Blob(['ab', 'c']).size);
new Blob(['abc'], { type: 'Text/X' }).slice(1).text().then(console.log);
console.log(new TextEncoder().encode('€'), new TextDecoder('utf-16le').decode(new Uint8Array([0x61, 0])), new DOMException('m', 'AbortError').code, Object.prototype.toString.call(globalThis), globalThis === global);
WebAssembly.compile(new Uint8Array([0, 97, 115, 109, 1, 0, 0, 0])).then((m) => console.log(m, 'compiled'));
