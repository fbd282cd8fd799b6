// pg over TLS against the server at PGPORT; prints what it found as JSON.
'use strict';
const fs = require('node:fs');
const path = require('node:path');
const { Client, Pool } = require('pg');

const read = (name) => fs.readFileSync(path.join(process.env.CERTIFICATES, name));
const base = { host: 'localhost', port: Number(process.env.PGPORT), user: 'ada', database: 'postgres' };
const tls = { ca: read('ca.pem'), key: read('client-key.pem'), cert: read('client.pem') };

async function main() {
  const client = new Client({ ...base, ssl: tls });
  await client.connect();
  const one = async (text, values) => (await client.query(text, values)).rows[0];
  const ssl = await one('select ssl, version, client_dn from pg_stat_ssl where pid = pg_backend_pid()');
  await client.query('create temp table t (id serial, name text, data bytea, at timestamptz)');
  const data = Buffer.alloc(200_000, 0xab);
  await client.query('insert into t (name, data, at) values ($1, $2, $3)', ['Ünï', data, new Date(0)]);
  const row = await one('select * from t');
  const error = await client.query('select nothing from nowhere').catch(({ code }) => code);
  await client.end();

  const pool = new Pool({ ...base, ssl: tls, max: 4 });
  const sums = await Promise.all(
    Array.from({ length: 40 }, (_, i) => pool.query('select sum(n)::int from generate_series(1, $1::int) n', [i])),
  );
  await pool.end();

  const refused = [];
  for (const ssl of [false, { ...tls, ca: read('stranger-ca.pem') }, { ca: tls.ca }]) {
    const other = new Client({ ...base, ssl });
    refused.push(
      await other.connect().then(
        () => 'connected',
        ({ code }) => code,
      ),
    );
    await other.end().catch(() => {});
  }
  const rows = {
    id: row.id,
    name: row.name,
    size: row.data.length,
    same: row.data.equals(data),
    at: row.at.toISOString(),
  };
  console.log(JSON.stringify({ ssl, row: rows, error, sums: sums.map(({ rows: [{ sum }] }) => sum), refused }));
}
main();
