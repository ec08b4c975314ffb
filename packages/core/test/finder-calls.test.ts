import { describe, expect, it } from 'vitest'
import { defineCodec, drop, UNKNOWN, type CodecDefinition, type FindFrame } from '../src/index.ts'
import { findByteLength } from './oracle.ts'

const u8 = (...bytes: number[]): Uint8Array => new Uint8Array(bytes)

interface Asked {
  /** For each chunk, and last for the end: the frame and the number of bytes shown to the finder in each call. */
  calls: string[]
  frames: number[][]
  /** What ended the stream early. */
  error?: unknown
}

/** The calls of the finder while `chunks` are decoded. Each is the index of the frame's first byte, and a length. */
function ask(
  method: 'decode' | 'scan',
  find: FindFrame,
  chunks: Uint8Array[],
  overrides: Partial<CodecDefinition> = {},
): Asked {
  const asked: Asked = { calls: [], frames: [] }
  let calls: string[] = []
  let received = 0
  const codec = defineCodec({
    name: 'asked',
    maxFrameLength: 100,
    ...overrides,
    find(bytes, start, end, search) {
      calls.push(`${decoder.frameOffset ?? received}+${end - start}`)
      return find(bytes, start, end, search)
    },
  })
  const decoder = codec.decoder()
  try {
    for (const chunk of chunks) {
      calls = []
      received += chunk.length
      if (method === 'scan')
        decoder.scan(chunk, (bytes, start, end) => asked.frames.push([...bytes.subarray(start, end)]))
      else for (const frame of decoder.decode(chunk)) asked.frames.push([...frame])
      asked.calls.push(calls.join(' '))
    }
  } catch (error) {
    asked.calls.push(calls.join(' '))
    asked.error = error
  }
  return asked
}

describe.each(['decode', 'scan'] as const)('the finder is called by %s', (method) => {
  it('once for a frame that continues in the next chunk, and once when it is complete', () => {
    expect(ask(method, findByteLength, [u8(1, 5, 3, 6), u8(7), u8(8, 1, 9)])).toEqual({
      calls: ['0+4 2+2', '', '2+4 6+2'],
      frames: [[5], [6, 7, 8], [9]],
    })
  })

  it('once for a frame that may end anywhere, and once in each later chunk', () => {
    const find: FindFrame = (bytes, _start, end, search) => {
      const at = bytes.indexOf(0, search.resumeAt)
      search.resumeAt = end
      return at < 0 || at >= end ? UNKNOWN : at + 1
    }
    expect(ask(method, find, [u8(5, 0, 6), u8(7), u8(8, 0)])).toEqual({
      calls: ['0+3 2+1', '2+2', '2+4'],
      frames: [
        [5, 0],
        [6, 7, 8, 0],
      ],
    })
  })

  it('once for dropped bytes that lie whole in the chunk', () => {
    const find: FindFrame = (bytes, start, _end, search) => (bytes[start] === 0 ? drop(search, start + 2) : start + 1)
    expect(ask(method, find, [u8(5, 0, 0, 6), u8(0, 0), u8(7)])).toEqual({
      calls: ['0+4 1+3 3+1', '4+2', '6+1'],
      frames: [[5], [6], [7]],
    })
  })
})
