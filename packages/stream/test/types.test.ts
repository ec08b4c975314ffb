// The types of frames. The type checker checks these lines; running them shows little.

import { PassThrough, Readable, type Duplex } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import type { FrameCodec } from '@unstick/core'
import { jsonLines, textLines } from '@unstick/delimiter'
import { lengthField } from '@unstick/length-field'
import { describe, expect, expectTypeOf, it } from 'vitest'
import { decodeStream, encodeStream, framed, frames, type FrameDuplex } from '../src/index.ts'
import { FrameDecoderStream, FrameEncoderStream } from '../src/web.ts'

const bytes = lengthField()
const texts = textLines()
interface Message {
  id: number
}

/** The first frame of a duplex, for codecs of any frame. */
async function first<Frame>(duplex: Duplex, codec: FrameCodec<Frame>): Promise<Frame | undefined> {
  for await (const frame of frames(duplex, codec, { destroyOnReturn: false })) return frame
  return undefined
}

/** A connection of any frame. */
class Connection<Frame> {
  private readonly peer: FrameDuplex<Frame, Frame>

  constructor(duplex: Duplex, codec: FrameCodec<Frame>, onFrame: (frame: Frame) => void) {
    this.peer = framed(duplex, codec).on('data', onFrame)
    decodeStream(codec).on('data', onFrame)
  }

  send(frame: Frame): void {
    this.peer.write(frame)
  }
}

describe('the types', () => {
  it('of generic code over a codec hold', async () => {
    const loop = new PassThrough()
    loop.write('one\n')
    expect(await first(loop, texts)).toBe('one')
    const seen: Message[] = []
    const connection = new Connection(loop, jsonLines<Message>(), (frame) => seen.push(frame))
    connection.send({ id: 1 })
    await new Promise((resolve) => loop.once('readable', () => setImmediate(resolve)))
    expect(seen).toEqual([{ id: 1 }])
  })

  it('of frames read are those of the codec, Buffers if they are bytes', () => {
    expectTypeOf(frames([], bytes).next()).resolves.toEqualTypeOf<IteratorResult<Buffer, void>>()
    expectTypeOf(frames([], texts).next()).resolves.toEqualTypeOf<IteratorResult<string, void>>()
    expectTypeOf(frames([], jsonLines()).next()).resolves.toEqualTypeOf<IteratorResult<unknown, void>>()
    expectTypeOf(frames([], jsonLines<Message>()).batches().next()).resolves.toEqualTypeOf<
      IteratorResult<Message[], void>
    >()
    expectTypeOf(decodeStream(bytes).read()).toEqualTypeOf<Buffer | null>()
    expectTypeOf(decodeStream(texts).read()).toEqualTypeOf<string | null>()
    expectTypeOf(encodeStream(texts).read()).toEqualTypeOf<Buffer | null>()
    expectTypeOf(framed(new PassThrough(), { decode: texts, encode: bytes }).read()).toEqualTypeOf<string | null>()
    expectTypeOf(new FrameDecoderStream(texts).readable).toEqualTypeOf<ReadableStream<string>>()
    expectTypeOf(new FrameDecoderStream(bytes).readable).toEqualTypeOf<ReadableStream<Uint8Array<ArrayBuffer>>>()
    expectTypeOf(new FrameEncoderStream(texts).readable).toEqualTypeOf<ReadableStream<Uint8Array<ArrayBuffer>>>()
  })

  it('of frames written are those of the codec', () => {
    const peer = framed(new PassThrough(), texts)
    peer.write('text')
    const refused = (): void => {
      // @ts-expect-error a number is not a line of text
      peer.write(123)
      // @ts-expect-error nor is it at the end
      peer.end(123)
      // @ts-expect-error bytes are encoded with this codec, not text
      framed(new PassThrough(), { decode: texts, encode: bytes }).write('text')
      // @ts-expect-error a stream of bytes takes no objects
      decodeStream(bytes).write({})
      // @ts-expect-error a message has an id
      encodeStream(jsonLines<Message>()).write({})
    }
    expect(refused).toBeTypeOf('function')
  })

  it('of streams of objects are those of Node, so that they can be piped', async () => {
    const codec = jsonLines<Message>()
    const encoder: NodeJS.ReadWriteStream = encodeStream(codec)
    const chunks = await Readable.from([{ id: 1 }])
      .pipe(encodeStream(codec))
      .toArray()
    expect(Buffer.concat(chunks as Buffer[]).toString()).toBe('{"id":1}\n')
    async function* next(messages: AsyncIterable<Message>): AsyncIterable<Message> {
      for await (const { id } of messages) yield { id: id + 1 }
    }
    await pipeline(chunks, decodeStream(codec), next, encodeStream(codec), new PassThrough().resume())
    expect(encoder.writable).toBe(true)
  })

  it('of a loop, a listener and a pipeline are known', async () => {
    const stream = decodeStream(texts)
    stream.end('one\n')
    stream.on('error', (error) => expectTypeOf(error).toEqualTypeOf<Error>())
    for await (const line of stream) expectTypeOf(line).toEqualTypeOf<string>()
    const source = new PassThrough()
    source.end('one\n')
    const lines = decodeStream(texts)
    await pipeline(source, lines, encodeStream(texts), new PassThrough().resume())
    lines.on('data', (line) => expectTypeOf(line).toEqualTypeOf<string>())
  })
})
