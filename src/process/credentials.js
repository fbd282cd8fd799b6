'use strict';

/** The user, the groups, the mask and the working directory of the process. */

const native = binding('process');

function errors() {
  return require('errors/errors').codes;
}

/** Throws for an errno, as Node does for these calls: its other system errors read differently. */
function check(errno, syscall) {
  if (errno === 0) return;
  const code = require('util/util').getSystemErrorName(-errno);
  const error = new Error(`${code}, ${native.errorText(errno)}`);
  error.errno = errno;
  error.code = code;
  error.syscall = syscall;
  throw error;
}

/** A user or group by number or name; `lookup` gives -1 for a name that is none. */
function toId(id, argument, lookup, kind) {
  if (typeof id === 'number') {
    require('errors/validators').validateUint32(id, argument);
    return id;
  }
  if (typeof id !== 'string') {
    const { ERR_INVALID_ARG_TYPE } = errors();
    throw new ERR_INVALID_ARG_TYPE(argument, ['number', 'string'], id);
  }
  const number = lookup(id);
  if (number < 0) {
    const { ERR_UNKNOWN_CREDENTIAL } = errors();
    throw new ERR_UNKNOWN_CREDENTIAL(kind, id);
  }
  return number;
}

const userId = (id, argument) => toId(id, argument, native.uidOf, 'User');
const groupId = (id, argument) => toId(id, argument, native.gidOf, 'Group');

function getuid() {
  return native.getuid();
}

function geteuid() {
  return native.geteuid();
}

function getgid() {
  return native.getgid();
}

function getegid() {
  return native.getegid();
}

function getgroups() {
  return native.getgroups();
}

/**
 * @param {string|number} user
 * @param {string|number} extraGroup
 */
function initgroups(user, extraGroup) {
  // A number must be one that has a name, which is what the system call takes.
  const uid = userId(user, 'user');
  const gid = groupId(extraGroup, 'extraGroup');
  const name = typeof user === 'string' ? user : native.nameOf(uid);
  if (name === undefined) {
    const { ERR_UNKNOWN_CREDENTIAL } = errors();
    throw new ERR_UNKNOWN_CREDENTIAL('User', user);
  }
  check(native.initgroups(name, gid), 'initgroups');
}

/** @param {Array<string|number>} groups */
function setgroups(groups) {
  require('errors/validators').validateArray(groups, 'groups');
  check(native.setgroups(groups.map((group, index) => groupId(group, `groups[${index}]`))), 'setgroups');
}

// Anonymous in Node.
const setegid =
  (0,
  function (id) {
    check(native.setegid(groupId(id, 'id')), 'setegid');
  });
const seteuid =
  (0,
  function (id) {
    check(native.seteuid(userId(id, 'id')), 'seteuid');
  });
const setgid =
  (0,
  function (id) {
    check(native.setgid(groupId(id, 'id')), 'setgid');
  });
const setuid =
  (0,
  function (id) {
    check(native.setuid(userId(id, 'id')), 'setuid');
  });

/**
 * @param {string|number} [mask]
 * @returns {number} the old mask
 */
function wrappedUmask(mask) {
  if (mask === undefined) return native.umask(undefined);
  return native.umask(require('errors/validators').parseFileMode(mask, 'mask'));
}

/** The system call is dear, and only chdir changes what it gives. */
let cachedCwd = '';
require('engine/lifecycle').onForget(() => {
  cachedCwd = '';
});

/** @param {string} directory */
function wrappedChdir(directory) {
  require('errors/validators').validateString(directory, 'directory');
  native.chdir(directory);
  cachedCwd = '';
}

/** @returns {string} */
function wrappedCwd() {
  if (cachedCwd === '') cachedCwd = native.cwd();
  return cachedCwd;
}

module.exports = {
  getuid,
  geteuid,
  getgid,
  getegid,
  getgroups,
  initgroups,
  setgroups,
  setegid,
  seteuid,
  setgid,
  setuid,
  wrappedUmask,
  wrappedChdir,
  wrappedCwd,
};
