console.log(require.main === module, module.id, module.children.length, __filename.endsWith('modules-cjs.js'), require.resolve('fs'), require('node:fs') === require('fs'));
console.log(typeof require.cache, Object.keys(require.extensions), module.paths.length > 0, this === module.exports, typeof require('module').createRequire(__filename));
exports.partial = 1;
const again = require(__filename);
console.log(again === module.exports, again.partial, again.missing);
const data = {};
try { require('./package.json'); } catch (error) { console.log(error.code); }
console.log(require('module').isBuiltin('node:test'), require('module').isBuiltin('test'), require('module').builtinModules.includes('fs'), data);
