'use strict';

/** One character a test, then what failed. */

const { formatResult, palette } = require('test_runner/report_format');

const kColumns = 20;

module.exports = async function* dot(source) {
  const colors = palette();
  const failed = [];
  let column = 0;
  const width = () => (process.stdout?.isTTY ? Math.max(process.stdout.columns ?? kColumns, kColumns) : kColumns);
  let columns = width();
  for await (const { type, data } of source) {
    if (type === 'test:pass') yield `${colors.green}.${colors.reset}`;
    if (type === 'test:fail') {
      yield `${colors.red}X${colors.reset}`;
      failed.push(data);
    }
    if ((type === 'test:pass' || type === 'test:fail') && ++column === columns) {
      yield '\n';
      column = 0;
      columns = width();
    }
  }
  yield '\n';
  if (failed.length === 0) return;
  yield `\n${colors.red}Failed tests:${colors.white}\n\n`;
  for (const data of failed) yield formatResult('test:fail', data, colors, { nesting: 0, showError: true });
};
