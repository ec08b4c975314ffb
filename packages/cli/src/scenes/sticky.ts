// Small messages are written one by one, and arrive coalesced, and fragmented where a read ends.

import { codecOf } from '../codecs.ts'
import { readAll, withPair, type Scene } from './scene.ts'

const MESSAGES = ['hello', 'how are you?', 'fine', 'and you?', 'never better', 'bye']
const FLAGS = { lengthField: 2 }
/** The first write ends inside a frame, as any write or packet may. */
const CUT_AT = 4

export const sticky: Scene = {
  title: 'Six messages, one write each: what does the receiver read?',
  async run() {
    const plain = await withPair(async ({ client, server }) => {
      for (const message of MESSAGES) client.write(message)
      client.end()
      return readAll(server)
    })
    const codec = codecOf(FLAGS)
    const wire = Buffer.concat(MESSAGES.map((message) => codec.encode(Buffer.from(message))))
    const framed = await withPair(async ({ client, server }) => {
      const reading = readAll(server)
      client.write(wire.subarray(0, CUT_AT))
      // The second write waits until the first has been read, so that the reads show the cut.
      await new Promise((resolve) => server.once('data', resolve))
      client.end(wire.subarray(CUT_AT))
      return reading
    })
    const decoder = codec.decoder()
    const frames: string[] = []
    for (const read of framed) for (const frame of decoder.decode(read)) frames.push(String(frame))
    decoder.end()
    const shown = (reads: Uint8Array[]): string => reads.map((read) => `[${withPictures(read)}]`).join(' ')
    return {
      ok: frames.join() === MESSAGES.join(),
      seen: {
        written: MESSAGES,
        reads: plain.map(String),
        framedReads: framed.map((read) => read.toString('hex')),
        frames,
      },
      lines: (paint) => [
        `written   ${shown(MESSAGES.map((message) => Buffer.from(message)))}`,
        `read      ${paint('red', shown(plain))}`,
        `          Message ends that remain: ${plain.length} of 6. TCP carries bytes, not messages.`,
        '',
        'The same messages, each with a length of two bytes in front.',
        `The first write ends after ${CUT_AT} bytes, inside a message:`,
        `read      ${shown(framed)}`,
        `frames    ${paint('green', shown(frames.map((frame) => Buffer.from(frame))))}`,
        '          The lengths restore the messages, wherever a read ends.',
      ],
    }
  },
}

/** Text, with the picture of each control character that it holds. */
function withPictures(bytes: Uint8Array): string {
  return String.fromCharCode(...Array.from(bytes, (byte) => (byte < 32 ? 0x2400 + byte : byte)))
}
