import assert from 'node:assert';
import querystring from 'node:querystring';
import url, { URL, URLPattern, URLSearchParams } from 'node:url';
import { inspect } from 'node:util';

import { Input, attempt } from './input.mjs';

const SETTERS = ['href', 'protocol', 'username', 'password', 'host', 'hostname', 'port', 'pathname', 'search', 'hash'];

function checkParsed(parsed) {
  const again = new URL(parsed.href);
  assert.strictEqual(again.href, parsed.href);
  for (const name of ['origin', ...SETTERS]) assert.strictEqual(again[name], parsed[name], name);
  assert.ok(URL.canParse(parsed.href));
  inspect(parsed);
  attempt(() => url.fileURLToPath(parsed));
  attempt(() => url.fileURLToPath(parsed, { windows: true }));
  url.urlToHttpOptions(parsed);
  url.format(parsed, { fragment: false, unicode: true, auth: false });
}

globalThis.fuzz = (bytes) => {
  const input = new Input(bytes);
  const text = input.text();
  const base = input.number(2) === 0 ? undefined : input.text();
  const parsed = attempt(() => new URL(text, base));
  assert.strictEqual(URL.canParse(text, base), parsed !== undefined);
  assert.strictEqual(URL.parse(text, base)?.href, parsed?.href);
  if (parsed) {
    checkParsed(parsed);
    for (let i = input.number(4); i > 0; i--) {
      const name = input.pick(SETTERS);
      const value = input.text();
      attempt(() => (parsed[name] = value));
      checkParsed(parsed);
    }
    parsed.searchParams.append(input.text(), input.text());
    parsed.searchParams.sort();
    checkParsed(parsed);
  }

  const params = new URLSearchParams(text);
  assert.strictEqual(new URLSearchParams(params.toString()).toString(), params.toString());
  attempt(() => querystring.stringify(querystring.parse(text)), URIError);
  url.domainToUnicode(url.domainToASCII(text));
  const legacy = attempt(() => url.parse(text, true, true), URIError);
  if (legacy) {
    assert.strictEqual(typeof url.format(legacy), 'string');
    attempt(() => legacy.resolve(base ?? ''), URIError);
  }
  if (text.length < 64) {
    const pattern = attempt(() => new URLPattern(text, base), TypeError);
    if (pattern) {
      attempt(() => pattern.exec(input.text()), TypeError);
      inspect(pattern);
    }
  }
};
