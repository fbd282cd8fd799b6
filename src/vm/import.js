// What the option importModuleDynamically does for scripts, functions and modules.
'use strict';

const { codes } = require('errors/errors');
const { URL } = require('url/url');

const constants = Object.freeze({
  __proto__: null,
  USE_MAIN_CONTEXT_DEFAULT_LOADER: Symbol('vm_dynamic_import_main_context_default'),
  DONT_CONTEXTIFY: Symbol('vm_context_no_contextify'),
});

function checkImporter(value) {
  if (value === undefined || value === constants.USE_MAIN_CONTEXT_DEFAULT_LOADER || typeof value === 'function') return;
  throw new codes.ERR_INVALID_ARG_TYPE('options.importModuleDynamically', 'function', value);
}

function missingCallback() {
  return Promise.reject(new codes.ERR_VM_DYNAMIC_IMPORT_CALLBACK_MISSING());
}

/** The URL that imports of a script called `name` are relative to. */
function baseOf(name) {
  if (/^[a-z][a-z\d+.-]+:/i.test(name) && URL.canParse(name)) return name;
  const { isAbsolute } = require('path/path');
  const { pathToFileURL } = require('url/url');
  return isAbsolute(name) ? pathToFileURL(name).href : pathToFileURL(`${process.cwd()}/`).href;
}

/**
 * What tells V8's `import()` which code asked.
 * @param {Function|symbol|undefined} importer the option
 * @param {string} name of the script
 * @param {object} referrer what the importer is told; or `{value}` that will hold it
 */
function hostSymbol(importer, name, referrer) {
  const { hostSymbolFor } = require('modules/esm');
  if (importer === undefined) return hostSymbolFor(name, missingCallback);
  if (importer === constants.USE_MAIN_CONTEXT_DEFAULT_LOADER) {
    require('util/internal').emitExperimentalWarning('vm.USE_MAIN_CONTEXT_DEFAULT_LOADER');
    // What is relative to the working directory is so when it is imported.
    return hostSymbolFor(name, (specifier, attributes, phase) =>
      require('modules/esm').importFrom(specifier, baseOf(name), attributes, { phase }),
    );
  }
  const { getOptionValue } = require('cli/options');
  if (!getOptionValue('--experimental-vm-modules'))
    return hostSymbolFor(name, () => Promise.reject(new codes.ERR_VM_DYNAMIC_IMPORT_CALLBACK_MISSING_FLAG()));
  return hostSymbolFor(name, async (specifier, attributes, phase) => {
    const { namespaceOf } = require('vm/module');
    return namespaceOf(await importer(specifier, referrer.value ?? referrer, attributes, phase), phase);
  });
}

module.exports = { checkImporter, constants, hostSymbol };
