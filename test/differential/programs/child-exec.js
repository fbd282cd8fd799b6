const { execFile, execSync, spawn, spawnSync } = require('child_process');
const sync = spawnSync('sh', ['-c', 'echo out; echo err >&2; exit 3'], { encoding: 'utf8' });
console.log(sync.status, sync.signal, JSON.stringify(sync.stdout), JSON.stringify(sync.stderr), String(execSync('echo hi')));
try { execSync('exit 4', { stdio: 'pipe' }); } catch (error) { console.log(error.status, error.message); }
execFile('sh', ['-c', 'echo a; exit 5'], (error, stdout) => console.log(error.code, error.killed, error.cmd, JSON.stringify(stdout)));
spawn('no-such-program-here').on('error', (error) => console.log(error.code, error.syscall, error.path, error.spawnargs));
const child = spawn('cat');
child.stdout.on('data', (chunk) => console.log('cat', String(chunk)));
child.on('exit', (code, signal) => console.log('exit', code, signal)).on('close', (code) => console.log('close', code));
child.stdin.end('through');
