// Myers' shortest edit script: E. W. Myers, "An O(ND) Difference Algorithm and Its Variations", 1986.
'use strict';

const DELETE = -1;
const SAME = 0;
const INSERT = 1;

/**
 * [[operation, value], ...] that turns `expected` into `actual`, last first.
 * @param {string[]} actual
 * @param {string[]} expected
 * @param {boolean} [ignoreTrailingComma] lines that differ only by a comma at their end are the same
 */
function myersDiff(actual, expected, ignoreTrailingComma = false) {
  const n = actual.length;
  const m = expected.length;
  const max = n + m;
  const same = (a, b) => a === b || (ignoreTrailingComma && (`${a},` === b || a === `${b},`));
  const v = new Int32Array(2 * max + 2);
  const trace = [];
  for (let d = 0; d <= max; d++) {
    trace.push(v.slice(max - d, max + d + 2));
    for (let k = -d; k <= d; k += 2) {
      const down = k === -d || (k !== d && v[max + k - 1] < v[max + k + 1]);
      let x = down ? v[max + k + 1] : v[max + k - 1] + 1;
      let y = x - k;
      while (x < n && y < m && same(actual[x], expected[y])) {
        x++;
        y++;
      }
      v[max + k] = x;
      if (x >= n && y >= m) return backtrack(trace, actual, expected, ignoreTrailingComma);
    }
  }
  return [];
}

function backtrack(trace, actual, expected, ignoreTrailingComma) {
  let x = actual.length;
  let y = expected.length;
  const result = [];
  for (let d = trace.length - 1; d >= 0; d--) {
    const v = trace[d];
    const at = (k) => v[k + d];
    const k = x - y;
    const previousK = k === -d || (k !== d && at(k - 1) < at(k + 1)) ? k + 1 : k - 1;
    const previousX = d === 0 ? 0 : at(previousK);
    const previousY = previousX - previousK;
    while (x > Math.max(previousX, 0) && y > Math.max(previousY, 0)) {
      const value = ignoreTrailingComma && !actual[x - 1].endsWith(',') ? expected[y - 1] : actual[x - 1];
      result.push([SAME, value]);
      x--;
      y--;
    }
    if (d > 0) {
      if (x > previousX) result.push([INSERT, actual[--x]]);
      else result.push([DELETE, expected[--y]]);
    }
  }
  return result;
}

module.exports = { DELETE, INSERT, SAME, myersDiff };
