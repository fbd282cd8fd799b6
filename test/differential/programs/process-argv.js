// args: --flag value -x -- rest
console.log(process.argv.slice(2), process.argv0.length > 0, process.execArgv);
console.log(typeof process.pid, process.platform, process.arch, process.release.name, process.title.length > 0);
console.log(Object.keys(process.memoryUsage()).sort(), process.uptime() > 0, process.hrtime().length, typeof process.hrtime.bigint());
