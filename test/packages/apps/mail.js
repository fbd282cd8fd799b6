// nodemailer to the SMTP server at SMTP_PORT, which speaks STARTTLS; prints what came of it as JSON.
'use strict';
const fs = require('node:fs');
const path = require('node:path');
const nodemailer = require('nodemailer');

const ca = fs.readFileSync(path.join(process.env.CERTIFICATES, process.env.CA ?? 'ca.pem'));

async function main() {
  const transport = nodemailer.createTransport({
    host: '127.0.0.1', // no name to look up
    port: Number(process.env.SMTP_PORT),
    requireTLS: true,
    tls: { ca, servername: 'localhost' },
    auth: { user: 'ada', pass: 'lovelace' },
  });
  const info = await transport.sendMail({
    from: 'Ada <ada@example.test>',
    to: ['grace@example.test', 'Ünï <uni@example.test>'],
    subject: 'Grüße',
    text: '.leading dots\n..are stuffed\n',
    html: '<b>bold</b>',
    attachments: [{ filename: 'data.bin', content: Buffer.alloc(100_000, 0xef) }],
  });
  transport.close();
  console.log(JSON.stringify({ accepted: info.accepted, response: info.response }));
}
main().catch(({ code, message }) => console.log(JSON.stringify({ code, message })));
