// How many colours a terminal has, by its environment: https://nodejs.org/api/tty.html#writestreamgetcolordepthenv
'use strict';

const BITS_1 = 1;
const BITS_4 = 4;
const BITS_8 = 8;
const BITS_24 = 24;

const TERMS = {
  __proto__: null,
  eterm: BITS_4,
  cons25: BITS_4,
  console: BITS_4,
  cygwin: BITS_4,
  dtterm: BITS_4,
  gnome: BITS_4,
  hurd: BITS_4,
  jfbterm: BITS_4,
  konsole: BITS_4,
  kterm: BITS_4,
  mlterm: BITS_4,
  mosh: BITS_24,
  putty: BITS_4,
  st: BITS_4,
  'rxvt-unicode-24bit': BITS_24,
  terminator: BITS_24,
  'xterm-kitty': BITS_24,
};
const PATTERNS = [
  /ansi/,
  /color/,
  /linux/,
  /direct/,
  /^con[0-9]*x[0-9]/,
  /^rxvt/,
  /^screen/,
  /^xterm/,
  /^vt100/,
  /^vt220/,
];
const CI = [
  ['APPVEYOR', BITS_8],
  ['BUILDKITE', BITS_8],
  ['CIRCLECI', BITS_24],
  ['DRONE', BITS_8],
  ['GITEA_ACTIONS', BITS_24],
  ['GITHUB_ACTIONS', BITS_24],
  ['GITLAB_CI', BITS_8],
  ['TRAVIS', BITS_8],
];

let warned = false;

function warnOfConflict(env) {
  if (warned) return;
  const name =
    env.NODE_DISABLE_COLORS !== undefined && env.NODE_DISABLE_COLORS !== ''
      ? 'NODE_DISABLE_COLORS'
      : env.NO_COLOR !== undefined && env.NO_COLOR !== ''
        ? 'NO_COLOR'
        : '';
  if (name === '') return;
  process.emitWarning(`The '${name}' env is ignored due to the 'FORCE_COLOR' env being set.`, 'Warning');
  warned = true;
}

/** 1, 4, 8 or 24 bits. */
function getColorDepth(env = process.env) {
  if (env.FORCE_COLOR !== undefined) {
    switch (env.FORCE_COLOR) {
      case '':
      case '1':
      case 'true':
        warnOfConflict(env);
        return BITS_4;
      case '2':
        warnOfConflict(env);
        return BITS_8;
      case '3':
        warnOfConflict(env);
        return BITS_24;
      default:
        return BITS_1;
    }
  }
  if (
    (env.NODE_DISABLE_COLORS !== undefined && env.NODE_DISABLE_COLORS !== '') ||
    (env.NO_COLOR !== undefined && env.NO_COLOR !== '') ||
    env.TERM === 'dumb'
  )
    return BITS_1;
  if (env.TMUX) return BITS_24;
  if ('TF_BUILD' in env && 'AGENT_NAME' in env) return BITS_4;
  if ('CI' in env) {
    for (const [name, bits] of CI) if (name in env) return bits;
    return env.CI_NAME === 'codeship' ? BITS_8 : BITS_1;
  }
  if ('TEAMCITY_VERSION' in env) return /^(9\.(0*[1-9]\d*)\.|\d{2,}\.)/.test(env.TEAMCITY_VERSION) ? BITS_4 : BITS_1;
  switch (env.TERM_PROGRAM) {
    case 'iTerm.app':
      return !env.TERM_PROGRAM_VERSION || /^[0-2]\./.test(env.TERM_PROGRAM_VERSION) ? BITS_8 : BITS_24;
    case 'HyperTerm':
    case 'MacTerm':
      return BITS_24;
    case 'Apple_Terminal':
      return BITS_8;
  }
  if (env.COLORTERM === 'truecolor' || env.COLORTERM === '24bit') return BITS_24;
  if (env.TERM) {
    if (/truecolor/.test(env.TERM)) return BITS_24;
    if (/^xterm-256/.test(env.TERM)) return BITS_8;
    const term = env.TERM.toLowerCase();
    if (TERMS[term]) return TERMS[term];
    if (PATTERNS.some((pattern) => pattern.test(term))) return BITS_4;
  }
  if (env.COLORTERM) return BITS_4;
  return BITS_1;
}

/** Whether there are at least `count` colours (16 when it is not given). */
function hasColors(count, env) {
  if (env === undefined && (count === undefined || (typeof count === 'object' && count !== null))) {
    env = count;
    count = 16;
  } else {
    require('errors/validators').validateInteger(count, 'count', 2);
  }
  return count <= 2 ** getColorDepth(env);
}

module.exports = { getColorDepth, hasColors };
