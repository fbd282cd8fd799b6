const url = require('url');
for (const input of ['https://user:pa%20ss@exämple.com:8080/a/../b%2fc?q=1&q=2#frag', 'file:///C:/x y', 'http://[::1]:80/', 'javascript:alert(1)', 'http://1.2.3', 'https://a.b/%zz']) {
  try { const u = new URL(input); console.log(u.href, u.host, u.pathname, u.search, u.origin, [...u.searchParams]); } catch (error) { console.log(error.code, error.input); }
}
const params = new URLSearchParams('a=1&b=2&a=%F0%9F%98%80+x');
params.append('c', 'd&e');
params.sort();
console.log(String(params), params.getAll('a'), params.has('b', '2'), params.size, params);
console.log(url.parse('http://a.com:80/p?x=y#z'), url.format({ protocol: 'http', host: 'h', pathname: 'p', query: { a: 1 } }), url.resolve('/one/two', '../three'), url.fileURLToPath('file:///a%20b'), url.pathToFileURL('/a b#?').href);
console.log(new URL('http://x/y'), URL.canParse('nope'), url.domainToASCII('español.com'));
