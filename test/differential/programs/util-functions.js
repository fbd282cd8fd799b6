const util = require('util');
console.log(util.parseArgs({ args: ['-f', '--bar', 'b', 'pos', '--no-color'], options: { foo: { type: 'boolean', short: 'f' }, bar: { type: 'string' }, color: { type: 'boolean' } }, allowPositionals: true, allowNegative: true }));
try { util.parseArgs({ args: ['--nope'], options: {} }); } catch (error) { console.log(error.code, error.message); }
console.log(util.inspect(util.styleText('red', 'x', { validateStream: false })), util.stripVTControlCharacters('\u001b[31mred\u001b[0m'), util.types.isDate(new Date()), util.isDeepStrictEqual({ a: [1] }, { a: [1] }), util.toUSVString('\ud800'));
console.log(new util.MIMEType('text/html; charset="utf-8";x=y').toString(), util.getSystemErrorName(-2), util.parseEnv('A=1\nB="x y"'));
util.promisify(setTimeout)(1, 'v').then(console.log);
util.promisify((callback) => callback(new Error('no')))().catch((error) => console.log(error.message));
util.callbackify(async (x) => x + 1)(1, (error, value) => console.log(error, value));
const old = util.deprecate(() => 'old', 'is old', 'DEP1');
console.log(old(), old());
console.log(util.types.isProxy(new Proxy({}, {})), util.types.isAsyncFunction(async () => {}), util.inspect(new util.TextDecoder().decode(new Uint8Array([0xe2, 0x82, 0xac]))));
