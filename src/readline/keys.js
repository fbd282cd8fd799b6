// Bytes of a terminal become keys: 'keypress' events as https://nodejs.org/api/readline.html#readlineemitkeypresseventsstream-interface
// has them. Escape sequences are those of xterm, rxvt, PuTTY, Cygwin and the Linux console.
'use strict';

const StringDecoder = require('buffer/string_decoder').StringDecoder;
const { clearTimeout, setTimeout } = require('timers/timers');

const ESC = '\u001b';
const ESCAPE_TIMEOUT = 500; // ms
const SHIFT = 1;
const META = 2;
const CTRL = 4;

/** code -> [name, modifiers that the code itself means]. */
const CODES = new Map();
{
  const add = (prefix, names, modifiers = 0) => {
    for (const [suffix, name] of Object.entries(names)) CODES.set(prefix + suffix, [name, modifiers]);
  };
  const arrows = { A: 'up', B: 'down', C: 'right', D: 'left', E: 'clear' };
  const small = Object.fromEntries(Object.entries(arrows).map(([letter, name]) => [letter.toLowerCase(), name]));
  const functions = { P: 'f1', Q: 'f2', R: 'f3', S: 'f4' };
  add('[', { ...arrows, ...functions, F: 'end', H: 'home' });
  add('O', { ...arrows, ...functions, F: 'end', H: 'home' });
  add('[', small, SHIFT);
  add('O', small, CTRL);
  add('[[', { A: 'f1', B: 'f2', C: 'f3', D: 'f4', E: 'f5', '5~': 'pageup', '6~': 'pagedown' });
  add('[', { Z: 'tab' }, SHIFT);
  const editing = { 2: 'insert', 3: 'delete', 5: 'pageup', 6: 'pagedown', 7: 'home', 8: 'end' };
  for (const [number, name] of Object.entries(editing)) {
    add('[', { [`${number}~`]: name });
    add('[', { [`${number}$`]: name }, SHIFT);
    add('[', { [`${number}^`]: name }, CTRL);
  }
  add('[', { '1~': 'home', '4~': 'end', '200~': 'paste-start', '201~': 'paste-end' });
  [11, 12, 13, 14, 15, 17, 18, 19, 20, 21, 23, 24].forEach((number, i) => add('[', { [`${number}~`]: `f${i + 1}` }));
}

const key = (sequence, name, modifiers, code) => {
  const made = {
    sequence,
    name,
    ctrl: (modifiers & CTRL) !== 0,
    meta: (modifiers & META) !== 0,
    shift: (modifiers & SHIFT) !== 0,
  };
  if (code !== undefined) made.code = code;
  return made;
};

/** The key of a control sequence, given as what stands between ESC and its end. */
function sequenceKey(sequence, body, escaped) {
  let code = body;
  let modifiers = 0;
  // ESC [ number ; modifier ~, or ESC [ number ; modifier letter, where the number says nothing.
  const numbered = /^(\[\[?)(\d{1,2})(?:;(\d))?([~^$])$/.exec(body);
  const lettered = /^(O|\[\[?)(?:\d;)?(\d)?([A-Za-z])$/.exec(body);
  if (numbered) {
    code = numbered[1] + numbered[2] + numbered[4];
    modifiers = (numbered[3] ?? 1) - 1;
  } else if (lettered) {
    code = lettered[1] + lettered[3];
    modifiers = (lettered[2] ?? 1) - 1;
  }
  const known = CODES.get(code);
  if (escaped) modifiers |= META;
  return key(sequence, known?.[0] ?? 'undefined', modifiers | (known?.[1] ?? 0), code);
}

/** One character, by itself or after ESC. '' stands for ESC that nothing followed. */
function characterKey(sequence, character, escaped) {
  const meta = escaped ? META : 0;
  switch (character) {
    case '\r':
      return key(sequence, 'return', meta);
    case '\n':
      return key(sequence, 'enter', meta);
    case '\t':
      return key(sequence, 'tab', meta);
    case '\b':
    case '\u007f':
      return key(sequence, 'backspace', meta);
    case ' ':
      return key(sequence, 'space', meta);
    case ESC:
    case '':
      return key(sequence, 'escape', meta);
    default:
  }
  if (!escaped && character <= '\u001a')
    return key(sequence, String.fromCharCode(character.charCodeAt(0) + 0x60), CTRL);
  if (/^[0-9A-Za-z]$/.test(character))
    return key(sequence, character.toLowerCase(), meta | (/[A-Z]/.test(character) ? SHIFT : 0));
  return key(sequence, undefined, meta);
}

/** Cuts a stream of characters into keys. */
class KeyDecoder {
  /** @param {(text: string|undefined, key: object) => void} emit text is undefined for what begins with ESC */
  constructor(emit) {
    this.emit = emit;
    this.pending = '';
  }

  /** Whether more characters may belong to what has come so far. */
  get isWaiting() {
    return this.pending !== '';
  }

  write(character) {
    const { pending } = this;
    if (pending === '') {
      if (character === ESC) this.pending = ESC;
      else this.emit(character, characterKey(character, character, false));
      return;
    }
    const sequence = pending + character;
    const body = pending.replace(/^\u001b+/, '');
    if (body === '') {
      // A second ESC may begin a sequence with Meta; a third ends it.
      const begins = character === 'O' || character === '[' || (character === ESC && pending === ESC);
      if (begins) this.pending = sequence;
      else this.finish(sequence, () => characterKey(sequence, character, true));
      return;
    }
    const all = body + character;
    const goesOn = body[0] === 'O' ? /^O\d$/.test(all) : /^\[(\[?[\d;]{0,8})$/.test(all);
    if (goesOn) this.pending = sequence;
    else this.finish(sequence, () => sequenceKey(sequence, all, pending.startsWith(ESC + ESC)));
  }

  /** Nothing more came in time. */
  timeout() {
    const { pending } = this;
    if (pending === '') return;
    const body = pending.replace(/^\u001b+/, '');
    this.finish(pending, () =>
      body === '' ? characterKey(pending, '', true) : sequenceKey(pending, body, pending.startsWith(ESC + ESC)),
    );
  }

  finish(sequence, make) {
    this.pending = '';
    this.emit(undefined, make());
  }
}

const kDecoder = Symbol('kKeyDecoder');
const kStringDecoder = Symbol('kStringDecoder');
const kReader = Symbol('kReader');

/**
 * Makes `stream` emit 'keypress' (text, key) for what arrives, as long as somebody listens for it.
 * @param {import('stream').Readable} stream
 * @param {object} [iface] the Interface that reads it: it is told of pasted text and has the escape timeout
 */
function emitKeypressEvents(stream, iface = {}) {
  stream[kReader] = iface;
  if (stream[kDecoder] !== undefined) return;
  stream[kStringDecoder] = new StringDecoder('utf8');
  const decoder = (stream[kDecoder] = new KeyDecoder((text, each) => stream.emit('keypress', text, each)));
  let timer;
  const onTimeout = () => decoder.timeout();

  function onData(input) {
    if (stream.listenerCount('keypress') === 0) {
      // Nobody listens any more: 'newListener' takes it up again.
      stream.removeListener('data', onData);
      stream.on('newListener', onNewListener);
      return;
    }
    const text = stream[kStringDecoder].write(input);
    if (text === '') return;
    clearTimeout(timer);
    const characters = [...text];
    const reader = stream[kReader];
    reader._sawKeyPress = characters.length === 1;
    characters.forEach((character, i) => {
      // Tabs in pasted text are text.
      reader.isCompletionEnabled = i === characters.length - 1;
      try {
        decoder.write(character);
      } catch (error) {
        decoder.pending = '';
        throw error;
      }
    });
    if (decoder.isWaiting) timer = setTimeout(onTimeout, reader.escapeCodeTimeout ?? ESCAPE_TIMEOUT);
  }

  function onNewListener(event) {
    if (event !== 'keypress') return;
    stream.on('data', onData);
    stream.removeListener('newListener', onNewListener);
  }

  if (stream.listenerCount('keypress') > 0) stream.on('data', onData);
  else stream.on('newListener', onNewListener);
}

module.exports = { KeyDecoder, emitKeypressEvents };
