import { readFileSync } from 'node:fs'
import { runInNewContext } from 'node:vm'
import type { FrameCodec } from '@unstick/core'
import { describe, expect, it } from 'vitest'
import { testLayouts } from '../../../tools/tests/layouts.ts'
import { testReadme } from '../../../tools/tests/readme.ts'
import {
  contentLength,
  lengthField,
  readVarint,
  textLength,
  varintLength,
  varintSize,
  type VarintEncoding,
} from '../src/index.ts'

testReadme(import.meta.url)
testLayouts(import.meta.url, { lengthField, varintLength, textLength, contentLength })

const readme = readFileSync(new URL('../README.md', import.meta.url), 'utf8')

/** The constant of this name in the README's example, run with these names. */
function constantOf(name: string, names: Record<string, unknown>): unknown {
  const examples = [...readme.matchAll(/```ts\n(.*?)```/gs)].map(([, text]) => text!)
  const example = examples.findLast((text) => text.includes(`const ${name} =`))
  return runInNewContext(`${example}; ${name}`, names)
}

describe('the other examples of the README', () => {
  it('readLength and writeLength preserve the flags of the frame', () => {
    const codec = constantOf('codec', { lengthField }) as FrameCodec
    const frame = codec.encode(new Uint8Array([0x80, 0, 7]))
    expect(frame).toEqual(new Uint8Array([0x80, 1, 7]))
    expect([...codec.decoder().decode(frame)]).toEqual([frame])
  })

  it('readVarint and varintSize find the payload', () => {
    const packet = varintLength({ lengthFieldOffset: 1 }).encode(new Uint8Array(302).fill(7, 2))
    const payload = constantOf('payload', { readVarint, varintSize, packet }) as Uint8Array
    expect(payload).toEqual(new Uint8Array(300).fill(7))
  })
})

describe('the encodings of 300 in the README', () => {
  const rows = [...readme.matchAll(/^\| `'(\w+)'` +\| `([0-9a-f ]+)` +\|/gm)].map(([, name, digits]) => [
    name!,
    digits!,
  ])

  it('are complete', () => expect(rows).toHaveLength(5))
  it.each(rows)('%s: %s', (name, digits) => {
    const bytes = new Uint8Array(Buffer.from(digits.replaceAll(' ', ''), 'hex'))
    expect(readVarint(bytes, 0, name as VarintEncoding)).toBe(300)
    const encoded = varintLength({ encoding: name as VarintEncoding }).encode(new Uint8Array(300))
    expect(encoded.subarray(0, bytes.length)).toEqual(bytes)
    expect(encoded).toHaveLength(bytes.length + 300)
  })
})
