// Typical code for each package. It is compiled, but never run.

import { type Socket, connect } from 'node:net'
import { Readable } from 'node:stream'
import { defineCodec, FrameError, isFrameError, type FrameCodec, type FrameErrorCode, UNKNOWN } from '@unstick/core'
import { jsonLines, lines, textLines } from '@unstick/delimiter'
import { fixedSize } from '@unstick/fixed-size'
import { jsonValues } from '@unstick/json'
import { contentLength, lengthField, varintLength } from '@unstick/length-field'
import { packet } from '@unstick/packet'
import { postgres } from '@unstick/protocols/postgres'
import { resp } from '@unstick/protocols'
import { decodeStream, encodeStream, framed, frames } from '@unstick/stream'
import { FrameDecoderStream, FrameEncoderStream } from '@unstick/stream/web'
import { slip } from '@unstick/stuffing'
import { constant } from 'fast-check'
import { codecLaws, framerLaws, testLaws } from '@unstick/testing'

const socket: Socket = connect(1)

export async function read(): Promise<void> {
  for await (const line of frames(socket, textLines())) line.toUpperCase()
  for await (const frame of frames(socket, lengthField({ lengthFieldLength: 2 }))) frame.readUInt8(0)
  for await (const batch of frames(socket, lines()).batches()) batch.length.toFixed()
  for (const value of jsonValues().decoder().decode(new Uint8Array())) String(value)
}

export async function echo<Frame>(codec: FrameCodec<Frame>): Promise<void> {
  const duplex = framed(socket, codec)
  for await (const frame of duplex) duplex.write(frame)
}

export const bytes: Uint8Array = contentLength().encode(new Uint8Array(3))
export const exact: Uint8Array = fixedSize({ size: 3 }).encode(new Uint8Array(3))
export const streams = [decodeStream(slip()), encodeStream(varintLength())]
export const piped = Readable.from([{ id: 1 }]).pipe(encodeStream(jsonLines<{ id: number }>()))
export const web: TransformStream<Uint8Array, Uint8Array> = new FrameDecoderStream(lengthField())
export const toWeb = new FrameEncoderStream(jsonLines())
export const codecs = [postgres({ from: 'client' }), resp(), packet({ sync: { bytes: 'a' }, size: 9 })]
export const code: FrameErrorCode = 'ERR_FRAME_TOO_LONG'

export function told(error: unknown): number | undefined {
  return isFrameError(error) ? error.offset : error instanceof FrameError ? error.frameLength : undefined
}

export const own: FrameCodec<Uint8Array> = defineCodec({
  name: 'own',
  maxFrameLength: 100,
  find: (chunk, start, end) => (end - start < 1 ? UNKNOWN : start + 1 + chunk[start]!),
  encodeParts: (frame: Uint8Array) => [Uint8Array.of(frame.length), frame],
})

testLaws(codecLaws(own, {}), (_name: string, _test: () => unknown) => {})
framerLaws((chunks) => chunks, { frame: constant(new Uint8Array(1)), encode: (frame: Uint8Array) => frame })
