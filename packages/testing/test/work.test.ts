import { describe, expect, it } from 'vitest'
import { countWork } from '../src/work.ts'

const hundred = new Uint8Array(100)

describe('countWork', () => {
  it.each<[string, number, (chunk: Uint8Array) => unknown]>([
    ['a loop over single bytes', 100, (chunk) => Array.from({ length: 100 }, (_, at) => chunk[at])],
    ['a search in vain', 100, (chunk) => chunk.indexOf(1)],
    ['a search from the middle', 50, (chunk) => chunk.indexOf(1, 50)],
    ['a part of the bytes without copying', 0, (chunk) => chunk.subarray(0, 60)],
    ['a copy of a part', 60, (chunk) => chunk.slice(0, 60)],
    ['memory asked for, and bytes written into it one by one', 30, () => new Uint8Array(20).fill(0, 0, 10)],
  ])('counts %s: %i bytes', (_what, bytes, run) => {
    expect(countWork((chunkOf) => void run(chunkOf(hundred))).bytes).toBeGreaterThanOrEqual(bytes)
    expect(countWork((chunkOf) => void run(chunkOf(hundred))).bytes).toBeLessThanOrEqual(bytes + 10)
  })

  it('reports the largest allocation', () => {
    const { largest } = countWork(() => [
      Buffer.alloc(30),
      new Uint8Array(70),
      Buffer.concat([hundred.subarray(0, 40)]),
    ])
    expect(largest).toBe(70)
  })

  it('runs again without proxies if a native method refuses them', () => {
    let runs = 0
    const { bytes } = countWork((chunkOf) => {
      runs++
      new TextDecoder().decode(chunkOf(hundred))
    })
    expect({ runs, bytes }).toEqual({ runs: 2, bytes: 100 })
  })

  it('restores everything, even if the function throws', () => {
    const patched = (): unknown[] => [
      Uint8Array,
      Reflect.get(Buffer, 'concat'),
      Reflect.get(Uint8Array.prototype, 'set'),
      Reflect.get(TextDecoder.prototype, 'decode'),
    ]
    const before = patched()
    expect(() =>
      countWork(() => {
        throw new Error('mine')
      }),
    ).toThrow('mine')
    for (const [index, each] of patched().entries()) expect(each).toBe(before[index])
  })
})
