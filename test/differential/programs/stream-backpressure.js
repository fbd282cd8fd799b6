const { Writable, Readable } = require('stream');
const w = new Writable({ highWaterMark: 4, write(chunk, encoding, callback) { console.log('write', String(chunk)); setImmediate(callback); } });
console.log(w.write('ab'), w.write('cd'), w.write('ef'), w.writableLength, w.writableNeedDrain);
w.on('drain', () => { console.log('drain', w.writableLength); w.end('last', () => console.log('ended')); });
w.on('finish', () => console.log('finish', w.writableFinished)).on('close', () => console.log('close', w.destroyed));
const r = new Readable({ highWaterMark: 3, read(size) { console.log('read', size, this.readableLength); this.push(this.n === undefined ? 'xyz' : null); this.n = 1; } });
r.on('readable', () => { let chunk; while ((chunk = r.read(2)) !== null) console.log('chunk', String(chunk)); });
r.on('end', () => console.log('end', r.readableEnded));
