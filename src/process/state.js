'use strict';

/** What several files of this room share, as plain fields: `process` itself is a slow place to keep things. */
module.exports = {
  /** 'exit' has been emitted, or is about to be: no more ticks. */
  exiting: false,
  /** What process.exitCode holds: undefined, null, a number or a numeric string. */
  exitCode: undefined,
  /** The function of process.setUncaughtExceptionCaptureCallback, or null. */
  captureUncaught: null,
  /** node:domain's part in uncaught exceptions, once it is loaded: error → handled, undefined when it is not its own. */
  domainCapture: null,
  /** Stack of the first require('domain'). */
  domainLoadedAt: '',
  /** Writes a diagnostic report of an exception that ends the process, if settings say so; null until it is loaded. */
  reportUncaught: null,
  /** In a Worker: tells the parent of an exception that ends it. */
  reportToParent: undefined,
  /** Called when the loop is empty, before 'exit' is emitted: may set the exit code. */
  atNaturalEnd: undefined,
  /** Tells the parent of --watch what has been loaded: (kind, file). */
  reportDependency: undefined,
  /** The module compile_cache, when it is enabled. */
  compileCache: undefined,
  /** process.setSourceMapsEnabled, --enable-source-maps */
  sourceMapsEnabled: false,
  /** The module source_map_cache, while source maps are enabled. */
  sourceMaps: undefined,
};
