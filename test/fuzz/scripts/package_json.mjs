import fs from 'node:fs';
import module from 'node:module';
import os from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';

import { Input, attempt } from './input.mjs';

const top = fs.mkdtempSync(path.join(fs.existsSync('/dev/shm') ? '/dev/shm' : os.tmpdir(), 'vireo-fuzz-'));
process.on('exit', () => fs.rmSync(top, { recursive: true, force: true }));
let count = 0;

globalThis.fuzz = (bytes) => {
  const input = new Input(bytes);
  const requests = [input.text(input.number(24)), input.text(input.number(24))];
  // A folder of its own each time: what is known of a package is known for good.
  const folder = path.join(top, String(count++));
  const inside = path.join(folder, 'node_modules/p');
  fs.mkdirSync(inside, { recursive: true });
  fs.writeFileSync(path.join(inside, 'package.json'), input.take());
  fs.writeFileSync(path.join(inside, 'index.js'), '');
  const from = path.join(folder, 'main.mjs');
  const within = path.join(inside, 'index.js');

  for (const request of ['p', ...requests.map((text) => `p/${text}`), ...requests, `#${requests[0]}`]) {
    for (const parent of [from, within]) {
      attempt(() => module.createRequire(parent).resolve(request), URIError);
      attempt(() => import.meta.resolve(request, pathToFileURL(parent).href), URIError);
      attempt(() => module.findPackageJSON(request, parent));
    }
  }
  fs.rmSync(folder, { recursive: true, force: true });
  for (const key of Object.keys(module._pathCache)) delete module._pathCache[key];
};
