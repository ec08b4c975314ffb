import { describe, expect, it } from 'vitest'
import { Batch, giveBackBatch, isOrdered, startIn, takeBatch } from '../src/batch.ts'

/** A batch of frames, each given as its payload's start, its payload's end, and its own end. */
function batchOf(...frames: [number, number, number][]): Batch {
  const batch = new Batch()
  batch.bounds.set(frames.flat())
  batch.count = frames.length
  return batch
}

describe('a batch', () => {
  const fresh = {
    note: undefined,
    count: 0,
    taken: 0,
    isTried: false,
    made: undefined,
    ready: [],
    resumeAt: 0,
  }

  it('has room for the bounds of 1024 frames', () => {
    expect(new Batch().bounds).toHaveLength(3 * 1024)
  })

  it('has the state in which it began, and that after each of its frames', () => {
    const batch = new Batch()
    batch.begin(5)
    expect([batch.stateAfter(0), batch.stateAfter(1)]).toEqual([5, 0])
    batch.between.set([10, 6, 20, 7])
    expect([batch.stateAfter(0), batch.stateAfter(1), batch.stateAfter(2)]).toEqual([5, 6, 7])
  })

  it('says where its frames start, after the one before or after what lies between', () => {
    const between = Int32Array.of(3, 0, 9, 0)
    expect(startIn(undefined, 1, 4)).toBe(4)
    expect([startIn(between, 0, 2), startIn(between, 0, 3), startIn(between, 1, 4)]).toEqual([3, 3, 9])
    expect(isOrdered(startIn(between, 1, 10), 10, 11, 12)).toBe(false)
  })

  it('is cleared for the next decoder, in the same memory', () => {
    const first = takeBatch()
    Object.assign(first, { note: 1, count: 2, taken: 1, isTried: true, made: [1, 2], ready: [1, 2], resumeAt: 9 })
    giveBackBatch(first)
    const second = takeBatch()
    expect(second).toBe(first)
    expect(second).toMatchObject(fresh)
  })

  it('belongs to one decoder at a time', () => {
    const first = takeBatch()
    const second = takeBatch()
    expect(second).not.toBe(first)
    expect(second).toMatchObject(fresh)
  })

  it('is sound if its last frame ends after the position searched, and not after the chunk', () => {
    const batch = batchOf([0, 3, 4], [4, 7, 8])
    expect(batch.end).toBe(8)
    expect(batch.isSound(7, 8)).toBe(true)
    expect(batch.isSound(0, 9)).toBe(true)
    expect(batch.isSound(8, 9)).toBe(false)
    expect(batch.isSound(0, 7)).toBe(false)
  })

  it.each([-1, 0, 4 / 3, 1.5, 1025, Infinity, Number.NaN])('of %d frames is not sound', (count) => {
    const batch = batchOf([1, 3, 4], [4, 7, 8])
    batch.count = count
    expect(batch.isSound(0, 8)).toBe(false)
  })

  it('of 1024 frames is sound', () => {
    const batch = batchOf(...Array.from({ length: 1024 }, (_, at): [number, number, number] => [at, at + 1, at + 1]))
    expect(batch.isSound(0, 1024)).toBe(true)
    expect(batch.areFramesSound(0)).toBe(true)
  })

  it('has sound frames if each remaining one begins where the previous one ends', () => {
    expect(batchOf([1, 3, 4], [4, 8, 8], [8, 8, 9]).areFramesSound(0)).toBe(true)
    expect(batchOf([1, 3, 4], [3, 8, 8]).areFramesSound(0)).toBe(false)
    expect(batchOf([1, 3, 4], [4, 8, 8], [9, 8, 9]).areFramesSound(0)).toBe(false)
    expect(batchOf([1, 3, 4]).areFramesSound(2)).toBe(false)
    const halfTaken = batchOf([9, 3, 4], [4, 8, 8])
    halfTaken.taken = 1
    expect(halfTaken.areFramesSound(4)).toBe(true)
    expect(halfTaken.areFramesSound(5)).toBe(false)
  })
})

describe('the bounds of a frame are ordered', () => {
  it.each([
    ['an empty payload', [5, 5, 5, 6]],
    ['a payload and nothing else', [5, 5, 6, 6]],
    ['a header and a trailer', [0, 2, 4, 9]],
  ] as const)('with %s', (_what, [start, payloadStart, payloadEnd, end]) => {
    expect(isOrdered(start, payloadStart, payloadEnd, end)).toBe(true)
  })

  it.each([
    ['no byte', [5, 5, 5, 5]],
    ['a payload before it', [5, 4, 5, 6]],
    ['a payload that ends before it starts', [5, 7, 6, 8]],
    ['a payload after it', [5, 6, 8, 7]],
  ] as const)('but not with %s', (_what, [start, payloadStart, payloadEnd, end]) => {
    expect(isOrdered(start, payloadStart, payloadEnd, end)).toBe(false)
  })
})
