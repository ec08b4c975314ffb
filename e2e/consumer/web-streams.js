// Sends frames over Web streams, which every runtime has. It imports no Node modules.

import { isFrameError } from '@unstick/core'
import { textLines } from '@unstick/delimiter'
import { lengthField } from '@unstick/length-field'
import { FrameDecoderStream, FrameEncoderStream } from '@unstick/stream/web'

const utf8 = new TextEncoder()
const text = new TextDecoder()

/** A stream of these bytes in chunks of `size` bytes. */
function chunksOf(bytes, size) {
  let at = 0
  return new ReadableStream({
    pull(controller) {
      if (at === bytes.length) return controller.close()
      controller.enqueue(bytes.slice(at, (at += Math.min(size, bytes.length - at))))
    },
  })
}

async function all(stream, seen = []) {
  const reader = stream.getReader()
  for (;;) {
    const { done, value } = await reader.read()
    if (done) return seen
    seen.push(value)
  }
}

function same(actual, expected) {
  const [a, b] = [JSON.stringify(actual), JSON.stringify(expected)]
  if (a !== b) throw new Error(`expected ${b}, received ${a}`)
}

export async function webStreams() {
  const codec = lengthField()
  const words = Array.from({ length: 100 }, (_, i) => `frame ${i}`)
  const encoded = await all(
    new ReadableStream({
      start(controller) {
        for (const word of words) controller.enqueue(utf8.encode(word))
        controller.close()
      },
    }).pipeThrough(new FrameEncoderStream(codec)),
  )
  const bytes = new Uint8Array(await new Blob(encoded).arrayBuffer())
  for (const size of [1, 3, 16, 1000, bytes.length]) {
    const frames = await all(chunksOf(bytes, size).pipeThrough(new FrameDecoderStream(codec)))
    same(
      frames.map((frame) => text.decode(frame)),
      words,
    )
  }

  const body = new Response('one\ntwo\r\nfar too long\n').body
  const seen = []
  try {
    await all(body.pipeThrough(new FrameDecoderStream(textLines({ maxFrameLength: 5 }))), seen)
    throw new Error('no error came')
  } catch (error) {
    if (!isFrameError(error)) throw error
    same(error.offset, 9)
  }
  same(seen, ['one', 'two'])
  return 7
}
