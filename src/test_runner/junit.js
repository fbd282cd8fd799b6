'use strict';

/** JUnit's XML. */

const { inspect } = require('util/inspect');
const { hostname } = require('os/os');

const attribute = (value) => text(value).replaceAll('"', '&quot;').replaceAll('\n', '&#10;');
const text = (value) => String(value).replaceAll('&', '&amp;').replaceAll('<', '&lt;');
const comment = (value) => String(value).replaceAll('--', '&#45;&#45;');

function write(node) {
  const margin = '\t'.repeat(node.depth + 1);
  if (node.comment !== undefined) return `${margin}<!-- ${comment(node.comment)} -->\n`;
  if (node.text !== undefined) return `${text(node.text)}\n`;
  const attributes = Object.entries(node.attributes)
    .map(([name, value]) => ` ${name}="${attribute(value)}"`)
    .join('');
  if (node.children.length === 0) return `${margin}<${node.tag}${attributes}/>\n`;
  return `${margin}<${node.tag}${attributes}>\n${node.children.map(write).join('')}${margin}</${node.tag}>\n`;
}

const isFailure = (node) =>
  node.attributes?.failure !== undefined || node.children?.some((child) => child.tag === 'failure');
const isSkipped = (node) => node.children?.some((child) => child.tag === 'skipped');

/** The element of a test that has ended; with subtests it is a suite. */
function close(node, type, data) {
  const duration = data.details.duration_ms;
  node.attributes.time = (duration / 1000).toFixed(6);
  if (node.children.some((child) => child.tag !== undefined)) {
    const cases = node.children.filter((child) => child.tag !== undefined);
    node.tag = 'testsuite';
    node.attributes = {
      name: node.attributes.name,
      time: node.attributes.time,
      disabled: 0,
      errors: 0,
      tests: cases.length,
      failures: cases.filter(isFailure).length,
      skipped: cases.filter(isSkipped).length,
      hostname: hostname(),
    };
    return;
  }
  node.tag = 'testcase';
  node.attributes.classname = data.classname ?? 'test';
  if (data.file) node.attributes.file = data.file;
  const child = (tag, attributes, children = []) =>
    node.children.push({ tag, depth: node.depth + 1, attributes, children });
  if (data.skip !== undefined) child('skipped', { type: 'skipped', message: data.skip });
  if (data.todo !== undefined) child('skipped', { type: 'todo', message: data.todo });
  if (type !== 'test:fail') return;
  const { error } = data.details;
  const message = error?.message ?? '';
  let shown;
  try {
    shown = inspect(error);
  } catch {
    shown = inspect(error, { customInspect: false });
  }
  child('failure', { type: error?.failureType ?? error?.code, message: String(message).trimEnd() }, [{ text: shown }]);
  node.attributes.failure = message;
}

module.exports = async function* junit(source) {
  yield '<?xml version="1.0" encoding="utf-8"?>\n<testsuites>\n';
  const open = [];
  const roots = [];
  const add = (node) => {
    const parent = open.at(-1);
    if (parent === undefined) roots.push(node);
    else parent.children.push(node);
  };
  for await (const { type, data } of source) {
    switch (type) {
      case 'test:start': {
        const node = { tag: 'testcase', depth: data.nesting, attributes: { name: data.name }, children: [] };
        while (open.length > data.nesting) open.pop();
        add(node);
        open.push(node);
        break;
      }
      case 'test:pass':
      case 'test:fail': {
        while (open.length > data.nesting + 1) open.pop();
        const node = open.pop();
        if (node !== undefined) close(node, type, data);
        break;
      }
      case 'test:diagnostic':
        while (open.length > data.nesting) open.pop();
        add({ comment: data.message, depth: data.nesting });
        break;
    }
  }
  for (const node of roots) yield write(node);
  yield '</testsuites>\n';
};
