const qs = require('querystring');
console.log(qs.parse('a=1&a=2&b=%E4%BD%A0&c&=d&e=+x%zz'), qs.stringify({ a: [1, 2], b: 'x y&', c: true, d: null, e: 1n }), qs.escape('ä b'), qs.unescape('%41%'));
const { StringDecoder } = require('string_decoder');
const bytes = Buffer.from('€ü\u{1f600}');
for (const encoding of ['utf8', 'utf16le', 'base64', 'hex', 'latin1']) {
  const decoder = new StringDecoder(encoding);
  let text = '';
  for (const byte of bytes) text += `${decoder.write(Buffer.from([byte]))}|`;
  console.log(encoding, JSON.stringify(text + decoder.end()));
}
