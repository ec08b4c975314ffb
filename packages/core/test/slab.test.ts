import { describe, expect, it } from 'vitest'
import { newOwner, Slab } from '../src/slab.ts'

/** Fills the free part of the slab, so that the next frame needs another one. */
function fill(slab: Slab): void {
  slab.free = slab.bytes.length
}

/** Returns the lengths of `count` successive slabs, each of which is filled before the next. */
function lengthsOf(owner: number, count: number, frameLength = 100): number[] {
  return Array.from({ length: count }, () => {
    const slab = Slab.withRoom(owner, Uint8Array, frameLength)
    fill(slab)
    return slab.bytes.length
  })
}

describe('a slab', () => {
  it('is shared by the frames of a decoder until one no longer fits', () => {
    const owner = newOwner()
    const slab = Slab.withRoom(owner, Uint8Array, 300)
    const frame = slab.give(2, 299, 300)
    expect([frame.buffer, frame.byteOffset, frame.length]).toEqual([slab.buffer, 2, 297])
    expect(Slab.withRoom(owner, Uint8Array, 212)).toBe(slab)
    expect(Slab.withRoom(owner, Uint8Array, 213)).not.toBe(slab)
  })

  it('is followed by one of twice its length, from 512 to 8192 bytes, so that few frames use little memory', () => {
    expect(lengthsOf(newOwner(), 7)).toEqual([512, 1024, 2048, 4096, 8192, 8192, 8192])
  })

  it('is at most as long as eight frames, if these are longer than 1024 bytes', () => {
    const owner = newOwner()
    expect(lengthsOf(owner, 5, 1024)).toEqual([1024, 2048, 4096, 8192, 8192])
    expect(lengthsOf(owner, 2, 2000)).toEqual([16_000, 16_000])
    expect(lengthsOf(owner, 3, 4096)).toEqual([32_000, 32_768, 32_768])
    expect(lengthsOf(owner, 1)).toEqual([8192])
  })

  it('is as long as the first frame if that is long', () => {
    const owner = newOwner()
    const slab = Slab.withRoom(owner, Uint8Array, 3000)
    expect(slab.bytes).toHaveLength(3000)
    fill(slab)
    const next = Slab.withRoom(owner, Uint8Array, 3000)
    expect(next.bytes).toHaveLength(6000)
    expect(Slab.withRoom(newOwner(), Uint8Array, 100).bytes).toHaveLength(512)
  })

  it('is followed by a small one after it was transferred', () => {
    const owner = newOwner()
    lengthsOf(owner, 3)
    const { buffer } = Slab.withRoom(owner, Uint8Array, 100)
    structuredClone(buffer, { transfer: [buffer as ArrayBuffer] })
    expect(lengthsOf(owner, 2)).toEqual([512, 1024])
  })

  it('belongs to one decoder: 32 decoders each have their own, and that of the 33rd replaces the first', () => {
    const owners = Array.from({ length: 32 }, newOwner)
    const slabs = owners.map((owner) => Slab.withRoom(owner, Uint8Array, 100))
    expect(new Set(slabs).size).toBe(32)
    expect(owners.map((owner) => Slab.withRoom(owner, Uint8Array, 100))).toEqual(slabs)
    const again = owners.map((owner, index) => Slab.withRoom(owner, Uint8Array, 100) === slabs[index])
    expect(again.every(Boolean)).toBe(true)
    fill(slabs[0]!)
    const another = Slab.withRoom(owners[0]! + 32, Uint8Array, 100)
    expect(slabs).not.toContain(another)
    expect(another.bytes).toHaveLength(512)
    expect(Slab.withRoom(owners[0]!, Uint8Array, 100)).not.toBe(another)
  })

  it('holds frames of one class', () => {
    class Chunk extends Uint8Array {}
    const owner = newOwner()
    const plain = Slab.withRoom(owner, Uint8Array, 100)
    expect(plain.give(0, 1, 1)).not.toBeInstanceOf(Chunk)
    expect(Slab.withRoom(owner, Chunk, 100).give(0, 1, 1)).toBeInstanceOf(Chunk)
  })
})

it('decoders get consecutive numbers, so that those created in succession do not replace each other’s slabs', () => {
  const first = newOwner()
  expect([newOwner(), newOwner()]).toEqual([first + 1, first + 2])
})
