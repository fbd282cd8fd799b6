process.on('uncaughtException', (error, origin) => console.log('caught', error.message, origin));
process.on('unhandledRejection', (reason, promise) => console.log('rejected', reason, promise instanceof Promise));
process.on('exit', (code) => console.log('exit', code));
setTimeout(() => console.log('goes on'), 20);
Promise.reject('why');
throw new Error('first');
