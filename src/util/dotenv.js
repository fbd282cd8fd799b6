// The format of .env files: https://nodejs.org/api/environment_variables.html#env-files
'use strict';

/**
 * Variables of the text of an .env file.
 * @param {string} content
 * @returns {Record<string, string>}
 */
function parse(content) {
  const result = {};
  content = content.replaceAll('\r\n', '\n').replaceAll('\r', '\n');
  let at = 0;
  while (at < content.length) {
    let end = content.indexOf('\n', at);
    if (end < 0) end = content.length;
    const line = content.slice(at, end);
    const trimmed = line.trim();
    const equals = line.indexOf('=');
    if (trimmed === '' || trimmed[0] === '#' || equals < 0) {
      at = end + 1;
      continue;
    }
    let key = line.slice(0, equals).trim();
    if (key.startsWith('export ')) key = key.slice(7).trim();
    let start = at + equals + 1;
    while (start < end && (content[start] === ' ' || content[start] === '\t')) start++;
    const quote = content[start];
    if (quote === '"' || quote === "'" || quote === '`') {
      // A quoted value may span lines; without its end the quote is an ordinary character.
      const close = content.indexOf(quote, start + 1);
      if (close > 0) {
        let value = content.slice(start + 1, close);
        if (quote === '"') value = value.replaceAll('\\n', '\n');
        if (key !== '') result[key] = value;
        at = content.indexOf('\n', close);
        if (at < 0) break;
        at++;
        continue;
      }
    }
    let value = content.slice(start, end);
    const comment = value.indexOf('#');
    if (comment >= 0) value = value.slice(0, comment);
    if (key !== '') result[key] = value.trim();
    at = end + 1;
  }
  return result;
}

module.exports = { parse };
