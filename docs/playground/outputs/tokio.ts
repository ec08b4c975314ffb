// Writes the same framing in Rust with tokio-util, if it has a codec for it.

import type { Choice } from '../codec-choice.ts'
import { framingOf, type LengthLayout } from './layout.ts'

/** @throws {Misuse} The flags conflict. */
export function tokioFor(choice: Choice): string {
  const framing = framingOf(choice)
  switch (framing.kind) {
    case 'lengthField':
      return lengthDelimited(framing)
    case 'lines':
      if (framing.ending === 'any') return none('lines that end with CR')
      return `let codec = LinesCodec::new_with_max_length(${framing.maxFrameLength});
let frames = FramedRead::new(stream, codec);
// It accepts LF and CR LF. Frames are Strings: bytes that are not UTF-8 cause an error.`
    case 'delimiter': {
      if (framing.at === 'start' || framing.delimiters.some(({ length }) => length !== 1)) {
        return none('delimiters other than single bytes at the end')
      }
      const bytes = framing.delimiters.flatMap((delimiter) => [...delimiter])
      const escaped = bytes.map((byte) => `\\x${byte.toString(16).padStart(2, '0')}`)
      return `let codec = AnyDelimiterCodec::new_with_max_length(
    b"${escaped.join('')}".to_vec(), // each of these bytes ends a frame
    b"${escaped[0]}".to_vec(), // what the encoder writes
    ${framing.maxFrameLength},
);
let frames = FramedRead::new(stream, codec);`
    }
    case 'other':
      return none(framing.name)
    default:
      return none('this framing')
  }
}

/** tokio-util's adjusted length counts from the end of the skipped bytes; Netty's and ours count from the field's end. */
function lengthDelimited({ offset, width, byteOrder, adjustment, strip, maxFrameLength }: LengthLayout): string {
  return `let frames = LengthDelimitedCodec::builder()
    .${byteOrder}_endian()
    .length_field_offset(${offset})
    .length_field_length(${width})
    .length_adjustment(${offset + width + adjustment - strip})
    .num_skip(${strip})
    .max_frame_length(${maxFrameLength})
    .new_read(stream);
// Its max_frame_length is compared with the number in the length field, ours with the whole frame.`
}

function none(what: string): string {
  return `// tokio-util has no codec for ${what}: implement Decoder.`
}
