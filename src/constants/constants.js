// node:constants, the old flat list of every constant. Deprecated in favour of os.constants, fs.constants and crypto.constants.
'use strict';

const { os, fs } = require('constants/tables');

Object.assign(exports, os.dlopen, os.errno, os.priority, os.signals, fs);

// The crypto room has its own; it may not be there.
const { builtinIds } = binding('engine');
if (builtinIds().includes('crypto/constants')) Object.assign(exports, require('crypto/constants').constants);

Object.freeze(exports);
