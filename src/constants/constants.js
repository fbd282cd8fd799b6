// node:constants, the old flat list of every constant. Deprecated in favour of os.constants, fs.constants and crypto.constants.
'use strict';

const { os, fs } = require('constants/tables');

Object.assign(exports, os.dlopen, os.errno, os.priority, os.signals, fs);

const { defaultCipherList, ...crypto } = require('crypto/constants');
Object.assign(exports, crypto);

Object.freeze(exports);
