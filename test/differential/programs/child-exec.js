const { execFile, execSync, spawn, spawnSync } = require('child_process');
const sync = spawnSync('sh', ['-c', 'echo out; echo err >&2; exit 3'], { encoding: 'utf8' });
console.log(sync.status, sync.signal, JSON.stringify(sync.stdout), JSON.stringify(sync.stderr), String(execSync('echo hi')));
try { execSync('exit 4', { stdio: 'pipe' }); } catch (error) { console.log(error.status, error.message); }
execFile('sh', ['-c', 'echo a; exit 5'], (error, stdout) => {
  console.log(error.code, error.killed, error.cmd, JSON.stringify(stdout));
  spawn('no-such-program-here').on('error', (failure) => {
    console.log(failure.code, failure.syscall, failure.path, failure.spawnargs);
    const child = spawn('cat');
    child.stdout.on('data', (chunk) => console.log('cat', String(chunk)));
    child.on('close', (code, signal) => console.log('close', code, signal));
    child.stdin.end('through');
  });
});
