function inner() { throw new RangeError('inner'); }
try { inner(); } catch (cause) { throw new Error('outer', { cause }); }
