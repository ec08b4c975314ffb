// Checks the layouts in the README against the codecs.

import { readFileSync } from 'node:fs'
import type { FrameCodec } from '@unstick/core'
import { describe, expect, it } from 'vitest'
import { delimiter, lines, markers } from '../src/index.ts'
import { outcomeOf } from './outcomes.ts'

const codecs: Record<string, FrameCodec> = {
  "delimiter({ delimiter: '$_' })": delimiter({ delimiter: '$_' }),
  "delimiter({ delimiter: '$_', stripDelimiter: false })": delimiter({ delimiter: '$_', stripDelimiter: false }),
  [String.raw`delimiter({ delimiter: '\x1e', delimiterAt: 'start' })`]: delimiter({
    delimiter: '\x1e',
    delimiterAt: 'start',
  }),
  [String.raw`markers({ start: '\x0b', end: '\x1c\r' })`]: markers({ start: '\x0b', end: '\x1c\r' }),
  'lines()': lines(),
  "lines({ ending: 'any' })": lines({ ending: 'any' }),
}

const readme = readFileSync(new URL('../README.md', import.meta.url), 'utf8')
const [, block = ''] = /## Layouts\n.*?```\n(.*?)```/s.exec(readme) ?? []
const layouts = [...block.matchAll(/^(\S.*)\n {2}([0-9a-f ]+?) {2,}(.*)$/gm)].map(([, codec, wire, frames]) => ({
  codec: codec!,
  wire: wire!,
  frames: frames!.replace(/ \(at .*\)$/, ''),
}))

function hex(bytes: number[]): string {
  return bytes.length === 0 ? '(empty)' : bytes.map((byte) => byte.toString(16).padStart(2, '0')).join(' ')
}

describe('the layouts of the README', () => {
  it('cover all codecs of bytes', () => {
    expect(layouts.map(({ codec }) => codec)).toEqual(Object.keys(codecs))
  })

  it.each(layouts)('$codec', ({ codec, wire, frames }) => {
    const stream = Uint8Array.from(wire.split(' '), (byte) => Number.parseInt(byte, 16))
    const outcome = outcomeOf(codecs[codec]!, [stream])
    expect(outcome.frames.map((frame) => hex(frame as number[])).join(' | ')).toBe(frames)
    expect(outcome.error).toBeUndefined()
  })
})
