const util = require('util');
const value = { list: [1, 2, [3, [4]]], map: new Map([['k', { deep: { deeper: {} } }]]), text: 'a'.repeat(30), [Symbol('hidden')]: 1, get accessor() { return 5; } };
for (const options of [{ compact: false }, { depth: 0 }, { depth: null }, { breakLength: 20 }, { sorted: true }, { getters: true }, { colors: true }, { maxArrayLength: 1 }, { maxStringLength: 4 }, { showHidden: true, depth: 1 }]) {
  console.log(util.inspect(value, options));
}
console.log(util.inspect({ [util.inspect.custom]: (depth, options) => `custom ${depth} ${options.compact}` }), util.format('%s', { toString: () => 'own' }));
