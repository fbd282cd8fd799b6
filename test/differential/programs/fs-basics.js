const fs = require('fs');
const os = require('os');
const path = require('path');
const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'differential-'));
const at = (name) => path.join(folder, name);
fs.writeFileSync(at('a'), 'hello');
fs.appendFileSync(at('a'), ' world');
fs.symlinkSync('a', at('link'));
fs.mkdirSync(at('x/y/z'), { recursive: true });
fs.copyFileSync(at('a'), at('b'));
console.log(fs.readFileSync(at('link'), 'utf8'), fs.statSync(at('a')).size, fs.lstatSync(at('link')).isSymbolicLink(), fs.readdirSync(folder), fs.readdirSync(folder, { recursive: true, withFileTypes: true }).map((d) => [d.name, d.isDirectory()]), fs.existsSync(at('q')));
for (const each of [() => fs.readFileSync(at('q')), () => fs.mkdirSync(at('x')), () => fs.rmdirSync(at('x')), () => fs.readdirSync(at('a')), () => fs.openSync(folder, 'w'), () => fs.accessSync(at('q')), () => fs.readlinkSync(at('a'))]) {
  try { each(); } catch (error) { console.log(error.code, error.errno, error.syscall, error.message.replaceAll(folder, 'DIR')); }
}
(async () => {
  const handle = await fs.promises.open(at('a'), 'r+');
  console.log((await handle.read({ buffer: Buffer.alloc(5) })).bytesRead, (await handle.stat()).isFile(), await handle.readFile('utf8'));
  await handle.close();
  for await (const chunk of fs.createReadStream(at('a'), { start: 2, end: 6, highWaterMark: 3, encoding: 'utf8' })) console.log(chunk);
  await new Promise((resolve) => fs.createWriteStream(at('w')).on('close', resolve).end('written'));
  console.log(await fs.promises.readFile(at('w'), 'utf8'), (await fs.promises.readdir(folder)).length);
  await fs.promises.rm(folder, { recursive: true });
  console.log(fs.existsSync(folder), await fs.promises.readFile(folder).catch((error) => error.code));
})();
