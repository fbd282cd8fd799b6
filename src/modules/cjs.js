// CommonJS: https://nodejs.org/api/modules.html. The Module class keeps the members that packages patch:
// _load, _resolveFilename, _extensions, _cache, _nodeModulePaths, _findPath, wrap, prototype._compile.
'use strict';

const { codes } = require('errors/errors');
const { validateString } = require('errors/validators');
const { OWN, PUBLIC, SCHEME_ONLY, isBuiltinURL } = require('modules/public_names');
const { packageScope, readPackage } = require('modules/package_json');
const { resolveExports, resolveImports } = require('modules/package_targets');
const hooks = require('modules/hooks');
const path = require('path/path');
const processState = require('process/state');
const lifecycle = require('engine/lifecycle');
const { tracingChannel } = require('async/diagnostics_channel');

const { statKind, readText, realPath, compileCommonJS } = binding('modules');
const { builtinIds } = binding('engine');

const present = new Set(builtinIds());
const internalRequire = require;
const requireChannel = tracingChannel('module.require');

let preserveSymlinks = false;
let preserveSymlinksMain = false;
let globalPaths = [];
let conditions = new Set(['node', 'require', 'module-sync', 'node-addons']);

lifecycle.onStart(() => {
  const { getOptionValue } = require('cli/options');
  preserveSymlinks = getOptionValue('--preserve-symlinks');
  preserveSymlinksMain = getOptionValue('--preserve-symlinks-main');
  conditions = new Set(['node', 'require', 'module-sync', 'node-addons', ...(getOptionValue('--conditions') ?? [])]);
  const { env } = process;
  Module._initPaths();
  parentIsDeprecated = getOptionValue('--pending-deprecation') || env.NODE_PENDING_DEPRECATION === '1';
  if (env.WATCH_REPORT_DEPENDENCIES) {
    processState.reportDependency = (kind, name) => process.send?.({ [kind]: [name] });
  }
  if (env.NODE_COMPILE_CACHE) internalRequire('modules/compile_cache').enableFromEnvironment();
});

/** The internal id of a public module name, with or without `node:`; undefined when there is none in this build. */
function builtinId(request) {
  let id;
  if (request.startsWith('node:')) {
    const name = request.slice(5);
    id = PUBLIC[name] ?? SCHEME_ONLY[name];
  } else if (request.startsWith('vireo:')) {
    id = OWN[request.slice(6)];
  } else {
    id = PUBLIC[request];
  }
  return id !== undefined && present.has(id) ? id : undefined;
}

/** Exports of a public module; undefined when `request` names none. */
function loadBuiltin(request) {
  const id = builtinId(request);
  return id === undefined ? undefined : internalRequire(id);
}

const isRelative = (request) =>
  request === '.' || request === '..' || request.startsWith('./') || request.startsWith('../');

function Module(id = '', parent = undefined) {
  this.id = id;
  this.path = path.dirname(id);
  this.exports = {};
  parents.set(this, parent);
  if (parent?.children && !parent.children.includes(this)) parent.children.push(this);
  this.filename = null;
  this.loaded = false;
  this.children = [];
}

const parents = new WeakMap();
/** With --pending-deprecation, until it has been said. */
let parentIsDeprecated = false;

function warnOfParent() {
  parentIsDeprecated = false;
  process.emitWarning(
    'module.parent is deprecated due to accuracy issues. Please use require.main to find program entry point instead.',
    'DeprecationWarning',
    'DEP0144',
  );
}
// An accessor, as in Node: `console.log(module)` shows a plain object.
Object.defineProperty(Module.prototype, 'constructor', { __proto__: null, get: () => Module, configurable: false });
Object.defineProperty(Module.prototype, 'parent', {
  __proto__: null,
  get() {
    if (parentIsDeprecated) warnOfParent();
    return parents.get(this);
  },
  set(value) {
    if (parentIsDeprecated) warnOfParent();
    parents.set(this, value);
  },
  configurable: true,
  enumerable: false,
});
Object.defineProperty(Module.prototype, 'isPreloading', {
  __proto__: null,
  get: () => isPreloading,
  configurable: true,
  enumerable: false,
});
let isPreloading = false;
/** While preloading: the folder whose package may be named by what is preloaded. */
let selfBase;

Module._cache = { __proto__: null };
Module._pathCache = { __proto__: null };
Module._extensions = { __proto__: null };
Module.globalPaths = [];
Module.Module = Module;

const WRAPPER = ['(function (exports, require, module, __filename, __dirname) { ', '\n});'];
let wrapperPatched = false;
let wrapper = WRAPPER;
let wrap = (script) => wrapper[0] + script + wrapper[1];
Object.defineProperty(Module, 'wrap', {
  __proto__: null,
  get: () => wrap,
  set(value) {
    wrapperPatched = true;
    wrap = value;
  },
  configurable: true,
});
Object.defineProperty(Module, 'wrapper', {
  __proto__: null,
  get() {
    wrapperPatched = true;
    return wrapper;
  },
  set(value) {
    wrapperPatched = true;
    wrapper = value;
  },
  configurable: true,
});

// --- finding files ------------------------------------------------------------------------------------------------------

/** The node_modules folders from `from` up. */
Module._nodeModulePaths = function _nodeModulePaths(from) {
  from = path.resolve(from);
  if (from === '/') return ['/node_modules'];
  const paths = [];
  for (let end = from.length; end > 0; end = from.lastIndexOf('/', end - 1)) {
    const folder = from.slice(0, end);
    if (!folder.endsWith('/node_modules')) paths.push(`${folder}/node_modules`);
  }
  paths.push('/node_modules');
  return paths;
};

/** The folders of NODE_PATH and the old places in the home folder. */
Module._initPaths = function _initPaths() {
  const { env } = process;
  globalPaths = [];
  if (env.NODE_PATH) globalPaths.push(...env.NODE_PATH.split(path.delimiter).filter(Boolean));
  if (env.HOME) globalPaths.push(path.resolve(env.HOME, '.node_modules'), path.resolve(env.HOME, '.node_libraries'));
  globalPaths.push(path.resolve(process.execPath, '../../lib/node'));
  // A copy: what programs do to it has no effect, as ever.
  Module.globalPaths = globalPaths.slice();
};

/** 0: a file, 1: a folder, less: none. */
let statHook = statKind;
Object.defineProperty(Module, '_stat', {
  __proto__: null,
  get: () => statHook,
  set(value) {
    statHook = value;
  },
  configurable: true,
});

Module._resolveLookupPaths = function _resolveLookupPaths(request, parent) {
  if (builtinId(request) !== undefined) return null;
  if (!isRelative(request)) {
    const paths = globalPaths.slice();
    if (parent?.paths?.length) paths.unshift(...parent.paths);
    return paths.length > 0 ? paths : null;
  }
  if (!parent?.id || !parent.filename) return ['.', ...Module._nodeModulePaths('.'), ...globalPaths];
  return [path.dirname(parent.filename)];
};

function toReal(file, isMain) {
  if (isMain ? preserveSymlinksMain : preserveSymlinks) return path.resolve(file);
  return realPath(file);
}

function tryFile(file, isMain) {
  return statHook(file) === 0 ? toReal(file, isMain) : undefined;
}

function tryExtensions(base, extensions, isMain) {
  for (const extension of extensions) {
    const found = tryFile(base + extension, isMain);
    if (found !== undefined) return found;
  }
  return undefined;
}

function tryPackage(folder, extensions, isMain, request) {
  const config = readPackage(`${folder}/package.json`);
  if (!config?.main) return tryExtensions(`${folder}/index`, extensions, isMain);
  const file = path.resolve(folder, config.main);
  let found =
    tryFile(file, isMain) ??
    tryExtensions(file, extensions, isMain) ??
    tryExtensions(path.resolve(file, 'index'), extensions, isMain);
  if (found !== undefined) return found;
  found = tryExtensions(path.resolve(folder, 'index'), extensions, isMain);
  if (found === undefined) {
    const error = new Error(
      `Cannot find module '${file}'. Please verify that the package.json has a valid "main" entry`,
    );
    error.code = 'MODULE_NOT_FOUND';
    error.path = path.resolve(folder, 'package.json');
    error.requestPath = request;
    throw error;
  }
  process.emitWarning(
    `Invalid 'main' field in '${config.path}' of '${config.main}'. Please either fix that or report it to the module author`,
    'DeprecationWarning',
    'DEP0128',
  );
  return found;
}

const PACKAGE_NAME = /^((?:@[^/\\%]+\/)?[^./\\%][^/\\%]*)(\/.*)?$/;

/** Through the "exports" of a package in `folder`/node_modules; undefined when it has none. */
function resolveInPackage(nodeModules, request, wanted) {
  const match = PACKAGE_NAME.exec(request);
  if (match === null) return undefined;
  const config = readPackage(`${nodeModules}/${match[1]}/package.json`);
  if (config?.exports === undefined) return undefined;
  return existing(resolveExports(config, `.${match[2] ?? ''}`, wanted, undefined), request, config);
}

/** A file that a package map named must exist. */
function existing(file, request, config) {
  if (statKind(file) === 0) return toReal(file, false);
  const error = new Error(`Cannot find module '${file}'`);
  error.code = 'MODULE_NOT_FOUND';
  if (config) error.path = config.path;
  throw error;
}

Module._findPath = function _findPath(request, paths, isMain, wanted = conditions) {
  const absolute = path.isAbsolute(request);
  if (absolute) paths = [''];
  else if (!paths || paths.length === 0) return false;

  const cacheKey = `${request}\0${paths.length === 1 ? paths[0] : paths.join('\0')}`;
  const cached = Module._pathCache[cacheKey];
  if (cached) return cached;

  const trailingSlash =
    request.endsWith('/') || request.endsWith('/.') || request.endsWith('/..') || request === '.' || request === '..';
  for (const each of paths) {
    // The folder of a relative request need not exist any more.
    if (each && !request.startsWith('..') && statHook(each) < 1) continue;
    if (!absolute && each.endsWith('/node_modules')) {
      const exported = resolveInPackage(each, request, wanted);
      if (exported !== undefined) return exported;
    } else if (!absolute && !isRelative(request)) {
      const exported = resolveInPackage(each, request, wanted);
      if (exported !== undefined) return exported;
    }
    const base = path.resolve(each, request);
    const kind = statHook(base);
    let found;
    if (!trailingSlash) {
      if (kind === 0) found = toReal(base, isMain);
      found ??= tryExtensions(base, Object.keys(Module._extensions), isMain);
    }
    if (found === undefined && kind === 1) found = tryPackage(base, Object.keys(Module._extensions), isMain, request);
    if (found !== undefined) {
      Module._pathCache[cacheKey] = found;
      return found;
    }
  }
  return false;
};

/** A package that requires itself by name, through its own "exports". */
function resolveSelf(parentFile, request, wanted) {
  const config = packageScope(parentFile);
  if (!config?.exports || config.name === undefined) return undefined;
  let subpath;
  if (request === config.name) subpath = '.';
  else if (request.startsWith(`${config.name}/`)) subpath = `.${request.slice(config.name.length)}`;
  else return undefined;
  return existing(resolveExports(config, subpath, wanted, undefined), request, config);
}

Module._resolveFilename = function _resolveFilename(request, parent, isMain, options) {
  validateString(request, 'request');
  const wanted = options?.conditions ?? conditions;
  if (builtinId(request) !== undefined) return request;

  let paths;
  if (options?.paths !== undefined) {
    if (!Array.isArray(options.paths)) throw new codes.ERR_INVALID_ARG_VALUE('options.paths', options.paths);
    paths = [];
    for (const from of options.paths) {
      if (isRelative(request)) {
        paths.push(from);
        continue;
      }
      const fake = new Module('', null);
      fake.paths = Module._nodeModulePaths(from);
      for (const each of Module._resolveLookupPaths(request, fake) ?? []) if (!paths.includes(each)) paths.push(each);
    }
    if (isRelative(request)) {
      for (const from of options.paths) {
        const found = Module._findPath(path.resolve(from, request), [''], false, wanted);
        if (found) return found;
      }
    }
  } else {
    paths = Module._resolveLookupPaths(request, parent);
  }

  if (selfBase !== undefined && !parent?.filename) {
    const self = resolveSelf(selfBase, request, wanted);
    if (self !== undefined) return self;
  }
  if (parent?.filename) {
    if (request[0] === '#') {
      const config = packageScope(parent.filename);
      if (config?.imports) {
        const found = resolveImports(request, config, wanted, parent.filename, (bare) =>
          Module._resolveFilename(
            bare,
            { id: config.path, filename: config.path, paths: Module._nodeModulePaths(config.folder) },
            false,
            options,
          ),
        );
        return builtinId(found) !== undefined ? found : existing(found, request, config);
      }
    }
    const self = resolveSelf(parent.filename, request, wanted);
    if (self !== undefined) return self;
  }

  const found = Module._findPath(request, paths, isMain, wanted);
  if (found) return found;
  const requireStack = [];
  for (let at = parent; at; at = parents.get(at)) requireStack.push(at.filename || at.id);
  let message = `Cannot find module '${request}'`;
  if (requireStack.length > 0) message += `\nRequire stack:\n- ${requireStack.join('\n- ')}`;
  const error = new Error(message);
  error.code = 'MODULE_NOT_FOUND';
  error.requireStack = requireStack;
  throw error;
};

// --- loading ------------------------------------------------------------------------------------------------------------

Module._load = function _load(request, parent, isMain) {
  if (hooks.active.resolve || hooks.active.load) return loadThroughHooks(request, parent, isMain);
  if (typeof request !== 'string') validateString(request, 'path');
  const builtin = loadBuiltin(request);
  if (builtin !== undefined) {
    // Somebody may have put a mock of a builtin into the cache under its name.
    const mocked = Module._cache[request];
    if (mocked !== undefined && !isBuiltinURL(request)) return mocked.exports;
    return builtin;
  }
  if (typeof request === 'string' && isBuiltinURL(request)) throw new codes.ERR_UNKNOWN_BUILTIN_MODULE(request);
  const filename = Module._resolveFilename(request, parent, isMain);
  if (isBuiltinURL(filename) || builtinId(filename) !== undefined) return loadBuiltin(filename);
  return loadGiven(filename, parent, isMain, undefined);
};

/** What hooks know of a module besides its file name. @type {WeakMap<Module, Origin>} */
const origins = new WeakMap();

/**
 * @typedef {object} Origin
 * @property {string} url
 * @property {string|undefined} format as a resolve hook has it
 * @property {{source: string, format: string}|undefined} loaded its text, if it has been loaded
 * @property {{require: Function, resolve: Function}|undefined} importer in place of `require` (asynchronous hooks)
 */

/**
 * The exports of the module `filename`, from the cache or loaded.
 * @param {Origin|undefined} origin
 */
function loadGiven(filename, parent, isMain, origin) {
  const cached = Module._cache[filename];
  if (cached !== undefined) {
    if (parent?.children && !parent.children.includes(cached)) parent.children.push(cached);
    if (cached.loaded) return cached.exports;
    return unfinishedExports(cached);
  }
  const module = new Module(filename, parent);
  if (origin !== undefined) origins.set(module, origin);
  if (isMain) {
    process.mainModule = module;
    mainModule = module;
    module.id = '.';
  }
  Module._cache[filename] = module;
  processState.reportDependency?.('watch:require', filename);
  let failed = true;
  try {
    module.load(filename);
    failed = false;
  } finally {
    if (failed) {
      delete Module._cache[filename];
      const at = parent?.children?.indexOf(module) ?? -1;
      if (at >= 0) parent.children.splice(at, 1);
    }
  }
  return module.exports;
}

// --- module.registerHooks() ---------------------------------------------------------------------------------------------

/** The URL of a module, as hooks see it. */
function urlOf(module) {
  if (!module) return undefined;
  const origin = origins.get(module);
  if (origin !== undefined) return origin.url;
  return module.filename ? fileURL(module.filename) : undefined;
}

function fileURL(filename) {
  return path.isAbsolute(filename) ? require('url/url').pathToFileURL(filename).href : filename;
}

/** The name under which require() caches what has this URL. */
function filenameOfURL(url) {
  if (url.startsWith('file:')) return require('url/url').fileURLToPath(url);
  if (url.startsWith('node:') && PUBLIC[url.slice(5)] !== undefined) return url.slice(5);
  return url;
}

/** {url, format, filename} of a request, through the hooks. */
function resolveThroughHooks(request, parent, isMain, options = undefined) {
  const defaults = hookConditions();
  const context = { parentURL: urlOf(parent), importAttributes: undefined, conditions: defaults };
  let known; // what the default step found: need not be derived from its URL
  const found = hooks.resolveThroughHooks(request, context, (specifier, merged) => {
    known = resolveForHooks(specifier, parent, isMain, options, hooks.conditionsOf(merged, defaults));
    return { __proto__: null, url: known.url, format: known.format, importAttributes: undefined };
  });
  const filename = found.url === known?.url ? known.filename : filenameOfURL(found.url);
  return { url: found.url, format: found.format ?? undefined, filename };
}

/** The conditions of require() in Node's order. */
function hookConditions() {
  const rest = [...conditions].filter((each) => !['require', 'node', 'node-addons', 'module-sync'].includes(each));
  return ['require', 'node', 'node-addons', 'module-sync', ...rest];
}

/** The default step of resolution. */
function resolveForHooks(specifier, parent, isMain, options, wanted) {
  if (specifier.startsWith('file:')) {
    const filename = Module._resolveFilename(require('url/url').fileURLToPath(specifier), parent, isMain);
    return { url: fileURL(filename), format: undefined, filename };
  }
  const merged = wanted === undefined ? options : { ...options, conditions: wanted };
  const filename = Module._resolveFilename(specifier, parent, isMain, merged);
  if (builtinId(filename) === undefined) return { url: fileURL(filename), format: undefined, filename };
  const hasScheme = isBuiltinURL(filename);
  return { url: hasScheme ? filename : `node:${filename}`, format: hasScheme ? 'builtin' : undefined, filename };
}

/** Module._load while there are hooks. */
function loadThroughHooks(request, parent, isMain) {
  validateString(request, 'id');
  const { url, format, filename } = resolveThroughHooks(request, parent, isMain);
  if (!isBuiltinURL(url)) return loadGiven(filename, parent, isMain, { url, format });
  const replaced = Module._cache[filename];
  if (replaced !== undefined && !isBuiltinURL(filename)) return replaced.exports;
  if (hooks.active.load) {
    const loaded = loadFormat(url, 'builtin');
    if (loaded.format !== 'builtin') return loadGiven(filename, parent, isMain, { url, format: loaded.format, loaded });
  }
  const builtin = loadBuiltin(url);
  if (builtin === undefined) throw new codes.ERR_UNKNOWN_BUILTIN_MODULE(url);
  return builtin;
}

/** {source, format} through the load hooks. */
function loadFormat(url, format) {
  const context = { format, importAttributes: undefined, conditions: hookConditions() };
  const loaded = hooks.loadThroughHooks(url, context, (given, merged) => {
    if (isBuiltinURL(given)) return { source: null, format: 'builtin' };
    if (merged.format === 'wasm' || merged.format === 'addon')
      throw new codes.ERR_UNKNOWN_MODULE_FORMAT(merged.format, given);
    const file = given.startsWith('file:') ? require('url/url').fileURLToPath(given) : given;
    return { source: readText(file), format: merged.format };
  });
  const { source } = loaded;
  return { source: source == null ? source : hooks.textOf(source), format: loaded.format ?? undefined };
}

/** {source, format} of a module that is being loaded; the format is undefined when only the text can tell. */
function loadSource(module, filename) {
  const origin = origins.get(module);
  if (origin?.loaded !== undefined) return origin.loaded;
  if (!hooks.active.load) return { source: readText(filename), format: origin?.format };
  const byName = path.isAbsolute(filename) && !isAmbiguous(filename) ? formatOf(filename) : undefined;
  return loadFormat(origin?.url ?? fileURL(filename), origin?.format ?? byName);
}

let mainModule;

/** What a cycle sees of a module that is still loading; reading what is not there yet warns. */
function unfinishedExports(module) {
  const { exports } = module;
  if (
    typeof exports !== 'object' ||
    exports === null ||
    require('util/types').isProxy(exports) ||
    Object.getPrototypeOf(exports) !== Object.prototype ||
    exports.__esModule
  )
    return exports;
  Object.setPrototypeOf(exports, CYCLE_PROXY);
  unfinished.add(exports);
  return exports;
}

const unfinished = new WeakSet();
const CYCLE_PROXY = new Proxy(
  {},
  {
    get(target, key) {
      if (key in target || key === '__esModule') return target[key];
      warnOfCycle(key);
      return undefined;
    },
    getOwnPropertyDescriptor(target, key) {
      if (Object.hasOwn(target, key) || key === '__esModule') return Object.getOwnPropertyDescriptor(target, key);
      warnOfCycle(key);
      return undefined;
    },
    getPrototypeOf: () => Object.prototype,
  },
);

function warnOfCycle(key) {
  process.emitWarning(`Accessing non-existent property '${String(key)}' of module exports inside circular dependency`);
}

function endOfCycle(exports) {
  if (
    exports !== null &&
    typeof exports === 'object' &&
    unfinished.delete(exports) &&
    Object.getPrototypeOf(exports) === CYCLE_PROXY
  ) {
    Object.setPrototypeOf(exports, Object.prototype);
  }
}

Module.prototype.load = function load(filename) {
  this.filename ??= filename;
  this.paths ??= Module._nodeModulePaths(path.dirname(filename));
  const { exports } = this;
  const extension = extensionOf(filename);
  try {
    Module._extensions[extension](this, filename);
  } finally {
    endOfCycle(exports);
    if (this.exports !== exports) endOfCycle(this.exports);
  }
  this.loaded = true;
};

/** The longest registered extension of the file's name: ".test.js" before ".js". */
function extensionOf(filename) {
  const name = path.basename(filename);
  for (let at = name.indexOf('.', 1); at > 0; at = name.indexOf('.', at + 1)) {
    const extension = name.slice(at);
    if (Module._extensions[extension]) return extension;
  }
  return '.js';
}

Module.prototype.require = function (id) {
  validateString(id, 'id');
  if (id === '') throw new codes.ERR_INVALID_ARG_VALUE('id', id, 'must be a non-empty string');
  const importer = origins.get(this)?.importer;
  if (requireChannel.hasSubscribers) {
    const load = () =>
      importer === undefined ? Module._load(id, this, false) : importer.require(id, this, urlOf(this));
    return requireChannel.traceSync(load, { __proto__: null, parentFilename: this.filename, id });
  }
  if (importer !== undefined) return importer.require(id, this, urlOf(this));
  return Module._load(id, this, false);
};

/** The `require` function that the code of `module` gets. */
function makeRequire(module) {
  const require = function require(id) {
    return module.require(id);
  };
  function resolve(request, options) {
    validateString(request, 'request');
    const importer = origins.get(module)?.importer;
    if (importer !== undefined && options?.paths === undefined) return importer.resolve(request, module, urlOf(module));
    if (hooks.active.resolve) return resolveThroughHooks(request, module, false, options).filename;
    return Module._resolveFilename(request, module, false, options);
  }
  resolve.paths = function paths(request) {
    validateString(request, 'request');
    return Module._resolveLookupPaths(request, module);
  };
  require.resolve = resolve;
  require.main = mainModule;
  require.extensions = Module._extensions;
  require.cache = Module._cache;
  return require;
}

Module.prototype._compile = function (content, filename, format) {
  if (format === 'module') {
    this.exports = requireESM(this, filename, content);
    return undefined;
  }
  processState.sourceMaps?.remember(filename, content, this);
  return callWrapper(compileWrapper(content, filename), this, filename);
};
const originalCompile = Module.prototype._compile;

function callWrapper(wrapper, module, filename) {
  return Reflect.apply(wrapper, module.exports, [
    module.exports,
    makeRequire(module),
    module,
    filename,
    path.dirname(filename),
  ]);
}

function compileWrapper(content, filename) {
  if (wrapperPatched) {
    const { runInThisContext } = internalRequire('vm/vm');
    return runInThisContext(Module.wrap(content), { filename, importModuleDynamically: undefined });
  }
  const { compileCache } = processState;
  if (compileCache !== undefined) return compileCache.compileCommonJS(content, filename, hostSymbol(filename));
  return compileCommonJS(content, filename, hostSymbol(filename));
}

/** Tells `import()` which file it stands in; the ES module loader is loaded when one is called. */
function hostSymbol(filename) {
  // Not while the snapshot is made: it cannot hold what C++ would keep.
  if (!importsAnswered && lifecycle.state !== undefined) {
    importsAnswered = true;
    binding('module_wrap').setCallbacks(
      (...args) => internalRequire('modules/esm').importDynamically(...args),
      (...args) => internalRequire('modules/esm').initializeMeta(...args),
    );
  }
  return Symbol(filename);
}
let importsAnswered = false;

const stripShebang = (content) => (content.startsWith('#!') ? `//${content}` : content);

Module._extensions['.js'] = function (module, filename) {
  loadScript(module, filename);
};

/** `.js`, `.cjs`, `.mjs`, `.ts`, ...: what kind of module a file is decides what becomes of it. */
function loadScript(module, filename) {
  const loaded = origins.has(module) || hooks.active.load ? loadSource(module, filename) : undefined;
  if (loaded?.format === 'builtin') {
    module.exports = loadBuiltin(origins.get(module).url);
    return;
  }
  if (loaded?.format === 'json') {
    module.exports = parseJSON(loaded.source, filename);
    return;
  }
  const format = loaded?.format ?? formatOf(filename) ?? 'commonjs';
  if (format.startsWith('module')) {
    let source = loaded?.source;
    if (source !== undefined && format.endsWith('typescript'))
      source = internalRequire('modules/typescript').stripTypes(source, filename);
    module.exports = requireESM(module, filename, source);
    return;
  }
  let source = stripShebang(loaded?.source ?? readText(filename));
  if (format.endsWith('typescript')) source = internalRequire('modules/typescript').stripTypes(source, filename);
  let wrapper;
  try {
    wrapper = compileWrapper(source, filename);
  } catch (error) {
    const mayBeEither =
      loaded !== undefined && !path.isAbsolute(filename) ? loaded.format === undefined : isAmbiguous(filename);
    if (!mayBeEither || !looksLikeModule(source, filename)) {
      if (filename.endsWith('.cjs') || !mayBeEither) noteOfModule(error, source, filename);
      throw error;
    }
    const { getOptionValue } = internalRequire('cli/options');
    if (module !== mainModule && !getOptionValue('--experimental-require-module')) {
      detected.delete(filename);
      noteOfModule(error, source, filename);
      throw error;
    }
    module.exports = requireESM(module, filename, source);
    return;
  }
  processState.sourceMaps?.remember(filename, source, module);
  if (module._compile === originalCompile) callWrapper(wrapper, module, filename);
  else module._compile(source, filename, format); // somebody patched it (transpilers, coverage)
}

/** A file that has to be CommonJS, but is an ES module: says how to make it one. */
function noteOfModule(error, source, filename) {
  if (!(error instanceof SyntaxError) || !binding('module_wrap').isModuleSource(source, filename)) return;
  internalRequire('process/warning').emitWarningSync(
    `Failed to load the ES module: ${filename}. Make sure to set "type": "module" in the nearest package.json file ` +
      'or use the .mjs extension.',
  );
}

function requireESM(module, filename, source = undefined) {
  if (module !== mainModule && !internalRequire('cli/options').getOptionValue('--experimental-require-module'))
    throw requireError(module, filename, source);
  if (module === mainModule) {
    // The main script: top-level await is fine there.
    const { pathToFileURL } = internalRequire('url/url');
    detected.add(filename);
    internalRequire('modules/entry').runAsync(() =>
      internalRequire('modules/esm').importFrom(pathToFileURL(filename).href, undefined, undefined, { isMain: true }),
    );
    return module.exports;
  }
  const parent = parents.get(module);
  const { getOptionValue } = internalRequire('cli/options');
  const trace = getOptionValue('--trace-require-module');
  if (trace && (trace === 'all' || !/[\\/]node_modules[\\/]/.test(parent?.filename ?? ''))) {
    internalRequire('process/warning').emitWarningSync(
      `CommonJS module ${parent?.filename} is loading ES Module ${filename} using require().\n` +
        'Support for loading ES Module in require() is an experimental feature and might change at any time',
      'ExperimentalWarning',
      undefined,
      module.require,
    );
  }
  return internalRequire('modules/esm').requireModule(filename, parent?.filename, source, origins.get(module)?.url);
}

/** What --no-experimental-require-module makes of require() of an ES module. */
function requireError(module, filename, source = readText(filename)) {
  const parent = parents.get(module)?.filename;
  const config = filename.endsWith('.js') ? packageScope(filename) : null;
  const hasModuleSyntax =
    /\b(?:import|export)\b/.test(source) && binding('module_wrap').isModuleSource(source, filename);
  return new codes.ERR_REQUIRE_ESM(filename, hasModuleSyntax, parent, config?.path);
}

/** Files that turned out to be ES modules by their syntax. */
const detected = new Set();

/** Whether only its syntax can tell what kind of module a file is. */
function isAmbiguous(filename) {
  if (!/\.[jt]s$/.test(filename) && path.extname(filename) !== '') return false;
  return (
    (packageScope(filename)?.type ?? 'none') === 'none' &&
    internalRequire('cli/options').getOptionValue('--experimental-detect-module')
  );
}

/** Whether text that is no valid CommonJS is a valid ES module; remembered. */
function looksLikeModule(source, filename) {
  const found = binding('module_wrap').isModuleSource(source, filename);
  if (found) detected.add(filename);
  return found;
}

/**
 * What kind of module a file is by its name and package: 'commonjs', 'module', 'json', 'wasm', 'addon', the first two with
 * '-typescript' behind; undefined for unknown extensions. Ambiguous files count as CommonJS until their text has shown more.
 */
function formatOf(filename) {
  const extension = path.extname(filename);
  switch (extension) {
    case '.mjs':
      return 'module';
    case '.cjs':
      return 'commonjs';
    case '.json':
      return 'json';
    case '.wasm':
      return 'wasm';
    case '.node':
      return 'addon';
    case '.mts':
      return 'module-typescript';
    case '.cts':
      return 'commonjs-typescript';
    case '.js':
    case '.ts':
    case '': {
      const suffix = extension === '.ts' ? '-typescript' : '';
      const type = packageScope(filename)?.type ?? 'none';
      if (type !== 'none') return `${type}${suffix}`;
      return detected.has(filename) ? `module${suffix}` : `commonjs${suffix}`;
    }
    default:
      return undefined;
  }
}

function parseJSON(source, filename) {
  try {
    return JSON.parse(source);
  } catch (error) {
    error.message = `${filename}: ${error.message}`;
    throw error;
  }
}

Module._extensions['.json'] = function (module, filename) {
  if (!hooks.active.load && !origins.has(module)) {
    module.exports = parseJSON(readText(filename), filename);
    return;
  }
  const loaded = loadSource(module, filename);
  if (loaded.format === undefined || loaded.format === 'json') {
    module.exports = parseJSON(loaded.source, filename);
    return;
  }
  origins.set(module, { ...origins.get(module), url: urlOf(module), loaded });
  loadScript(module, filename);
};

Module._extensions['.node'] = function () {
  throw new codes.ERR_METHOD_NOT_IMPLEMENTED('native addons (.node)');
};

Module.runMain = function executeUserEntryPoint(main = process.argv[1]) {
  internalRequire('modules/entry').runMain(main);
};

/** require() as if called in `filename` (a path or file: URL). */
Module.createRequire = function createRequire(filename) {
  const { URL, fileURLToPath } = require('url/url');
  let file = filename;
  if (filename instanceof URL || (typeof filename === 'string' && filename.startsWith('file:')))
    file = fileURLToPath(filename);
  else if (typeof filename !== 'string' || !path.isAbsolute(filename)) {
    throw new codes.ERR_INVALID_ARG_VALUE(
      'filename',
      filename,
      'must be a file URL object, file URL string, or absolute path string',
    );
  }
  const module = new Module(file.endsWith('/') ? path.join(file, 'noop.js') : file, undefined);
  module.filename = module.id;
  if (file !== filename) origins.set(module, { url: `${filename}` });
  module.paths = Module._nodeModulePaths(path.dirname(module.filename));
  return makeRequire(module);
};

Module._preloadModules = function (requests) {
  if (!Array.isArray(requests)) return;
  isPreloading = true;
  const parent = new Module('internal/preload', null);
  try {
    parent.paths = Module._nodeModulePaths(process.cwd());
    selfBase = `${process.cwd()}/`; // packages may name themselves
  } catch (error) {
    if (error.code !== 'ENOENT') throw error; // the folder is gone
  }
  for (const request of requests) parent.require(request);
  isPreloading = false;
  selfBase = undefined;
};

Object.defineProperty(Module, 'builtinModules', {
  __proto__: null,
  get() {
    return Object.freeze(Object.keys(PUBLIC).filter((name) => present.has(PUBLIC[name])));
  },
  configurable: true,
  enumerable: true,
});

/** Whether `name` is a public module, with or without `node:`. */
Module.isBuiltin = function isBuiltin(name) {
  return typeof name === 'string' && builtinId(name) !== undefined;
};

for (const extension of ['.cjs', '.mjs', '.ts', '.cts', '.mts']) {
  // Known to require(), but not tried for names without an extension.
  Object.defineProperty(Module._extensions, extension, {
    __proto__: null,
    value: loadScript,
    writable: true,
    configurable: true,
    enumerable: false,
  });
}

module.exports = {
  Module,
  builtinId,
  compileWrapper,
  existing,
  filenameOfURL,
  formatOf,
  isAmbiguous,
  loadBuiltin,
  loadGiven,
  looksLikeModule,
  makeRequire,
  stripShebang,
};
