// Checks the laws of every codec and preset, with random options, on the current runtime.

import { keep } from './keep.js'
import { codecNames, lawsOfCodec } from './tools/fuzz/codecs.js'
import { lawsOfPreset, presetNames } from './tools/fuzz/protocols.js'

let kept = 0
for (const name of codecNames) kept += await keep(lawsOfCodec(name, 1), { seed: 1, numRuns: 10 })
for (const name of presetNames) kept += await keep(lawsOfPreset(name, 1), { seed: 1, numRuns: 2 })
console.log(`${kept} laws kept`)
