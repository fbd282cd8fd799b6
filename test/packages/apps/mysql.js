// mysql2 over TLS against the server at MYSQL_PORT; prints what it found as JSON.
'use strict';
const fs = require('node:fs');
const path = require('node:path');
const mysql = require('mysql2/promise');

const read = (name) => fs.readFileSync(path.join(process.env.CERTIFICATES, name));
const base = {
  host: '127.0.0.1',
  port: Number(process.env.MYSQL_PORT),
  user: 'ada',
  password: 'lovelace',
  database: 'test',
};
const ssl = { ca: read('ca.pem') };

async function main() {
  const connection = await mysql.createConnection({ ...base, ssl });
  const [[status]] = await connection.query("show status like 'Ssl_cipher'");
  await connection.query('create temporary table t (id int auto_increment primary key, name text, data longblob)');
  const data = Buffer.alloc(300_000, 0xcd);
  await connection.execute('insert into t (name, data) values (?, ?)', ['Ünï', data]);
  const [[row]] = await connection.execute('select * from t where name = ?', ['Ünï']);
  const error = await connection.query('select nothing from nowhere').catch(({ code }) => code);
  await connection.end();

  const pool = mysql.createPool({ ...base, ssl, connectionLimit: 3 });
  const answers = await Promise.all(Array.from({ length: 30 }, (_, i) => pool.execute('select ? + 1 as n', [i])));
  await pool.end();

  const refused = [];
  for (const other of [undefined, { ca: read('stranger-ca.pem') }]) {
    refused.push(
      await mysql.createConnection({ ...base, ssl: other }).then(
        () => 'connected',
        ({ code }) => code,
      ),
    );
  }
  const shown = { id: row.id, name: row.name, same: row.data.equals(data) };
  console.log(JSON.stringify({ cipher: status.Value, row: shown, error, sum: answers.length, refused }));
}
main();
