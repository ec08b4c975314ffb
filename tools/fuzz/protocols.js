// Runs the decoding laws on every preset of @unstick/protocols: on recordings of real programs with changed, removed
// and inserted bytes, and on bytes that look like headers.

import { readdirSync, readFileSync } from 'node:fs'
import * as presets from '@unstick/protocols'
import { codecLaws } from '@unstick/testing'
import fc from 'fast-check'

/** Options that a preset requires. */
const needed = {
  multipart: () => fc.constant({ boundary: 'b' }),
  nativeMessaging: () => fc.record({ from: fc.constantFrom('browser', 'host') }),
  esbuildService: () => fc.record({ from: fc.constantFrom('client', 'service') }),
}
const DIRECTED = fc.record({ from: fc.constantFrom('client', 'server') })
const limits = fc.record(
  { maxFrameLength: fc.integer({ min: 16, max: 20_000 }), oversize: fc.constantFrom('error', 'skip') },
  { requiredKeys: [] },
)
/** If a preset searches damaged bytes, a prefix of the stream may give another result. */
const RESYNCHRONISING = new Set(['mavlink', 'modbusRtu', 'rtcm3', 'ubx'])
const OF_PREFIXES = ['frames before an error', 'takeRemaining is exact']
/** Laws that the tests leave out as well, with the reason. */
const LEFT_OUT = {
  multipart: [...OF_PREFIXES, 'where a frame begins'],
  oncRpc: [...OF_PREFIXES, 'memory follows bytes received'],
  websocket: OF_PREFIXES,
}
const DROPS_AT_END = new Set(['sse'])
/** The slowest law, which the tests run for one preset of each kind. */
const SLOW = 'linear work'

const folder = new URL('../../packages/protocols/recordings/', import.meta.url)
const recorded = readdirSync(folder)
  .filter((name) => name.endsWith('.jsonl'))
  .map((name) => {
    const lines = readFileSync(new URL(name, folder), 'utf8').trimEnd().split('\n').slice(1)
    return lines.map((line) => new Uint8Array(Buffer.from(JSON.parse(line).data, 'base64')).subarray(0, 300))
  })

const small = fc.constantFrom(0, 0, 0, 1, 2, 3, 4, 8, 10, 13, 16, 32, 48, 58, 128, 255)
const headers = fc.array(fc.oneof({ weight: 5, arbitrary: small }, fc.nat(255)), { maxLength: 60 })
const real = fc
  .constantFrom(...recorded)
  .chain((chunks) => fc.subarray(chunks, { minLength: 1 }))
  .chain((chunks) => changed(Buffer.concat(chunks).subarray(0, 600)))
const stream = fc.oneof(real, headers).map((bytes) => Uint8Array.from(bytes))

/** At most three positions at which a byte is changed or removed, or bytes are inserted. */
function changed(bytes) {
  const change = fc.record({
    at: fc.nat(bytes.length),
    dropped: fc.nat(2),
    put: fc.array(fc.nat(255), { maxLength: 2 }),
  })
  return fc.array(change, { maxLength: 3 }).map((changes) => {
    const result = [...bytes]
    for (const { at, dropped, put } of changes) result.splice(at, dropped, ...put)
    return result
  })
}

const makers = new Map(Object.entries(presets))

export const presetNames = [...makers.keys()]

/** The laws of a preset with the options for this seed that the preset accepts. */
export function lawsOfPreset(name, seed) {
  const [own] = fc.sample(needed[name]?.() ?? DIRECTED, { seed, numRuns: 1 })
  const [limited] = fc.sample(limits, { seed, numRuns: 1 })
  for (const given of [{ ...own, ...limited }, limited, own, {}]) {
    let codec
    try {
      codec = makers.get(name)(given)
    } catch (error) {
      if (error instanceof TypeError || error instanceof RangeError) continue
      throw error
    }
    const without = new Set([SLOW, ...(RESYNCHRONISING.has(name) ? OF_PREFIXES : (LEFT_OUT[name] ?? []))])
    return codecLaws(codec, {
      name: `${name}(${JSON.stringify(given)})`,
      errors: 'some',
      stream,
      scan: 'slices',
      atEnd: DROPS_AT_END.has(name) ? 'drop' : 'error',
    }).filter((law) => !without.has(law.name))
  }
  throw new Error(`${name}: no options fit`)
}
