class Foo { constructor() { this.x = 1; } get y() { return 2; } }
const circular = { name: 'c' };
circular.self = circular;
console.log(new Foo(), [1, , 3], { a: { b: { c: { d: 1 } } } }, circular, [undefined, null, -0, 1n, Symbol('s')]);
console.log(new Map([[{ k: 1 }, new Set(['v'])]]), new WeakMap(), Promise.resolve(1), Promise.reject(2).catch(() => {}) && 1, (a, b) => a, class Bar extends Foo {});
console.log(new Date(0), /x/gi, new Error('e').message, Object.create(null), new Proxy({ p: 1 }, {}), Buffer.from('abc'), new Uint8Array(3), new ArrayBuffer(2));
console.log(Array.from({ length: 120 }, (_, i) => i), 'x'.repeat(5), ['a\nb', "it's", `"both" 'quotes'`]);
console.dir({ a: { b: { c: {} } } }, { depth: 0 });
console.table([{ a: 1, b: 'x' }, { a: 2, c: true }]);
console.group('group');
console.log('inside\nlines');
console.groupEnd();
console.log('%s|%d|%i|%f|%j|%o|%O|%%|%c', 'str', 42, 4.2, 4.2, { a: 1 }, [1], { b: 2 }, 'css', 'rest');
