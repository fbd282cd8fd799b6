// Runs software from npm on Vireo and drives it from outside: the driver is the machine's own Node, so that what is tested
// never tests itself. VIREO names another runtime to run the same tests on, for instance official Node 24.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const here = path.dirname(fileURLToPath(import.meta.url));
export const vireo = path.resolve(process.env.VIREO ?? path.join(here, '../../build/vireo'));

/** Runs a program to its end; resolves to {code, signal, stdout, stderr}. */
export async function run(args, { input, env, cwd = here } = {}) {
  const child = spawn(vireo, args, { cwd, env: { ...process.env, ...env }, stdio: 'pipe' });
  let stdout = '';
  let stderr = '';
  child.stdout.setEncoding('utf8').on('data', (chunk) => (stdout += chunk));
  child.stderr.setEncoding('utf8').on('data', (chunk) => (stderr += chunk));
  child.stdin.end(input);
  const [code, signal] = await once(child, 'close');
  return { code, signal, stdout, stderr };
}

/**
 * Starts apps/<name>.js, which prints `listening <port>` when it is ready.
 * Resolves to {port, url, output(), stop()}; stop() ends it with SIGTERM and gives its exit.
 */
export async function serve(name, env = {}) {
  const child = spawn(vireo, [path.join(here, 'apps', `${name}.js`)], {
    cwd: here,
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  const port = await new Promise((resolve, reject) => {
    const take = (chunk) => {
      output += chunk;
      const match = /listening (\d+)/.exec(output);
      if (match) resolve(Number(match[1]));
    };
    child.stdout.on('data', take);
    child.stderr.on('data', take);
    child.on('error', reject);
    child.on('exit', (code, signal) =>
      reject(new Error(`${name} ended before it listened (${code ?? signal}):\n${output}`)),
    );
  });
  const closed = once(child, 'close');
  return {
    port,
    url: `http://127.0.0.1:${port}`,
    output: () => output,
    async stop() {
      child.kill('SIGTERM');
      const [code, signal] = await closed;
      return { code, signal, output };
    },
  };
}
