import { codecLaws, oracles, testLaws } from '@unstick/testing'
import fc from 'fast-check'
import { describe, it } from 'vitest'
import { jsonSequence, jsonValues } from '../src/index.ts'

/** Values that JSON gives back unchanged. */
const value = fc
  .oneof(fc.jsonValue({ maxDepth: 3 }), fc.nat(9))
  .map((each) => JSON.parse(JSON.stringify(each)) as unknown)

const streamOf = (...pieces: string[]): fc.Arbitrary<Uint8Array> =>
  fc.array(fc.constantFrom(...pieces), { maxLength: 24 }).map((all) => new TextEncoder().encode(all.join('')))
const tokens = [
  '[',
  ']',
  '{',
  '}',
  '"',
  '\\',
  ',',
  ':',
  ' ',
  '\n',
  '1',
  '-',
  '.',
  'e',
  'true',
  'nul',
  'é',
  '"a"',
  '[[1]]',
]

const limits = [
  {},
  { maxFrameLength: 5 },
  { maxFrameLength: 1, oversize: 'skip' },
  { maxFrameLength: 5, oversize: 'skip', corrupt: 'skip', maxDepth: 2 },
  { maxDepth: 1, maxFrameLength: 3000 },
  { maxDepth: 1, corrupt: 'skip', maxFrameLength: 3000 },
  { maxFrameLength: 6, maxDepth: 1, oversize: 'skip' },
] as const

/**
 * If values are skipped, these laws do not hold: they cut the stream after a value, but only the bytes after it showed
 * that it was corrupt, or where it ended (a number without digits, an element without its end). At the end of the
 * stream such a value is cut short or, if the first digits of a long number were dropped, whole.
 */
const ofCutting = new Set(['frames before an error', 'takeRemaining is exact'])
const skips = (options: object): boolean => Object.values(options).includes('skip')

describe.each(limits)('jsonValues(%j)', (options) => {
  testLaws(
    codecLaws<unknown>(jsonValues(options), {
      name: `jsonValues(${JSON.stringify(options)})`,
      frame: value,
      stream: streamOf(...tokens),
      oracle: oracles.jsonValues(options),
      // A number at the end of the stream is whole, and bytes after a value belong to no frame.
      atEnd: 'emit',
      scan: 'slices',
      frameOfLength: (length) => 'a'.repeat(Math.max(0, length - 2)),
    }).filter(({ name }) => !(skips(options) && ofCutting.has(name))),
    it,
  )
})

/** Laws by which a stream may end after any of its values; an array may not end after any element. */
const ofEndingAnywhere = new Set([
  'frames before an error',
  'where a frame begins',
  'a cut end is reported',
  'takeRemaining is exact',
])

describe.each(limits)("jsonValues(%j), within: 'array'", (given) => {
  const options = { ...given, within: 'array' } as const
  testLaws(
    codecLaws<unknown>(jsonValues(options), {
      name: `jsonValues(${JSON.stringify(options)})`,
      frame: value,
      stream: streamOf(...tokens).map((bytes) => new Uint8Array([0x5b, ...bytes])),
      oracle: oracles.jsonValues(options),
      scan: 'slices',
      frameOfLength: (length) => 'a'.repeat(Math.max(0, length - 2)),
    }).filter(({ name }) => !ofEndingAnywhere.has(name)),
    it,
  )
})

describe.each(limits)('jsonSequence(%j)', (options) => {
  testLaws(
    codecLaws<unknown>(jsonSequence(options), {
      name: `jsonSequence(${JSON.stringify(options)})`,
      frame: value,
      stream: streamOf(...tokens, '\x1E', '\x1E', '\x1E[1]\n', '\x1E1\n'),
      oracle: oracles.jsonSequence(options),
      // An object, array or string is whole before its LF.
      atEnd: 'emit',
      scan: 'slices',
      frameOfLength: (length) => 'a'.repeat(Math.max(0, length - 2)),
    }).filter(({ name }) => !(skips(options) && ofCutting.has(name))),
    it,
  )
})
