const text = 'grüße \u{1f600} \ud800 end';
for (const encoding of ['utf8', 'utf16le', 'latin1', 'ascii', 'base64', 'base64url', 'hex']) {
  const bytes = Buffer.from(text, encoding);
  console.log(encoding, bytes.length, bytes.toString('hex').slice(0, 60), JSON.stringify(bytes.toString(encoding)), Buffer.byteLength(text, encoding));
}
const b = Buffer.from([1, 2, 3, 4, 5, 6, 7, 8]);
console.log(b.readUInt16BE(1), b.readInt32LE(2), b.readDoubleBE(0), b.readBigInt64LE(0), b.readUIntBE(1, 6), b.subarray(-3), b.swap16(), b.indexOf(5), b.includes(9), Buffer.compare(b, b), b.equals(Buffer.alloc(8)));
console.log(Buffer.concat([b, Buffer.from('x')], 12), Buffer.alloc(5, 'ab'), Buffer.from('zz', 'hex'), Buffer.from('YQ', 'base64'), JSON.stringify(Buffer.from('j')), b.toLocaleString('hex'), atob('aGk='), btoa('hi'));
