import { PassThrough } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { textLines } from '@unstick/delimiter'
import { lengthField } from '@unstick/length-field'
import { describe, expect, it } from 'vitest'
import { decodeStream, encodeStream, framed, frames } from '../src/index.ts'
import { FrameDecoderStream, FrameEncoderStream } from '../src/web.ts'
import { closed, collect } from './connection.ts'
import { memoryPair } from './memory-pair.ts'

const codec = lengthField({ lengthFieldLength: 1, maxFrameLength: 6, oversize: 'skip' })
/** Frames of 3, 6 and 1 bytes on the wire, and one of 9 that is skipped. */
const bytes = Buffer.from([2, 7, 7, 5, 7, 7, 7, 7, 7, 8, 1, 2, 3, 4, 5, 6, 7, 8, 0])
const received = { frames: 3, bytes: 19, skips: 1, skippedBytes: 9, copiedBytes: 0 }

describe('the stats', () => {
  it.each(['one chunk', 'bytes'])('of frames() count frames, bytes and skips, given as %s', async (cut) => {
    const chunks = cut === 'one chunk' ? [bytes] : [...bytes].map((byte) => Buffer.of(byte))
    const single = frames(chunks, codec)
    await collect(single)
    expect(single.stats).toMatchObject({ received: { ...received, copiedBytes: expect.any(Number) } })
    const batches = frames(chunks, codec).batches()
    await collect(batches)
    expect(batches.stats).toMatchObject({ received: { ...received, copiedBytes: expect.any(Number) } })
  })

  it('count bytes kept from one chunk to the next as copied', async () => {
    const copiedBytesOf = async (...chunks: Buffer[]): Promise<number | undefined> => {
      const loop = frames(chunks, codec)
      await collect(loop)
      return loop.stats.received?.copiedBytes
    }
    expect(await copiedBytesOf(bytes)).toBe(0)
    // The first frame ends with the first chunk.
    expect(await copiedBytesOf(bytes.subarray(0, 3), bytes.subarray(3))).toBe(0)
    // Two bytes of the second frame have arrived, then two more, then the rest.
    expect(await copiedBytesOf(bytes.subarray(0, 5), bytes.subarray(5))).toBe(2)
    expect(await copiedBytesOf(bytes.subarray(0, 5), bytes.subarray(5, 7), bytes.subarray(7))).toBe(4)
  })

  it('of text lines count bytes on the wire, even in batches', async () => {
    const lines = [Buffer.from(`${'a line\r\n'.repeat(100)}the longest line\n`)]
    for (const loop of [frames(lines, textLines()), frames(lines, textLines()).batches()]) {
      await collect(loop as AsyncIterable<unknown>)
      expect(loop.stats.received).toMatchObject({ frames: 101, bytes: 817 })
    }
  })

  it('of streams count each direction', async () => {
    const decoding = decodeStream(codec)
    await pipeline([bytes], decoding, async (source) => void (await collect(source)))
    expect(decoding.stats).toEqual({ received })
    const encoding = encodeStream(codec)
    encoding.resume()
    encoding.write(Buffer.from('abc'))
    encoding.end(Buffer.alloc(0))
    await new Promise((resolve) => encoding.on('end', resolve))
    expect(encoding.stats).toEqual({ sent: { frames: 2, bytes: 5, longestFrame: 4 } })
    const [left, right] = memoryPair([false, false])
    const peer = framed(left, codec)
    peer.end(Buffer.from('abc'))
    right.end(bytes)
    await collect(peer)
    right.resume()
    expect(peer.stats).toMatchObject({ received: { frames: 3, skips: 1 }, sent: { frames: 1, bytes: 4 } })
  })

  it('are the same if a stream is decoded again, since its first frame was not bytes', async () => {
    const decoding = decodeStream(textLines())
    decoding.write('one\ntwo\n')
    decoding.end('three\n')
    expect((await collect(decoding)).items).toHaveLength(3)
    expect(decoding.stats).toMatchObject({ received: { frames: 3, bytes: 14 } })
  })

  it('count no frame that is written after the end', async () => {
    for (const stream of [encodeStream(codec), framed(new PassThrough(), codec)]) {
      stream.on('error', () => {}).resume()
      stream.end(Buffer.from('last'))
      stream.write(Buffer.from('late'))
      expect(stream.stats.sent).toMatchObject({ frames: 1, bytes: codec.encode(Buffer.from('last')).length })
      await closed(stream)
    }
  })

  it('of Web streams count each direction', async () => {
    const decoding = new FrameDecoderStream(codec)
    const reading = collect(decoding.readable as unknown as AsyncIterable<unknown>)
    const writer = decoding.writable.getWriter()
    await writer.write(bytes)
    await writer.close()
    await reading
    expect(decoding.stats).toEqual({ received })
    const encoding = new FrameEncoderStream(codec)
    const encoded = collect(encoding.readable as unknown as AsyncIterable<unknown>)
    const frameWriter = encoding.writable.getWriter()
    await frameWriter.write(Buffer.from('abc'))
    await frameWriter.close()
    await encoded
    expect(encoding.stats).toEqual({ sent: { frames: 1, bytes: 4, longestFrame: 4 } })
  })

  it('are a snapshot', async () => {
    const source = new PassThrough()
    const loop = frames(source, codec)
    source.write(Buffer.from([1, 1]))
    await loop.next()
    const before = loop.stats
    source.end(Buffer.from([1, 1]))
    await loop.next()
    expect(before.received?.frames).toBe(1)
    expect(loop.stats.received?.frames).toBe(2)
  })
})
