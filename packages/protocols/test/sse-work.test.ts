// Counts how many bytes become text, however long the chunk is.

import { expect, it, vi } from 'vitest'
import type * as text from '../src/framing/text.ts'
import { sse } from '../src/sse.ts'

const counted = vi.hoisted(() => ({ bytes: 0 }))

vi.mock('../src/framing/text.ts', async (importOriginal) => {
  const original = await importOriginal<typeof text>()
  return {
    ...original,
    decodeLatin1(bytes: Uint8Array, start = 0, end: number = bytes.length): string {
      counted.bytes += end - start
      return original.decodeLatin1(bytes, start, end)
    },
  }
})

it('a chunk of many events becomes text about once', () => {
  const event = new TextEncoder().encode('data: a\n\n')
  const chunk = new Uint8Array(event.length * 40_000)
  for (let at = 0; at < chunk.length; at += event.length) chunk.set(event, at)
  counted.bytes = 0
  expect([...sse().decoder().decode(chunk)]).toHaveLength(40_000)
  // A batch of 1024 events ends before the bytes searched for it do.
  expect(counted.bytes).toBeLessThan(10 * chunk.length)
})
