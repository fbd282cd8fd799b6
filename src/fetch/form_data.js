// FormData (https://xhr.spec.whatwg.org/#interface-formdata), and what it looks like as multipart/form-data.
'use strict';

const webidl = require('fetch/webidl');

const kInspect = Symbol.for('nodejs.util.inspect.custom');

let entriesOf;
let isFormData;

class FormData {
  #entries = []; // [name, value] with value a string or a File

  static {
    entriesOf = (form) => FormData.#of(form).#entries;
    isFormData = (value) => typeof value === 'object' && value !== null && #entries in value;
  }

  static #of(object) {
    if (typeof object === 'object' && object !== null && #entries in object) return object;
    throw webidl.illegalInvocation();
  }

  constructor(form = undefined) {
    if (form !== undefined) {
      throw new TypeError('FormData constructor: Argument 1 could not be converted to: undefined.');
    }
  }

  append(name, value, filename = undefined) {
    const self = FormData.#of(this);
    webidl.requireArguments(arguments.length, 2, 'FormData.append');
    self.#entries.push(makeEntry(name, value, filename, arguments.length > 2, 'FormData.append'));
  }

  delete(name) {
    const self = FormData.#of(this);
    webidl.requireArguments(arguments.length, 1, 'FormData.delete');
    const key = webidl.usvString(name, 'FormData.delete');
    self.#entries = self.#entries.filter((entry) => entry[0] !== key);
  }

  get(name) {
    const self = FormData.#of(this);
    webidl.requireArguments(arguments.length, 1, 'FormData.get');
    const key = webidl.usvString(name, 'FormData.get');
    return self.#entries.find((entry) => entry[0] === key)?.[1] ?? null;
  }

  getAll(name) {
    const self = FormData.#of(this);
    webidl.requireArguments(arguments.length, 1, 'FormData.getAll');
    const key = webidl.usvString(name, 'FormData.getAll');
    return self.#entries.filter((entry) => entry[0] === key).map((entry) => entry[1]);
  }

  has(name) {
    const self = FormData.#of(this);
    webidl.requireArguments(arguments.length, 1, 'FormData.has');
    const key = webidl.usvString(name, 'FormData.has');
    return self.#entries.some((entry) => entry[0] === key);
  }

  set(name, value, filename = undefined) {
    const self = FormData.#of(this);
    webidl.requireArguments(arguments.length, 2, 'FormData.set');
    const entry = makeEntry(name, value, filename, arguments.length > 2, 'FormData.set');
    const at = self.#entries.findIndex(([key]) => key === entry[0]);
    if (at < 0) {
      self.#entries.push(entry);
      return;
    }
    self.#entries = self.#entries.filter(([key], index) => key !== entry[0] || index === at);
    self.#entries[at] = entry;
  }

  [kInspect](depth, options) {
    if (!isFormData(this)) return this;
    const object = {};
    for (const [name, value] of this.#entries) {
      if (!Object.hasOwn(object, name)) object[name] = value;
      else if (Array.isArray(object[name])) object[name].push(value);
      else object[name] = [object[name], value];
    }
    return `FormData ${require('util/inspect').inspect(object, webidl.nested(depth, options))}`;
  }
}

webidl.describeClass(FormData, ['append', 'delete', 'get', 'getAll', 'has', 'set']);
webidl.makeIterable(FormData, 'FormData', (form) => entriesOf(form));
Object.defineProperty(FormData.prototype, kInspect, { __proto__: null, enumerable: false });

/** "Create an entry". */
function makeEntry(name, value, filename, hasFilename, where) {
  name = webidl.usvString(name, where);
  const { File, isBlob } = require('web/blob');
  if (!isBlob(value)) {
    if (hasFilename) {
      throw new TypeError(`${where}: Expected value ("${shownValue(value)}") to be an instance of Blob.`);
    }
    return [name, webidl.usvString(value, where)];
  }
  if (hasFilename && filename !== undefined) {
    filename = webidl.usvString(filename, where);
    return [name, new File([value], filename, { type: value.type, lastModified: value.lastModified })];
  }
  if (value instanceof File) return [name, value];
  return [name, new File([value], 'blob', { type: value.type })];
}

const shownValue = (value) => (typeof value === 'string' ? `"${value}"` : webidl.shown(value));

// --- multipart/form-data ------------------------------------------------------------------------------------------------

const escapeName = (text) => text.replace(/\n/g, '%0A').replace(/\r/g, '%0D').replace(/"/g, '%22');
const normalizeLines = (text) => text.replace(/\r\n|\r|\n/g, '\r\n');

/**
 * A form as the body of a message.
 * @returns {{blob: Blob, type: string}} its bytes, and the Content-Type that says how they are cut
 */
function encodeMultipart(form) {
  const { Blob } = require('web/blob');
  const random = binding('blob').randomUUID().replaceAll('-', '').slice(0, 16);
  const boundary = `----vireo-form-${random}`;
  const parts = [];
  for (const [name, value] of entriesOf(form)) {
    const head = `--${boundary}\r\nContent-Disposition: form-data; name="${escapeName(normalizeLines(name))}"`;
    if (typeof value === 'string') {
      parts.push(`${head}\r\n\r\n${normalizeLines(value)}\r\n`);
    } else {
      const type = value.type || 'application/octet-stream';
      parts.push(`${head}; filename="${escapeName(value.name)}"\r\nContent-Type: ${type}\r\n\r\n`, value, '\r\n');
    }
  }
  parts.push(`--${boundary}--\r\n`);
  return { blob: new Blob(parts), type: `multipart/form-data; boundary=${boundary}` };
}

/**
 * @param {Uint8Array} bytes
 * @param {string} boundary
 * @returns {FormData}
 * @throws {TypeError} they are no such form
 */
function parseMultipart(bytes, boundary) {
  const { File } = require('web/blob');
  const form = new FormData();
  const entries = entriesOf(form);
  const parts = binding('fetch').parseMultipart(bytes, boundary);
  if (typeof parts === 'string') {
    throw new TypeError('Failed to parse body as FormData.', { cause: new TypeError(parts) });
  }
  const { TextDecoder } = require('web/encoding');
  const decoder = new TextDecoder('utf-8', { ignoreBOM: true });
  for (let i = 0; i < parts.length; i += 6) {
    let content = bytes.subarray(parts[i + 4], parts[i + 4] + parts[i + 5]);
    if (parts[i + 3]) {
      const { Buffer } = require('buffer/buffer');
      content = Buffer.from(Buffer.from(content.buffer, content.byteOffset, content.length).latin1Slice(), 'base64');
    }
    const filename = parts[i + 1];
    if (filename === null) {
      entries.push([parts[i], decoder.decode(content)]);
    } else {
      entries.push([parts[i], new File([content], filename, { type: parts[i + 2] ?? 'text/plain' })]);
    }
  }
  return form;
}

/** @param {Uint8Array} bytes @returns {FormData} */
function parseUrlEncoded(bytes) {
  const { URLSearchParams } = require('url/url');
  const { TextDecoder } = require('web/encoding');
  const form = new FormData();
  const entries = entriesOf(form);
  for (const [name, value] of new URLSearchParams(new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes))) {
    entries.push([name, value]);
  }
  return form;
}

module.exports = { FormData, encodeMultipart, isFormData, parseMultipart, parseUrlEncoded };
