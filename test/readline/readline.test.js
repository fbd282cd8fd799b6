'use strict';
const assert = require('node:assert');
const { PassThrough, Readable } = require('node:stream');
const { test } = require('node:test');
const readline = require('node:readline');
const promises = require('node:readline/promises');

/** An Interface on a terminal that is not there; `type` presses keys, `shown()` is what it wrote since. */
function terminal(options = {}) {
  const input = new PassThrough();
  const output = new PassThrough({ encoding: 'utf8' });
  output.columns = options.columns ?? 80;
  let text = '';
  output.on('data', (data) => {
    text += data;
  });
  const rl = readline.createInterface({ input, output, terminal: true, prompt: '> ', ...options });
  const lines = [];
  rl.on('line', (line) => lines.push(line));
  return {
    rl,
    lines,
    type: (keys) => input.write(keys),
    shown() {
      const all = text;
      text = '';
      return all;
    },
  };
}

test('lines of every kind, cut anywhere', async () => {
  const text = 'one\ntwo\r\nthree\rfour\u2028five\n\nlast';
  for (const size of [1, 2, 3, 100]) {
    const bytes = Buffer.from(text);
    const chunks = [];
    for (let i = 0; i < bytes.length; i += size) chunks.push(bytes.subarray(i, i + size));
    const lines = [];
    for await (const line of readline.createInterface({ input: Readable.from(chunks), crlfDelay: Infinity }))
      lines.push(line);
    assert.deepStrictEqual(lines, ['one', 'two', 'three', 'four', 'five', '', 'last'], `in pieces of ${size}`);
  }
});

test('keys edit the line', () => {
  const cases = [
    ['hello\x1b[D\x1b[DX\n', 'helXlo'],
    ['world\x01the \x05!\n', 'the world!'],
    ['one two three\x17\x17\n', 'one '],
    ['one two\x1bb\x1bbzero \n', 'zero one two'],
    ['abc\x7f\x08\n', 'a'],
    ['abc\x1b[D\x1b[D\x1b[3~\n', 'ac'],
    ['drop\x15keep\n', 'keep'],
    ['kill me\x01\x1bf\x0b\x19\x19\n', 'kill meme'],
    ['gone\x1f\x1f\n', 'go'],
    ['gone\x1f\x1f\x1e\n', 'gon'],
    ['wide 😀\x7f\n', 'wide '],
  ];
  for (const [keys, line] of cases) {
    const { lines, rl, type } = terminal();
    type(keys);
    assert.deepStrictEqual(lines, [line], JSON.stringify(keys));
    rl.close();
  }
});

test('history, with a search for what the line begins with', () => {
  const { rl, type } = terminal({ history: ['git push', 'ls', 'git pull'] });
  type('\x1b[A');
  assert.strictEqual(rl.line, 'git push');
  type('\x1b[B');
  assert.strictEqual(rl.line, '');
  type('git\x1b[A\x1b[A');
  assert.strictEqual(rl.line, 'git pull');
  type('\x1b[A');
  assert.strictEqual(rl.line, 'git');
  type('\x05x\n');
  assert.deepStrictEqual(rl.history, ['gitx', 'git push', 'ls', 'git pull']);
  rl.close();
});

test('a long line is drawn over rows', () => {
  const { rl, shown, type } = terminal({ columns: 10 });
  rl.prompt();
  shown();
  type('abcdefgh');
  assert.deepStrictEqual(rl.getCursorPos(), { rows: 1, cols: 0 });
  type('漢');
  assert.deepStrictEqual(rl.getCursorPos(), { rows: 1, cols: 2 });
  type('\x01');
  assert.deepStrictEqual(rl.getCursorPos(), { rows: 0, cols: 2 });
  rl.close();
});

test('completion: what is common first, then the list', () => {
  const { rl, shown, type } = terminal({
    completer: (line) => [['console', 'constant', 'context'].filter((word) => word.startsWith(line)), line],
  });
  type('co');
  type('\t');
  assert.strictEqual(rl.line, 'con');
  shown();
  type('\t');
  assert.match(shown(), /console {3}constant {2}context\r\n\r\n/);
  type('so');
  type('\t');
  assert.strictEqual(rl.line, 'console');
  rl.close();
});

test('questions, and their end by a signal', async () => {
  const input = new PassThrough();
  const output = new PassThrough();
  const rl = promises.createInterface({ input, output });
  const answer = rl.question('name? ');
  input.write('vireo\n');
  assert.strictEqual(await answer, 'vireo');
  const controller = new AbortController();
  const never = rl.question('more? ', { signal: controller.signal });
  controller.abort();
  await assert.rejects(never, { name: 'AbortError' });
  rl.close();
  await assert.rejects(rl.question('late?'), { code: 'ERR_USE_AFTER_CLOSE' });
});

test('Ctrl-C and Ctrl-D', () => {
  const one = terminal();
  let interrupts = 0;
  one.rl.on('SIGINT', () => interrupts++);
  one.type('\x03');
  assert.strictEqual(interrupts, 1);
  assert.ok(!one.rl.closed);
  one.type('x\x04');
  assert.ok(!one.rl.closed);
  one.type('\x7f\x04');
  assert.strictEqual(one.rl.closed, true);
});

test('Readline of readline/promises collects', async () => {
  const output = new PassThrough({ encoding: 'utf8' });
  const rl = new promises.Readline(output);
  await rl.cursorTo(0, 2).moveCursor(-1, 3).clearLine(0).rollback().clearScreenDown().commit();
  assert.strictEqual(output.read(), '\x1b[0J');
  assert.throws(() => rl.clearLine(2), { code: 'ERR_OUT_OF_RANGE' });
});
