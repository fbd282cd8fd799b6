const fs = require('fs');
const tries = [
  () => Buffer.alloc('x'), () => Buffer.alloc(-1), () => Buffer.from(5), () => fs.readFileSync({}), () => fs.openSync('x', 'zz'),
  () => new URL('nope'), () => setTimeout('x'), () => require('path').join(1), () => new (require('events'))().on('x', 1),
  () => require('util').promisify(1), () => process.chdir(5), () => require('net').connect({ port: 99999 }), () => Buffer.alloc(4).readUInt32LE(2),
  () => Buffer.alloc(4).writeUInt8(300), () => new TextDecoder('nope'), () => structuredClone(() => {}), () => process.kill(1, 'SIGNOPE'),
  () => require('child_process').spawn(''), () => fs.mkdirSync('x\0y'), () => queueMicrotask(1),
];
for (const each of tries) {
  try { each(); console.log('no error'); } catch (error) { console.log(error.name, error.code, error.message); }
}
