process.on('warning', (warning) => console.log(warning.name, warning.message, warning.code));
process.emitWarning('careful');
process.emitWarning('old', 'DeprecationWarning', 'DEP9999');
process.emitWarning('with detail', { type: 'Custom', code: 'C1', detail: 'more of it' });
