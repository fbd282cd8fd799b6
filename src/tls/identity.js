// tls.checkServerIdentity: whether a certificate is one of the host that was asked for (RFC 6125).
'use strict';

const { codes } = require('errors/errors');
const { isIP } = require('net/net');

const { ERR_TLS_CERT_ALTNAME_FORMAT, ERR_TLS_CERT_ALTNAME_INVALID } = codes;

/** Lower case of ASCII alone; the rest of Unicode has look-alikes. */
const lower = (text) => text.replace(/[A-Z]/g, (letter) => letter.toLowerCase());
const labels = (name) => lower(name.endsWith('.') ? name.slice(0, -1) : name).split('.');

function matches(host, pattern, wildcards) {
  if (!pattern) return false;
  const wanted = labels(pattern);
  if (host.length !== wanted.length || wanted.includes('')) return false;
  // Only what DNS can have, so that nobody smuggles in a name of two readings.

  const unsafe = (label) => /[^\u0021-\u007f]/u.test(label);
  if (wanted.some(unsafe)) return false;
  for (let i = host.length - 1; i > 0; i--) if (host[i] !== wanted[i]) return false;
  const [first] = host;
  const [mask] = wanted;
  const parts = mask.split('*', 3);
  if (parts.length === 1 || mask.includes('xn--')) return first === mask;
  if (!wildcards || parts.length > 2 || wanted.length <= 2) return false;
  const [before, behind] = parts;
  return before.length + behind.length <= first.length && first.startsWith(before) && first.endsWith(behind);
}

/** Names of a subjectAltName text; names of strange characters are quoted there as JSON. */
function splitNames(text) {
  const names = [];
  let rest = text;
  while (rest !== '') {
    const quote = rest.indexOf('"');
    const comma = rest.indexOf(', ');
    if (quote !== -1 && (comma === -1 || quote < comma)) {
      const match = /^"(?:[^"\\\u0000-\u001f]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*"/.exec(rest.slice(quote));
      if (match === null) throw new ERR_TLS_CERT_ALTNAME_FORMAT();
      names.push(rest.slice(0, quote) + JSON.parse(match[0]));
      rest = rest.slice(quote + match[0].length);
      if (rest !== '' && !rest.startsWith(', ')) throw new ERR_TLS_CERT_ALTNAME_FORMAT();
      rest = rest.slice(2);
    } else if (comma === -1) {
      names.push(rest);
      rest = '';
    } else {
      names.push(rest.slice(0, comma));
      rest = rest.slice(comma + 2);
    }
  }
  return names;
}

/** An IP address as a certificate has it: without shortening. */
function canonicalAddress(address) {
  const family = isIP(address);
  if (family !== 6) return family === 4 ? address : undefined;
  const { SocketAddress } = require('net/net');
  return SocketAddress ? new SocketAddress({ address, family: 'ipv6' }).address : address;
}

/**
 * @param {string} hostname
 * @param {object} cert as of getPeerCertificate()
 * @returns {Error|undefined}
 */
function checkServerIdentity(hostname, cert) {
  const { subject, subjectaltname: text } = cert;
  const dnsNames = [];
  const addresses = [];
  hostname = `${hostname}`;
  if (text) {
    for (const name of text.includes('"') ? splitNames(text) : text.split(', ')) {
      if (name.startsWith('DNS:')) dnsNames.push(name.slice(4));
      else if (name.startsWith('IP Address:')) addresses.push(canonicalAddress(name.slice(11)));
    }
  }

  let valid = false;
  let reason = 'Unknown reason';
  hostname = hostname.endsWith('.') ? hostname.slice(0, -1) : hostname;
  if (isIP(hostname)) {
    valid = addresses.includes(canonicalAddress(hostname));
    if (!valid) reason = `IP: ${hostname} is not in the cert's list: ${addresses.join(', ')}`;
  } else if (dnsNames.length > 0 || subject?.CN) {
    const host = labels(hostname);
    const wildcard = (pattern) => matches(host, pattern, true);
    if (dnsNames.length > 0) {
      valid = dnsNames.some(wildcard);
      if (!valid) reason = `Host: ${hostname}. is not in the cert's altnames: ${text}`;
    } else {
      const { CN } = subject;
      valid = Array.isArray(CN) ? CN.some(wildcard) : matches(host, CN, true);
      if (!valid) reason = `Host: ${hostname}. is not cert's CN: ${CN}`;
    }
  } else {
    reason = 'Cert does not contain a DNS name';
  }
  return valid ? undefined : new ERR_TLS_CERT_ALTNAME_INVALID(reason, hostname, cert);
}

module.exports = { checkServerIdentity };
