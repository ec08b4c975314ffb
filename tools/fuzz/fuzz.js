// Runs the laws of every codec and of every preset of @unstick/protocols, with new options and seeds, for two thirds of
// the time, and random sessions of the stream adapter for the rest. The laws run on the built packages.
//
// node tools/fuzz/fuzz.js [--seconds 60] [--seed N] [--only laws|protocols|sessions] [--replay FILE]
//
// It writes a broken law to reports/fuzz.json. --replay runs it again, with the same input first.

import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { parseArgs } from 'node:util'
import fc from 'fast-check'
import { codecNames, lawsOfCodec } from './codecs.js'
import { lawsOfPreset, presetNames } from './protocols.js'
import { fuzzSessions } from './sessions.js'
import { isUntried } from './untried.js'

// A `maxLength` is meant: by default, fast-check makes at most 10 elements.
fc.configureGlobal({ ...fc.readConfigureGlobal(), defaultSizeToMaxWhenMaxSpecified: true })

const REPORT = 'reports/fuzz.json'

const lawsOf = (name, seed) => (presetNames.includes(name) ? lawsOfPreset(name, seed) : lawsOfCodec(name, seed))

async function replay(file) {
  const { codec, law: name, seed, path } = JSON.parse(readFileSync(file, 'utf8'))
  const law = lawsOf(codec, seed).find((each) => each.name === name)
  await law.run({ seed, path })
  console.log(`kept: ${codec}, ${name}`)
}

/** Each round starts with another codec: otherwise the last ones might never be reached. */
async function fuzz(codecs, seconds, firstSeed) {
  const first = firstSeed % codecs.length
  const names = [...codecs.slice(first), ...codecs.slice(0, first)]
  const end = Date.now() + seconds * 1000
  let runs = 0
  let told = Date.now()
  for (let seed = firstSeed; ; seed++) {
    for (const codec of names) {
      for (const law of lawsOf(codec, seed)) {
        try {
          await law.run({ seed })
        } catch (error) {
          // Not all options and recordings give inputs for every law.
          if (isUntried(error)) continue
          mkdirSync('reports', { recursive: true })
          const { path, message } = error
          writeFileSync(REPORT, `${JSON.stringify({ codec, law: law.name, seed, path, message }, undefined, 2)}\n`)
          throw error
        }
        runs++
        if (Date.now() > end) return console.log(`${runs} laws kept, 100 runs each; seeds ${firstSeed} to ${seed}`)
        if (Date.now() - told > 5000) {
          told = Date.now()
          console.log(`${runs} laws kept, seed ${seed}, ${Math.ceil((end - told) / 1000)} s left`)
        }
      }
    }
  }
}

const { values } = parseArgs({
  options: {
    seconds: { type: 'string', default: '60' },
    seed: { type: 'string' },
    only: { type: 'string' },
    replay: { type: 'string' },
  },
})
const runs = { laws: codecNames, protocols: presetNames }
const seconds = Number(values.seconds) / (values.only === undefined ? 3 : 1)
const seed = Number(values.seed ?? Date.now() % 2 ** 31)
const isRun = (name) => values.replay === undefined && (values.only ?? name) === name
try {
  if (values.replay !== undefined) await replay(values.replay)
  for (const [name, codecs] of Object.entries(runs)) if (isRun(name)) await fuzz(codecs, seconds, seed)
} catch (error) {
  console.error(error.message)
  if (values.replay === undefined) console.error(`replay with: npm run fuzz -- --replay ${REPORT}`)
  process.exitCode = 1
}
try {
  if (isRun('sessions')) await fuzzSessions(seconds, seed)
} catch (error) {
  console.error(error.message)
  process.exitCode = 1
}
