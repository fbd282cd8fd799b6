// The loader of internal modules: the first JavaScript that runs while the snapshot is made.
//
// `exports.loaded` holds the exports of all evaluated modules by id. Everything evaluated by the end of `cli/bootstrap`
// is part of the snapshot; later modules are compiled on first `require`, from embedded source with a code cache.
'use strict';

const { binding: nativeBinding, compile } = binding;

const modules = { __proto__: null };
const bindings = { __proto__: null };

function getBinding(name) {
  const found = bindings[name];
  if (found !== undefined) return found;
  const made = nativeBinding(name);
  if (made === undefined) throw new Error(`No such binding: ${name}`);
  bindings[name] = made;
  return made;
}

// Filled by process/process; exists now so that every module gets it as a parameter.
const theProcess = {};

function internalRequire(id) {
  const found = modules[id];
  if (found !== undefined) return found.exports;
  if (id.startsWith('node:')) return internalRequire(internalRequire('modules/public_names').PUBLIC[id.slice(5)]); // from deps/*
  const wrapper = compile(id);
  const module = { id, exports: {} };
  modules[id] = module;
  try {
    wrapper(module.exports, internalRequire, module, getBinding, theProcess);
  } catch (error) {
    delete modules[id];
    throw error;
  }
  return module.exports;
}

exports.loaded = modules;
getBinding('engine').setLoader(internalRequire);
internalRequire('cli/bootstrap');
