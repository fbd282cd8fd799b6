// TypeScript is stripped of its types where a file's name asks for it.
const fs = require('fs');
const path = require('path');
const file = path.join(fs.mkdtempSync(path.join(require('os').tmpdir(), 'differential-')), 'x.ts');
fs.writeFileSync(file, 'interface P { x: number }\nconst p: P = { x: 1 as number };\nexport function f<T>(v: T): T { return v; }\nconsole.log(p.x, f<string>("s"));\n');
console.log(Object.keys(require(file)));
const bad = file.replace('x.ts', 'y.ts');
fs.writeFileSync(bad, 'enum E { A }\nconsole.log(E.A);\n');
try { require(bad); } catch (error) { console.log(error.code); }
