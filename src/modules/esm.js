// ES modules: loading, linking, evaluation, `import()`, `import.meta`, and require() of them.
// https://nodejs.org/api/esm.html
//
// Loading is synchronous unless hooks of module.register() are there: then import and import() walk the graph
// asynchronously first (esm_async.js).
'use strict';

const { codes } = require('errors/errors');
const { URL, fileURLToPath, pathToFileURL } = require('url/url');
const { Module, builtinId, filenameOfURL, loadBuiltin, stripShebang } = require('modules/cjs');
const { importConditions, resolve } = require('modules/esm_resolve');
const { defaultLoad, formatByName } = require('modules/esm_load');
const { isBuiltinURL } = require('modules/public_names');
const translate = require('modules/esm_translate');
const hooks = require('modules/hooks');
const { currentChain, settle } = require('modules/loader_chain');
const { getOptionValue } = require('cli/options');
const processState = require('process/state');
const path = require('path/path');
const importChannel = require('async/diagnostics_channel').tracingChannel('module.import');

const native = binding('module_wrap');

const kInstantiated = 2;
const kEvaluating = 3;
const kErrored = 5;

/**
 * One loaded module.
 * @typedef {object} Job
 * @property {string} url
 * @property {string} format
 * @property {object} wrap native ModuleWrap
 * @property {Promise<void>|undefined} evaluation
 * @property {Space} space
 */

/** A set of modules that see each other; hooks of module.register() have one of their own. */
class Space {
  constructor() {
    /** "url" or "url\0json" -> Job. @type {Map<string, Job>} */
    this.jobs = new Map();
    this.mainUrl = undefined;
    /** What Node's own step has found: what was imported once is found again, even if its file is gone. */
    this.resolved = new Map();
  }

  resolve(specifier, base, isMain) {
    let known = this.resolved.get(base);
    if (known === undefined) this.resolved.set(base, (known = new Map()));
    let url = known.get(specifier);
    if (url === undefined) known.set(specifier, (url = resolve(specifier, base, undefined, isMain)));
    return url;
  }
}

const mainSpace = new Space();
const hooksSpace = new Space();

/** ModuleWrap -> Job. */
const jobOf = new WeakMap();
/** Symbol of a module or script -> {url, space} that `import()` inside it is relative to, or a function that imports. */
const referrers = new WeakMap();
/** For vm.SourceTextModule: ModuleWrap -> function(meta). */
const wrapMeta = new WeakMap();

let isReady = false;

function ready() {
  native.setCallbacks(importDynamically, initializeMeta);
  isReady = true;
}

/** A symbol for V8's host options; code compiled with it imports relative to `url`, or through `importer`. */
function hostSymbolFor(url, importer = undefined, space = mainSpace) {
  if (!isReady) ready();
  const symbol = Symbol(url);
  referrers.set(symbol, importer ?? { url, space });
  return symbol;
}

function importDynamically(symbol, specifier, attributes, resourceName, isSource) {
  const phase = isSource ? 'source' : 'evaluation';
  const referrer = symbol === undefined ? undefined : referrers.get(symbol);
  if (typeof referrer === 'function') return referrer(specifier, attributes, phase);
  if (referrer !== undefined) return importFrom(specifier, referrer.url, attributes, { space: referrer.space, phase });
  if (typeof resourceName !== 'string') return Promise.reject(new codes.ERR_VM_DYNAMIC_IMPORT_CALLBACK_MISSING());
  const base = path.isAbsolute(resourceName) ? pathToFileURL(resourceName).href : resourceName;
  return importFrom(specifier, base, attributes, { phase });
}

function initializeMeta(wrap, meta) {
  const job = jobOf.get(wrap);
  if (job === undefined) {
    wrapMeta.get(wrap)?.(meta);
    return;
  }
  const url = job.responseURL ?? job.url;
  if (url.startsWith('file:')) {
    meta.dirname = path.dirname(fileURLToPath(url));
    meta.filename = fileURLToPath(url);
  }
  meta.main = job.url === job.space.mainUrl;
  // Hooks have no import.meta.resolve(): it would ask themselves and could not wait.
  if (job.space !== hooksSpace) meta.resolve = resolverFor(job, url);
  meta.url = url;
}

function resolverFor(job, url) {
  const resolver = function resolveFrom(specifier, parent = undefined) {
    specifier = `${specifier}`;
    if (parent === undefined || !getOptionValue('--experimental-import-meta-resolve')) parent = url;
    else if (typeof parent !== 'string' && !(parent instanceof URL))
      throw new codes.ERR_INVALID_ARG_TYPE('parentURL', ['string', 'URL'], parent);
    else parent = `${parent}`;
    try {
      return resolveSync(specifier, parent, undefined, job.space).url;
    } catch (error) {
      // What does not exist, or is no file, has a URL nevertheless.
      const { code } = error;
      if ((code === 'ERR_UNSUPPORTED_DIR_IMPORT' || code === 'ERR_MODULE_NOT_FOUND') && Object.hasOwn(error, 'url'))
        return error.url;
      if (error.code === 'ERR_UNSUPPORTED_ESM_URL_SCHEME') return new URL(specifier, parent).href;
      throw error;
    }
  };
  Object.defineProperty(resolver, 'name', { __proto__: null, value: 'resolve' });
  return resolver;
}

// --- resolving and loading ----------------------------------------------------------------------------------------------

/** Node's own resolve step, as hooks see it. */
function defaultResolve(specifier, context, isMain, defaults) {
  const conditions = defaults === undefined ? undefined : hooks.conditionsOf(context, defaults);
  const url = resolve(specifier, context.parentURL, conditions, isMain, true);
  return { __proto__: null, url, format: formatByName(url), importAttributes: undefined };
}

/** Synchronous hooks are for the program, not for what module.register() loads. */
const hooked = (kind, space) => hooks.active[kind] && space !== hooksSpace;

/** {url, format, importAttributes} of a specifier, through all hooks, at once. */
function resolveSync(specifier, base, attributes, space, isMain = false) {
  const chain = currentChain();
  if (!hooked('resolve', space) && chain === null)
    return { url: space.resolve(specifier, base, isMain), format: undefined, importAttributes: attributes };
  const conditions = [...importConditions()];
  const context = { parentURL: base, importAttributes: attributes ?? {}, conditions };
  const last =
    chain === null
      ? (given, merged) => defaultResolve(given, merged, isMain, conditions)
      : (given, merged) => settle(chain.resolve(given, merged, (s, c) => defaultResolve(s, c, isMain, conditions)));
  const found = hooked('resolve', space)
    ? hooks.resolveThroughHooks(specifier, context, last)
    : last(specifier, context);
  return checkFound(found, attributes);
}

function checkFound(found, attributes) {
  const { url } = found;
  if (!URL.canParse(url)) throw new codes.ERR_INVALID_URL(url);
  const mayBeLoaded = hooks.active.load || currentChain()?.loaders.length > 0;
  if (isBuiltinURL(url) && builtinId(url) === undefined && !mayBeLoaded)
    throw new codes.ERR_UNKNOWN_BUILTIN_MODULE(url);
  return { url, format: found.format ?? undefined, importAttributes: found.importAttributes ?? attributes };
}

/** {format, source, responseURL} of a URL, through all hooks, at once. */
function loadSync(url, format, attributes, space) {
  const chain = currentChain();
  if (!hooked('load', space) && chain === null) return defaultLoad(url, { format, importAttributes: attributes });
  const context = {
    format: format ?? formatByName(url),
    importAttributes: attributes ?? {},
    conditions: [...importConditions()],
  };
  const last =
    chain === null
      ? (given, merged) => defaultLoad(given, merged, true)
      : (given, merged) => settle(chain.load(given, merged, loadForChain));
  const loaded = hooked('load', space) ? hooks.loadThroughHooks(url, context, last) : last(url, context);
  return checkLoaded(url, loaded);
}

/** The default step of asynchronous hooks: the text of CommonJS modules stays with require(). */
function loadForChain(url, context) {
  const loaded = defaultLoad(url, context, true);
  if (loaded.format === 'commonjs') loaded.source = undefined;
  return loaded;
}

const FORMATS = new Set([
  'addon',
  'builtin',
  'commonjs',
  'commonjs-typescript',
  'json',
  'module',
  'module-typescript',
  'wasm',
]);

function checkLoaded(url, loaded) {
  const { format, source } = loaded;
  if (format != null && typeof format !== 'string')
    throw new codes.ERR_INVALID_RETURN_PROPERTY_VALUE('a string', 'load', 'format', format);
  if (!FORMATS.has(format)) throw new codes.ERR_UNKNOWN_MODULE_FORMAT(format, url);
  if (source == null && !['builtin', 'commonjs', 'addon'].includes(format)) {
    throw new codes.ERR_INVALID_RETURN_PROPERTY_VALUE(
      'a string, an ArrayBuffer, or a TypedArray',
      'load',
      'source',
      source,
    );
  }
  return loaded;
}

// --- jobs ---------------------------------------------------------------------------------------------------------------

const keyOf = (url, attributes) => (attributes?.type ? `${url}\0${attributes.type}` : url);

function makeJob(url, format, wrap, space) {
  const job = {
    url,
    responseURL: undefined,
    format,
    wrap,
    evaluation: undefined,
    space,
    targetsOf: undefined,
    isLinked: false,
  };
  if (wrap !== undefined) jobOf.set(wrap, job);
  return job;
}

/** The Job of a URL, loaded if it is not yet; its imports are loaded and linked, too. */
function getJob(url, attributes, space, format = undefined) {
  const known = space.jobs.get(keyOf(url, attributes));
  if (known !== undefined) {
    if (!known.isLinked) linkRequests(known); // it is being loaded asynchronously
    return known;
  }
  const job = jobFromLoaded(url, attributes, space, loadSync(url, format, attributes, space));
  try {
    linkRequests(job);
  } catch (error) {
    space.jobs.delete(keyOf(url, attributes));
    throw error;
  }
  return job;
}

/** A Job, not yet linked, of what was loaded. */
function jobFromLoaded(url, attributes, space, loaded) {
  const { format, source, responseURL } = loaded;
  const job = makeJob(url, format, undefined, space);
  if (responseURL !== undefined && responseURL !== url) job.responseURL = responseURL;
  const { wrap, targetsOf } = wrapOf(job, source, loaded.fromAsyncHooks === true);
  job.wrap = wrap;
  job.targetsOf = targetsOf;
  jobOf.set(wrap, job);
  space.jobs.set(keyOf(url, attributes), job);
  if (url.startsWith('file:')) processState.reportDependency?.('watch:import', url);
  return job;
}

/** {wrap, targetsOf} for a format. */
function wrapOf(job, source, fromAsyncHooks) {
  const { format, space } = job;
  const url = job.responseURL ?? job.url;
  switch (format) {
    case 'builtin':
      return { wrap: translate.builtinModule(url) };
    case 'json':
      return { wrap: translate.jsonModule(url, source) };
    case 'commonjs':
    case 'commonjs-typescript': {
      // Without hooks the text is require()'s business, who may have been patched.
      const given = hooked('load', space) || fromAsyncHooks ? (source ?? undefined) : undefined;
      const importer = fromAsyncHooks && given !== undefined ? requireThroughChain(space) : undefined;
      const isMain = () => job.url === space.mainUrl;
      return { wrap: translate.commonJSModule(url, given, format, isMain, importer) };
    }
    case 'wasm': {
      const { compileWasm, wasmModule } = require('modules/wasm');
      return wasmModule(url, compileWasm(url, source), (text, name) => compile(text, name, space));
    }
    case 'addon':
      return { wrap: translate.addonModule(url) };
    default:
      return { wrap: compile(translate.sourceText(url, source, format), url, space) };
  }
}

/**
 * `require` and `require.resolve` of CommonJS whose text came from asynchronous hooks: what they ask for goes through the
 * hooks as well. Where a file is, the rules of CommonJS say.
 */
function requireThroughChain(space) {
  const resolveFor = (request, module, base) => {
    let specifier = request;
    let attributes = { __proto__: null };
    let failure;
    if (builtinId(request) === undefined) {
      try {
        const filename = Module._resolveFilename(request, module, false);
        specifier = pathToFileURL(filename).href;
        if (filename.endsWith('.json')) attributes = { __proto__: null, type: 'json' };
      } catch (error) {
        if (path.isAbsolute(request) || /^\.\.?(?:\/|$)/.test(request)) throw error;
        failure = error; // unless hooks know it
      }
    }
    try {
      return resolveSync(specifier, base, attributes, space);
    } catch (error) {
      throw failure ?? error;
    }
  };
  return {
    require(request, module, base) {
      const { url, format, importAttributes } = resolveFor(request, module, base);
      if (isBuiltinURL(url)) return loadBuiltin(url);
      const job = getJob(url, importAttributes, space, format);
      if (job.format.startsWith('module') && !getOptionValue('--experimental-require-module'))
        throw new codes.ERR_REQUIRE_ESM(url.startsWith('file:') ? fileURLToPath(url) : url, true, base);
      runSync(job, base);
      if (job.format.startsWith('commonjs') || job.format === 'json') return job.wrap.getNamespace().default;
      return exportsOf(job);
    },
    resolve: (request, module, base) => filenameOfURL(resolveFor(request, module, base).url),
  };
}

function compile(source, url, space = mainSpace) {
  const symbol = hostSymbolFor(url, undefined, space);
  const { compileCache } = processState;
  const wrap =
    compileCache === undefined
      ? native.compile(source, url, symbol)
      : compileCache.compileModule(source, url, (cached) => native.compile(source, url, symbol, 0, 0, cached));
  processState.sourceMaps?.remember(url, source, wrap);
  return wrap;
}

function linkRequests(job) {
  const { wrap, space } = job;
  job.isLinked = true; // modules may import each other in a circle
  const requests = wrap.requests();
  if (requests.length === 0) return;
  const base = job.responseURL ?? job.url;
  const targets = requests.map(([specifier, attributes, , , isSource]) => {
    if (job.targetsOf !== undefined && specifier === `${base}#instance`) return undefined;
    const found = resolveSync(specifier, base, attributes, space);
    if (isSource) return sourceObject(found, space);
    const target = getJob(found.url, found.importAttributes, space, found.format);
    if (requiring > 0) checkCircle(target, specifier, base);
    return target.wrap;
  });
  wrap.link(job.targetsOf === undefined ? targets : job.targetsOf(targets));
}

/** In what require() loads: imports of modules that are being evaluated can have no result. */
function checkCircle(target, specifier, base) {
  let kind;
  if (target.format.startsWith('commonjs')) {
    if (Module._cache[filenameOfURL(target.url)]?.loaded === false) kind = 'CommonJS Module';
  } else if (target.wrap.getStatus() === kEvaluating) {
    kind = 'Module';
  }
  if (kind === undefined) return;
  const from = base.startsWith('file:') ? fileURLToPath(base) : base;
  throw new codes.ERR_REQUIRE_CYCLE_MODULE(`Cannot import ${kind} ${specifier} in a cycle. (from ${from})`);
}

/** For the source phase: a module that is compiled, not linked. */
function sourceObject({ url, format, importAttributes }, space) {
  const { compileWasm } = require('modules/wasm');
  const loaded = loadSync(url, format, importAttributes, space);
  if (loaded.format !== 'wasm') throw new codes.ERR_SOURCE_PHASE_NOT_DEFINED(`'${url}'`);
  return compileWasm(url, loaded.source);
}

// --- evaluation ---------------------------------------------------------------------------------------------------------

/** Instantiates, with messages that name what was not exported. */
function instantiate(job) {
  if (job.wrap.getStatus() >= kInstantiated) return;
  try {
    job.wrap.instantiate();
  } catch (error) {
    require('modules/link_errors').decorate(error, job.space.jobs, (specifier, base) => resolve(specifier, base));
    throw error;
  }
}

async function evaluate(job) {
  instantiate(job);
  // A module that another one has evaluated has a promise of its own, too: V8 gives it.
  job.evaluation ??= job.wrap.evaluate();
  unsettled.add(job);
  try {
    await job.evaluation;
  } catch (error) {
    require('modules/link_errors').explainGlobals(error, job.space.jobs);
    throw error;
  } finally {
    unsettled.delete(job);
  }
  return job.wrap.getNamespace();
}

const unsettled = new Set();

/** Where the top-level await stands that keeps the program from ending. */
function describeUnsettled() {
  for (const job of unsettled) {
    const places = job.wrap.stalled();
    if (places.length > 0) return places.join('');
  }
  return [...unsettled][0]?.url ?? 'unknown';
}

/**
 * `import(specifier)` as done by the module or script `base`.
 * @param {string} specifier
 * @param {string|undefined} base
 * @param {object} [attributes]
 * @param {{isMain?: boolean, atOnce?: boolean, space?: Space, phase?: string}} [options]
 * @returns {Promise<object>} the namespace; in the source phase the source object
 */
function importFrom(specifier, base, attributes = undefined, options = undefined) {
  if (!importChannel.hasSubscribers) return importUntraced(specifier, base, attributes, options);
  return importChannel.tracePromise(() => importUntraced(specifier, base, attributes, options), {
    __proto__: null,
    parentURL: base,
    url: `${specifier}`,
  });
}

async function importUntraced(specifier, base, attributes, options) {
  if (!isReady) ready();
  const { isMain = false, atOnce = isMain, space = mainSpace, phase = 'evaluation' } = options ?? {};
  const chain = currentChain();
  if (chain !== null) {
    const { importThroughChain } = require('modules/esm_async');
    return importThroughChain(`${specifier}`, base, attributes, { isMain, space, phase, chain });
  }
  const found = resolveSync(`${specifier}`, base, attributes, space, isMain);
  if (phase === 'source') return sourceObject(found, space);
  if (isMain) space.mainUrl = found.url;
  const job = getJob(found.url, found.importAttributes, space, found.format);
  // In a microtask: a module that is being evaluated right now has come to its end, or to its first await, by then.
  // What the command line names is evaluated at once, so that it may wait for promises (asynchronous hooks).
  if (!atOnce) await undefined;
  return evaluate(job);
}

/** For module.register(): {namespace, url} of a module of hooks, when it has been evaluated. */
function importForHooks(specifier, base) {
  if (!isReady) ready();
  const found = resolveSync(specifier, base, { __proto__: null }, hooksSpace);
  const job = getJob(found.url, found.importAttributes, hooksSpace, found.format);
  instantiate(job);
  job.evaluation ??= job.wrap.evaluate();
  settle(job.evaluation);
  return { namespace: job.wrap.getNamespace(), url: job.url };
}

/** Runs source text as the module `url` (--eval, stdin). */
async function evaluateString(source, url) {
  if (!isReady) ready();
  const job = makeJob(url, 'module', compile(source, url), mainSpace);
  mainSpace.mainUrl = url;
  const chain = currentChain();
  if (chain !== null) {
    const { linkAsync, evaluateOutside } = require('modules/esm_async');
    await linkAsync(job, chain);
    return evaluateOutside(job);
  }
  linkRequests(job);
  return evaluate(job);
}

/** Compiles a file as an ES module without running it. */
function compileOnly(source, name) {
  return compile(source, path.isAbsolute(name) ? pathToFileURL(name).href : name);
}

// --- require(esm) -------------------------------------------------------------------------------------------------------

/**
 * require() of an ES module: loads, links and evaluates it synchronously.
 * @param {string} filename
 * @param {string|undefined} parentFilename
 * @param {string} [source] its text, when it has been read
 * @param {string} [url] when it is not the file's own
 * @returns {unknown} its namespace, or what it exports as 'module.exports'
 */
function requireModule(filename, parentFilename, source = undefined, url = pathToFileURL(filename).href) {
  if (!isReady) ready();
  let job = mainSpace.jobs.get(url);
  requiring++;
  try {
    job ??= jobForRequire(url, source);
  } finally {
    requiring--;
  }
  return exportsOf(runSync(job, parentFilename, filename));
}

/** Loads and links what require() asks for; `source` is its text, when it has been read. */
function jobForRequire(url, source) {
  if (source === undefined) return getJob(url, undefined, mainSpace);
  const job = makeJob(url, 'module', compile(stripShebang(source), url), mainSpace);
  mainSpace.jobs.set(url, job);
  try {
    linkRequests(job);
  } catch (error) {
    mainSpace.jobs.delete(url);
    throw error;
  }
  return job;
}

/** Evaluates a module that has no top-level await; gives the Job. */
function runSync(job, parentFilename, filename = job.url) {
  const status = job.wrap.getStatus();
  if (status === kEvaluating) {
    throw new codes.ERR_REQUIRE_CYCLE_MODULE(
      `Cannot require() ES Module ${filename} in a cycle.${parentFilename ? ` (from ${parentFilename})` : ''} ` +
        'A cycle involving require(esm) is not allowed to maintain invariants mandated by the ECMAScript specification. ' +
        'Try making at least part of the dependency in the graph lazily loaded.',
    );
  }
  if (status === kErrored) throw job.wrap.getError();
  requiring++;
  try {
    instantiate(job);
    return evaluateSync(job, parentFilename, filename);
  } catch (error) {
    require('modules/link_errors').explainGlobals(error, job.space.jobs);
    throw error;
  } finally {
    requiring--;
  }
}

/** How many require() of ES modules are under way: circles through them cannot be. */
let requiring = 0;

function evaluateSync(job, parentFilename, filename) {
  if (job.wrap.isGraphAsync()) {
    if (getOptionValue('--experimental-print-required-tla')) require('modules/link_errors').printAwaits(job);
    throw new codes.ERR_REQUIRE_ASYNC_MODULE(filename, parentFilename);
  }
  job.evaluation ??= job.wrap.evaluate();
  if (job.wrap.getStatus() === kErrored) {
    job.evaluation.catch(() => {}); // thrown here
    throw job.wrap.getError();
  }
  return job;
}

/** What require() gives of an evaluated module. */
function exportsOf(job) {
  const namespace = job.wrap.getNamespace();
  if (Object.hasOwn(namespace, 'module.exports')) return namespace['module.exports'];
  if (!Object.hasOwn(namespace, 'default') || Object.hasOwn(namespace, '__esModule')) return namespace;
  return (job.facade ??= makeFacade(job));
}

/** Transpiled importers look for `__esModule` beside a default export. */
function makeFacade(job) {
  const url = `${job.url}#facade`;
  const wrap = native.compile(
    "export * from 'original'; export { default } from 'original'; export const __esModule = true;",
    url,
    hostSymbolFor(url),
  );
  wrap.link([job.wrap, job.wrap]);
  wrap.instantiate();
  wrap.evaluate();
  return wrap.getNamespace();
}

module.exports = {
  checkFound,
  checkLoaded,
  compile,
  compileOnly,
  defaultResolve,
  describeUnsettled,
  evaluate,
  evaluateString,
  getJob,
  hooksSpace,
  hostSymbolFor,
  importConditions,
  importDynamically,
  importForHooks,
  importFrom,
  initializeMeta,
  jobFromLoaded,
  keyOf,
  loadForChain,
  loadSync,
  mainSpace,
  requireModule,
  resolve,
  resolveSync,
  sourceObject,
  syncBuiltinExports: translate.syncBuiltinExports,
  wrapMeta,
};
