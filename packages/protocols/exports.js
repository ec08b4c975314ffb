// Writes the exports of package.json, and src/index.ts: a subpath for each preset, which is a file of src. Run it after
// a preset was added: node exports.js

import { readdirSync, readFileSync, writeFileSync } from 'node:fs'

const names = readdirSync('src')
  .filter((file) => file.endsWith('.ts') && file !== 'index.ts')
  .map((file) => file.slice(0, -3))
  .toSorted()
const entry = (name) => ({
  '@unstick/source': `./src/${name}.ts`,
  import: { types: `./dist/${name}.d.ts`, default: `./dist/${name}.js` },
  require: { types: `./dist/${name}.d.cts`, default: `./dist/${name}.cjs` },
})
const manifest = JSON.parse(readFileSync('package.json', 'utf8'))
manifest.exports = {
  '.': entry('index'),
  ...Object.fromEntries(names.map((name) => [`./${name}`, entry(name)])),
  './package.json': './package.json',
}
writeFileSync('package.json', `${JSON.stringify(manifest, undefined, 2)}\n`)

const lines = names.map((name) => `export * from './${name}.ts'\n`)
const options = "export type { DirectedOptions, PresetOptions } from './framing/options.ts'\n"
writeFileSync('src/index.ts', [...lines, options].join(''))
