// Writes the same framing for Netty 4, if it has a decoder for it.

import type { Choice } from '../codec-choice.ts'
import { framingOf, type LengthLayout } from './layout.ts'
import { hexByte } from './typescript.ts'

/** @throws {Misuse} The flags conflict. */
export function nettyFor(choice: Choice): string {
  const framing = framingOf(choice)
  switch (framing.kind) {
    case 'lengthField':
      return lengthFieldDecoder(framing)
    case 'varint':
      if (framing.encoding === 'leb128' && framing.offset === 0) {
        return 'pipeline.addLast(new ProtobufVarint32FrameDecoder());\n// It has no maxFrameLength.'
      }
      return none('this varint')
    case 'delimiter': {
      if (framing.at === 'start') return none('delimiters that begin a frame')
      const buffers = framing.delimiters.map(
        (bytes) => `Unpooled.wrappedBuffer(new byte[] { ${[...bytes].map(javaByte).join(', ')} })`,
      )
      return `pipeline.addLast(new DelimiterBasedFrameDecoder(
    ${framing.maxFrameLength}, // maxFrameLength
    true, // stripDelimiter
    ${buffers.join(',\n    ')}));${areNested(framing.delimiters) ? NESTED : ''}`
    }
    case 'lines':
      if (framing.ending === 'any') return none('lines that end with CR')
      return `pipeline.addLast(new LineBasedFrameDecoder(${framing.maxFrameLength}));${
        framing.ending === 'auto' ? '' : '\n// It accepts LF and CR LF.'
      }`
    case 'fixedSize':
      return `pipeline.addLast(new FixedLengthFrameDecoder(${framing.size}));`
    case 'jsonValues':
      return `pipeline.addLast(new JsonObjectDecoder(${framing.maxFrameLength}, ${framing.within === 'array'}));
// It accepts only objects and arrays, and its limit counts all bytes received.`
    case 'contentLength':
    case 'textLength':
      return none('this framing')
    default:
      return none(framing.name)
  }
}

const NETTY_WIDTHS: ReadonlySet<number> = new Set([1, 2, 3, 4, 8])

function lengthFieldDecoder({ offset, width, byteOrder, adjustment, strip, maxFrameLength }: LengthLayout): string {
  if (!NETTY_WIDTHS.has(width)) return none(`length fields of ${width} bytes`)
  const options = [
    ...(byteOrder === 'little' ? [['ByteOrder.LITTLE_ENDIAN', 'byteOrder']] : []),
    [maxFrameLength, 'maxFrameLength'],
    [offset, 'lengthFieldOffset'],
    [width, 'lengthFieldLength'],
    [adjustment, 'lengthAdjustment'],
    [strip, 'initialBytesToStrip'],
    // Only the constructor with all options takes a byte order.
    ...(byteOrder === 'little' ? [[true, 'failFast']] : []),
  ]
  const lines = options.map(([value, name], index) => {
    const isLast = index === options.length - 1
    return `    ${value}${isLast ? '));' : ','} // ${name}`
  })
  return `pipeline.addLast(new LengthFieldBasedFrameDecoder(\n${lines.join('\n')}`
}

const NESTED = '\n// Where one delimiter begins another, its frames depend on the chunks.'

function areNested(delimiters: readonly Uint8Array[]): boolean {
  return delimiters.some((one) =>
    delimiters.some((other) => other.length > one.length && one.every((byte, at) => byte === other[at])),
  )
}

/** Java's bytes have a sign. */
function javaByte(byte: number): string {
  return byte < 0x80 ? hexByte(byte) : `(byte) ${hexByte(byte)}`
}

function none(what: string): string {
  return `// Netty has no decoder for ${what}: extend ByteToMessageDecoder.`
}
