import fc from 'fast-check'
import { arrowIpc, type ArrowIpcMessage } from '../src/arrow-ipc.ts'
import { bytesOf, joined, payloads, testPreset } from './preset.ts'

/**
 * A flatbuffer of a Message: the offset of the table, a vtable of four fields, and the table with the body length at 8.
 */
function metadataOf(bodyLength: number): Uint8Array {
  const bytes = bytesOf(
    '10 00 00 00   0c 00 10 00 00 00 00 00 00 00 08 00   0c 00 00 00 00 00 00 00   00 00 00 00 00 00 00 00',
  )
  new DataView(bytes.buffer, bytes.byteOffset).setUint32(24, bodyLength, true)
  return bytes
}

const EMPTY = bytesOf('')

testPreset<ArrowIpcMessage>('arrowIpc', arrowIpc, {
  frame: fc.oneof(
    payloads.map((body) => ({ metadata: metadataOf(body.length), body })),
    fc.constant({ metadata: EMPTY, body: EMPTY }),
  ),
  frameOf: (body) => ({ metadata: metadataOf(body.length), body }),
  examples: [
    {
      title: 'a message with a body, and the end of the stream',
      bytes: joined([
        bytesOf('ff ff ff ff 20 00 00 00'),
        metadataOf(8),
        new Uint8Array(8),
        bytesOf('ff ff ff ff 00 00 00 00'),
      ]),
      frames: [
        { metadata: metadataOf(8), body: new Uint8Array(8) },
        { metadata: EMPTY, body: EMPTY },
      ],
    },
  ],
  refused: [
    { title: 'no leading ff ff ff ff', bytes: bytesOf('10 00 00 00 00 00 00 00'), code: 'ERR_FRAME_CORRUPT' },
    { title: 'metadata of 4 bytes', bytes: bytesOf('ff ff ff ff 04 00 00 00'), code: 'ERR_FRAME_LENGTH_INVALID' },
    {
      title: 'metadata of a negative length',
      bytes: bytesOf('ff ff ff ff f8 ff ff ff'),
      code: 'ERR_FRAME_LENGTH_INVALID',
    },
    {
      title: 'metadata that is not a flatbuffer',
      bytes: joined([bytesOf('ff ff ff ff 08 00 00 00'), new Uint8Array(8).fill(255)]),
      code: 'ERR_FRAME_CORRUPT',
    },
  ],
  unencodable: [{ title: 'a body of another length', frame: { metadata: metadataOf(1), body: EMPTY } }],
})
