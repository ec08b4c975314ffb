// Replays real TCP segments with known frame boundaries, if the folder with the captures exists.

import { createHash } from 'node:crypto'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import type { FrameCodec } from '../../packages/core/src/index.ts'

const folder = new URL('../../../shared/captures/', import.meta.url)
/** A capture's description of its frames. The fields depend on its kind. */
export interface Framing {
  frameLength: number
  lengthFieldOffset: number
  lengthFieldLength: number
  byteOrder: 'big-endian' | 'little-endian'
  lengthAdjustment: number
  initialBytes: number
  delimiterHex: string
  varintOffset: number
  varintMaxBytes: number
}

/** Tests that the codec of each capture of this kind finds the frames that the dissector found. */
export function testCaptures(
  kind: 'length-field' | 'delimiter' | 'varint' | 'fixed',
  codecOf: (framing: Framing) => FrameCodec,
): void {
  const names = existsSync(folder) ? readdirSync(folder).filter((name) => name.endsWith('.json')) : []
  const captures = names
    .map((name) => JSON.parse(readFileSync(new URL(name, folder), 'utf8')))
    .filter((capture) => capture.framing.kind === kind)

  if (captures.length === 0) it.skip('captures of real traffic are not here: nothing is replayed')

  it.each(captures.map((capture) => [capture.name, capture]))(
    '%s: the frames of the real segments are those the dissector saw',
    (_name, capture) => {
      const { framing, frames, stats } = capture
      const codec = codecOf(framing)
      const decoder = codec.decoder()
      const hash = createHash('sha256')
      const lengths: number[] = []
      let initial: number = framing.initialBytes
      for (const segment of capture.segments as string[]) {
        const chunk = Buffer.from(segment, 'base64')
        const skipped = Math.min(initial, chunk.length)
        initial -= skipped
        for (const frame of decoder.decode(chunk.subarray(skipped))) {
          lengths.push(frame.length)
          const length = Buffer.alloc(4)
          length.writeUInt32BE(frame.length)
          hash.update(length).update(frame)
        }
      }
      expect(lengths).toEqual(frames.lengths)
      expect(lengths).toHaveLength(frames.count)
      expect(hash.digest('hex')).toBe(frames.sha256)
      expect(decoder.bufferedLength).toBe(stats.trailingBytes)
    },
  )
}
