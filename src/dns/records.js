// Records of a name server's answer, [type, ttl, fields...], as the resolve functions give them.
'use strict';

/** Numbers of the record types (RFC 1035 and after). */
const TYPES = {
  __proto__: null,
  A: 1,
  NS: 2,
  CNAME: 5,
  SOA: 6,
  PTR: 12,
  MX: 15,
  TXT: 16,
  AAAA: 28,
  SRV: 33,
  NAPTR: 35,
  TLSA: 52,
  ANY: 255,
  CAA: 257,
};

/** The object of one record; `type` is what resolveAny() says it is. */
const SHAPES = {
  __proto__: null,
  MX: ([, , priority, exchange]) => ({ exchange, priority, type: 'MX' }),
  SRV: ([, , priority, weight, port, name]) => ({ name, port, priority, weight, type: 'SRV' }),
  NAPTR: ([, , order, preference, flags, service, regexp, replacement], type) => ({
    flags,
    service,
    regexp,
    replacement,
    order,
    preference,
    type,
  }),
  SOA: ([, , nsname, hostmaster, serial, refresh, retry, expire, minttl], type) => ({
    nsname,
    hostmaster,
    serial,
    refresh,
    retry,
    expire,
    minttl,
    type,
  }),
  // The tag comes from the network and may be any name: a computed one never sets a prototype.
  CAA: ([, , critical, tag, value]) => ({ critical, type: 'CAA', [tag]: value }),
  TLSA: ([, , certUsage, selector, match, { buffer: data }], type) => {
    const record = { certUsage, selector, match, data };
    return type === undefined ? record : { ...record, type };
  },
};

const of = (records, type) => records.filter(([each]) => each === TYPES[type]);
const fields = (records, type) => of(records, type).map(([, , value]) => value);

/** Addresses live no longer than the aliases that led to them. */
function addresses(records, type) {
  const aliases = of(records, 'CNAME').map(([, ttl]) => ttl);
  return of(records, type).map(([, ttl, address]) => ({ address, ttl: Math.min(ttl, ...aliases) }));
}

const noData = { code: 'ENODATA' };
const orNoData = (list) => (list.length === 0 ? noData : list);

function addressAnswer(records, type, withTtl) {
  const found = addresses(records, type);
  if (found.length === 0 && of(records, 'CNAME').length === 0) return noData;
  return withTtl ? found : found.map(({ address }) => address);
}

function anyAnswer(records) {
  const shaped = (type) => of(records, type).map((record) => SHAPES[type](record, type));
  const valued = (type) => fields(records, type).map((value) => ({ value, type }));
  const aliases = valued('CNAME');
  return [
    // Where there is an alias, addresses of the family that came first are its target's.
    ...(aliases.length > 0 ? aliases.slice(0, 1) : typed(addresses(records, 'A'), 'A')),
    ...typed(addresses(records, 'AAAA'), 'AAAA'),
    ...shaped('MX'),
    ...valued('NS'),
    ...of(records, 'TXT').map(([, , ...entries]) => ({ entries, type: 'TXT' })),
    ...shaped('SRV'),
    ...valued('PTR'),
    ...shaped('NAPTR'),
    ...shaped('SOA'),
    ...shaped('TLSA'),
    ...shaped('CAA'),
  ];
}

function typed(list, type) {
  return list.map((record) => ({ ...record, type }));
}

/**
 * The answer to a question of `type`, or {code} of an error when none of the records answers it.
 * @param {string} type
 * @param {unknown[][]} records
 * @param {boolean} withTtl addresses as {address, ttl}
 */
function shape(type, records, withTtl) {
  switch (type) {
    case 'A':
    case 'AAAA':
      return addressAnswer(records, type, withTtl);
    case 'ANY':
      return anyAnswer(records);
    case 'CNAME':
      return orNoData(fields(records, type).slice(0, 1));
    case 'NS':
    case 'PTR':
      return orNoData(fields(records, type));
    case 'TXT':
      return of(records, type).map(([, , ...entries]) => entries);
    case 'SOA': {
      const [first] = of(records, type);
      return first === undefined ? { code: 'EBADRESP' } : SHAPES.SOA(first, undefined);
    }
    default:
      return of(records, type).map((record) => SHAPES[type](record, undefined));
  }
}

module.exports = { TYPES, shape };
