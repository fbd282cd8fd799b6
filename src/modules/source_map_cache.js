// Source maps of what has been loaded, and stacks that speak of the original files.
// https://nodejs.org/api/module.html#source-map-support
'use strict';

const { validateBoolean, validateObject } = require('errors/validators');
const { URL, fileURLToPath, pathToFileURL } = require('url/url');
const path = require('path/path');
const shared = require('process/state');

const native = binding('errors');

/**
 * What is known of one file's map.
 * @typedef {object} Known
 * @property {string} link as the comment in the source has it
 * @property {string} base URL that it is relative to
 * @property {number[]} lineLengths of the generated code
 * @property {import('modules/source_map').SourceMap|null|undefined} map undefined: not read yet; null: there is none
 */

/** file name or URL -> WeakRef of whoever keeps the Known: the module, without which no stack speaks of the file. */
const holders = new Map();
/** module or native module -> Known */
const known = new WeakMap();
/** Forgets the names of what has been collected. @type {FinalizationRegistry|undefined} */
let registry;

let support = { enabled: false, nodeModules: false, generatedCode: false };

const COMMENT = /\/[*/]#\s+sourceMappingURL=(\S+)/g;

/** The last comment that names a source map. */
function linkIn(source) {
  if (!source.includes('sourceMappingURL=')) return undefined;
  let last;
  for (const [, link] of source.matchAll(COMMENT)) last = link;
  return last;
}

/**
 * Remembers the source map of a module, if it names one and source maps are wanted.
 * @param {string} name file name or URL, as stacks have it
 * @param {string} source
 * @param {object} holder for as long as it lives
 */
function remember(name, source, holder) {
  if (!support.enabled || typeof source !== 'string') return;
  if (!support.nodeModules && /[\\/]node_modules[\\/]/.test(name)) return;
  const link = linkIn(source);
  if (link === undefined) return;
  registry ??= new FinalizationRegistry((key) => {
    if (holders.get(key)?.deref() === undefined) holders.delete(key);
  });
  const base = path.isAbsolute(name) ? pathToFileURL(name).href : name;
  const lineLengths = source
    .replace(/\n$/, '')
    .split('\n')
    .map((line) => line.length);
  known.set(holder, { link, base, lineLengths, map: undefined });
  holders.set(name, new WeakRef(holder));
  registry.register(holder, name);
}

/** module.findSourceMap(path) */
function findSourceMap(name) {
  const holder = (holders.get(name) ?? holders.get(otherName(name)))?.deref();
  const entry = holder === undefined ? undefined : known.get(holder);
  if (entry === undefined) return undefined;
  if (entry.map === undefined) entry.map = read(entry);
  return entry.map ?? undefined;
}

/** Modules are known by URL or by path; asked for they may be either way. */
function otherName(name) {
  if (typeof name !== 'string') return undefined;
  try {
    if (name.startsWith('file:')) return fileURLToPath(name);
    if (path.isAbsolute(name)) return pathToFileURL(name).href;
  } catch {
    // It is neither.
  }
  return undefined;
}

function read({ link, base, lineLengths }) {
  try {
    const { text, from } = fetchText(link, base);
    const payload = JSON.parse(text);
    const absolute = (map) => {
      if (!Array.isArray(map.sources)) return map;
      const root = map.sourceRoot ?? '';
      return { ...map, sources: map.sources.map((each) => new URL(root + each, from).href), sourceRoot: '' };
    };
    const resolved = absolute(payload);
    if (Array.isArray(resolved.sections))
      resolved.sections = resolved.sections.map((section) => ({ ...section, map: absolute(section.map) }));
    const { SourceMap } = require('modules/source_map');
    return new SourceMap(resolved, { lineLengths });
  } catch {
    return null; // a map that cannot be had is none
  }
}

/** The text of a map and the URL that its sources are relative to. */
function fetchText(link, base) {
  const match = /^data:application\/json(?:;charset=[^;,]*)?(;base64)?,(.*)$/s.exec(link);
  if (match !== null) {
    const { Buffer } = require('buffer/buffer');
    return { text: match[1] ? Buffer.from(match[2], 'base64').toString() : decodeURIComponent(match[2]), from: base };
  }
  const url = new URL(link, base);
  return { text: require('fs/fs').readFileSync(url, 'utf8'), from: url.href };
}

/** As stacks have it: a path where it is a file. */
const shown = (source) => (source.startsWith('file:') ? fileURLToPath(source) : source);

/** {source, line, column} of a place in generated code; line and column from 1. */
function originOf(name, line, column) {
  const map = typeof name === 'string' ? findSourceMap(name) : undefined;
  if (map === undefined) return undefined;
  const entry = map.findEntry(line - 1, column - 1);
  if (entry.originalSource === undefined) return undefined;
  return {
    map,
    source: entry.originalSource,
    line: entry.originalLine + 1,
    column: entry.originalColumn + 1,
    name: entry.name,
  };
}

/** The stack of an error: C++ gives the first line and the call sites. */
function formatStack(header, sites) {
  let text = header;
  for (const site of sites) text += `\n    at ${formatSite(site)}`;
  return text;
}

function formatSite(site) {
  const original = `${site}`;
  try {
    const name = site.getFileName() ?? site.getScriptNameOrSourceURL();
    const origin = originOf(name, site.getLineNumber(), site.getColumnNumber());
    if (origin === undefined) return original;
    const place = `${shown(origin.source)}:${origin.line}:${origin.column}`;
    const at = original.lastIndexOf(' (');
    return at < 0 ? place : `${original.slice(0, at)} (${place})`;
  } catch {
    return original;
  }
}

/**
 * "file:line\nsource line\n   ^^^\n" in terms of the original file.
 * @returns {string} the same when there is no map
 */
function mapFrame(frame) {
  const match = /^(.*):(\d+)\n(.*)\n(?:(\s*)\^+\n)?/.exec(frame);
  if (match === null) return frame;
  const [, name, line, , indent = ''] = match;
  const origin = originOf(name, Number(line), indent.length + 1);
  if (origin === undefined) return frame;
  const sourceLine = contentOf(origin)?.split('\n')[origin.line - 1]?.replace(/\r$/, '');
  if (sourceLine === undefined) return frame;
  const caret = sourceLine.slice(0, origin.column - 1).replaceAll(/[^\t]/g, ' ');
  return `${shown(origin.source)}:${origin.line}\n${sourceLine}\n${caret}^\n`;
}

function contentOf({ map, source }) {
  const { sources = [], sourcesContent } = map.payload;
  const content = sourcesContent?.[sources.indexOf(source)];
  if (typeof content === 'string') return content;
  try {
    return require('fs/fs').readFileSync(fileURLToPath(source), 'utf8');
  } catch {
    return undefined;
  }
}

/** module.getSourceMapsSupport() */
function getSourceMapsSupport() {
  return Object.freeze({ __proto__: null, ...support });
}

/** module.setSourceMapsSupport(enabled[, options]) */
function setSourceMapsSupport(enabled, options = {}) {
  validateBoolean(enabled, 'enabled');
  validateObject(options, 'options');
  const { nodeModules = false, generatedCode = false } = options;
  validateBoolean(nodeModules, 'options.nodeModules');
  validateBoolean(generatedCode, 'options.generatedCode');
  support = { enabled, nodeModules, generatedCode };
  shared.sourceMapsEnabled = enabled;
  shared.sourceMaps = enabled ? module.exports : undefined;
  native.setStackFormatter(enabled ? formatStack : undefined);
}

module.exports = { findSourceMap, getSourceMapsSupport, mapFrame, remember, setSourceMapsSupport };
