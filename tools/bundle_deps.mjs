// Build tool: bundle_deps.mjs OUT_FOLDER bundles the npm packages named in package.json's "embedded" list, each into one
// CommonJS file that the internal loader wraps: `require('deps/<name>')`.
import fs from 'node:fs';
import { isBuiltin } from 'node:module';
import path from 'node:path';
import { build } from 'esbuild';

const root = path.resolve(path.dirname(new URL(import.meta.url).pathname), '..');
const outFolder = path.resolve(process.argv[2]);
const { embedded } = JSON.parse(fs.readFileSync(path.join(root, 'package.json'), 'utf8'));

/** What a package asks of Node it gets from the internal modules, by the `node:` name. */
const nodeBuiltins = {
  name: 'node-builtins',
  setup({ onResolve }) {
    onResolve({ filter: /^[a-z_/:]+$/ }, ({ path: id }) => {
      if (!isBuiltin(id)) return undefined;
      return { path: id.startsWith('node:') ? id : `node:${id}`, external: true };
    });
  },
};

fs.mkdirSync(outFolder, { recursive: true });
for (const name of embedded) {
  await build({
    stdin: { contents: `module.exports = require(${JSON.stringify(name)});`, resolveDir: root },
    outfile: path.join(outFolder, `${name.replaceAll('/', '_')}.js`),
    bundle: true,
    format: 'cjs',
    platform: 'neutral',
    mainFields: ['main', 'module'],
    conditions: ['node', 'require'],
    target: 'es2024',
    charset: 'ascii',
    minifyWhitespace: true,
    legalComments: 'inline',
    plugins: [nodeBuiltins],
    logLevel: 'warning',
  });
}
fs.writeFileSync(path.join(outFolder, '.complete'), '');
