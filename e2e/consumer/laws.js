// The laws of every codec and of every preset, with options at random, on whatever runtime this is.

import { keep } from './keep.js'
import { codecNames, lawsOfCodec } from './tools/fuzz/codecs.js'
import { lawsOfPreset, presetNames } from './tools/fuzz/protocols.js'

let kept = 0
for (const name of codecNames) kept += await keep(lawsOfCodec(name, 1), { seed: 1, numRuns: 10 })
for (const name of presetNames) kept += await keep(lawsOfPreset(name, 1), { seed: 1, numRuns: 2 })
console.log(`${kept} laws kept`)
