// Loading of ES modules through the asynchronous hooks of module.register(): the graph is resolved and loaded first, step
// by step, then linked and evaluated like any other.
'use strict';

const { importConditions } = require('modules/esm_resolve');
const esm = require('modules/esm');
const hooks = require('modules/hooks');
const { formatByName } = require('modules/esm_load');

/** {url, format, importAttributes}; with synchronous hooks around them, which wait. */
async function resolveAsync(specifier, base, attributes, { isMain, space, chain }) {
  if (hooks.active.resolve && space !== esm.hooksSpace)
    return esm.resolveSync(specifier, base, attributes, space, isMain);
  const conditions = [...importConditions()];
  const context = { parentURL: base, importAttributes: attributes, conditions };
  const found = await chain.resolve(specifier, context, (given, merged) =>
    esm.defaultResolve(given, merged, isMain, conditions),
  );
  return esm.checkFound(found, attributes);
}

async function loadAsync(url, format, attributes, { space, chain }) {
  if (hooks.active.load && space !== esm.hooksSpace) return esm.loadSync(url, format, attributes, space);
  const context = { format: format ?? formatByName(url), importAttributes: attributes };
  return esm.checkLoaded(url, await chain.load(url, context, esm.loadForChain));
}

/** key -> promise of the Job, while it is being loaded. A space's own map, since keys are unique there alone. */
const loading = new WeakMap();

/** The Job of a URL, loaded but not linked. */
function jobAsync({ url, format, importAttributes }, environment) {
  const { space } = environment;
  const key = esm.keyOf(url, importAttributes);
  const known = space.jobs.get(key);
  if (known !== undefined) return known;
  let pending = loading.get(space);
  if (pending === undefined) loading.set(space, (pending = new Map()));
  let promise = pending.get(key);
  if (promise === undefined) {
    promise = loadAsync(url, format, importAttributes, environment)
      .then((loaded) => space.jobs.get(key) ?? esm.jobFromLoaded(url, importAttributes, space, loaded))
      .finally(() => pending.delete(key));
    pending.set(key, promise);
  }
  return promise;
}

/** Links a Job and all that it imports. `seen` breaks circles. */
async function linkAll(job, environment, seen) {
  if (seen.has(job)) return;
  seen.add(job);
  if (job.isLinked) return;
  const base = job.responseURL ?? job.url;
  const requests = job.wrap.requests();
  if (requests.length === 0) {
    job.isLinked = true;
    return;
  }
  const targets = await Promise.all(
    requests.map(async ([specifier, attributes, , , isSource]) => {
      if (job.targetsOf !== undefined && specifier === `${base}#instance`) return undefined;
      const found = await resolveAsync(specifier, base, attributes, { ...environment, isMain: false });
      if (isSource) return esm.sourceObject(found, environment.space);
      const target = await jobAsync(found, environment);
      await linkAll(target, environment, seen);
      return target.wrap;
    }),
  );
  job.wrap.link(job.targetsOf === undefined ? targets : job.targetsOf(targets));
  job.isLinked = true;
}

/** Loads and links what a Job (of --eval) imports. */
async function linkAsync(job, chain) {
  await linkAll(job, { space: job.space, chain, isMain: false }, new Set());
}

/** Evaluates outside of microtasks, where code may wait for hooks (import.meta.resolve, require). */
function evaluateOutside(job) {
  const { setImmediate } = require('timers/timers');
  const { runMicrotasks } = binding('loop');
  return new Promise((resolve, reject) => {
    setImmediate(() => {
      esm.evaluate(job).then(resolve, reject);
      runMicrotasks(); // before ticks, as everywhere in ES modules
    });
  });
}

/** `import(specifier)` through the chain. */
async function importThroughChain(specifier, base, attributes, environment) {
  const { space, isMain, phase } = environment;
  const found = await resolveAsync(specifier, base, attributes ?? { __proto__: null }, environment);
  if (phase === 'source') return esm.sourceObject(found, space);
  if (isMain) space.mainUrl = found.url;
  const job = await jobAsync(found, environment);
  await linkAll(job, environment, new Set());
  return evaluateOutside(job);
}

module.exports = { evaluateOutside, importThroughChain, linkAsync };
