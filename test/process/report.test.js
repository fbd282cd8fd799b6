'use strict';

const assert = require('node:assert');
const { spawnSync } = require('node:child_process');
const fs = require('node:fs');
const os = require('node:os');
const path = require('node:path');
const { test } = require('node:test');

function runIn(t, ...args) {
  const cwd = fs.mkdtempSync(path.join(os.tmpdir(), 'vireo-report-'));
  t.after(() => fs.rmSync(cwd, { recursive: true }));
  const child = spawnSync(process.execPath, args, { cwd });
  const files = fs.readdirSync(cwd).filter((name) => /^report\.\d{8}\.\d{6}\.\d+\.\d+\.001\.json$/.test(name));
  return { child, cwd, reports: files.map((file) => JSON.parse(fs.readFileSync(path.join(cwd, file), 'utf8'))) };
}

test('getReport() tells about the process', () => {
  const report = process.report.getReport(Object.assign(new TypeError('so it is'), { foo: 'bar' }));
  assert.strictEqual(report.header.processId, process.pid);
  assert.strictEqual(report.header.trigger, 'GetReport');
  assert.strictEqual(report.header.cwd, process.cwd());
  assert.deepStrictEqual(report.header.componentVersions, { ...process.versions });
  assert.strictEqual(report.javascriptStack.message, 'TypeError: so it is');
  assert.match(report.javascriptStack.stack[0], /^at .*report\.test\.js/);
  assert.strictEqual(report.javascriptStack.errorProperties.foo, 'bar');
  assert.ok(report.javascriptHeap.usedMemory > 0);
  assert.ok(report.nativeStack.length > 0);
  assert.match(report.nativeStack[0].pc, /^0x[0-9a-f]+$/);
  assert.strictEqual(report.libuv.at(-1).type, 'loop');
  assert.ok('open_files' in report.userLimits);
  assert.ok(report.sharedObjects.some((name) => name.includes('libc')));
  assert.strictEqual(report.environmentVariables.PATH, process.env.PATH);
  for (const error of [null, 1, 'x'])
    assert.throws(() => process.report.getReport(error), { code: 'ERR_INVALID_ARG_TYPE' });
});

test('writeReport() writes a file, and says so', (t) => {
  const { child, cwd } = runIn(t, '-e', "console.log(process.report.writeReport('a.json'))");
  assert.strictEqual(child.stdout.toString(), 'a.json\n');
  assert.match(child.stderr.toString(), /Writing Node\.js report to file: a\.json\nNode\.js report completed/);
  assert.strictEqual(JSON.parse(fs.readFileSync(path.join(cwd, 'a.json'), 'utf8')).header.filename, 'a.json');
});

test('--report-uncaught-exception', (t) => {
  const { child, reports } = runIn(t, '--report-uncaught-exception', '-e', "throw new Error('boom')");
  assert.strictEqual(child.status, 1);
  assert.strictEqual(reports.length, 1);
  assert.strictEqual(reports[0].header.event, 'Exception');
});

test('--report-on-signal', (t) => {
  const program = "process.kill(process.pid, 'SIGUSR2'); setTimeout(() => {}, 200)";
  const { child, reports } = runIn(t, '--report-on-signal', '--report-exclude-env', '-e', program);
  assert.strictEqual(child.status, 0, String(child.stderr));
  assert.strictEqual(reports.length, 1);
  assert.strictEqual(reports[0].header.event, 'SIGUSR2');
  assert.strictEqual(reports[0].environmentVariables, undefined);
});
