// Lines, as strings.

import {
  choiceOption,
  defineCodec,
  FrameError,
  mapped,
  type DecoderOptions,
  type FrameCodec,
  type FrameDecoder,
  type FrameMapping,
  type MappableCodec,
} from '@unstick/core'
import { lineDefinition, type LinesOptions } from './lines.ts'
import { TextLinesDecoder } from './text-lines-decoder.ts'
import { BOM, encodeText, textDecoder } from './utf8.ts'

export interface TextLinesOptions extends LinesOptions {
  /** What becomes of bytes that are no UTF-8: 'error' or U+FFFD. Default: 'error', `ERR_FRAME_CORRUPT`. */
  malformed?: 'error' | 'replace'
  /** Whether a byte order mark at the very beginning is dropped. Default: false, which makes it a character. */
  dropBom?: boolean
}

/**
 * Lines of UTF-8 as strings; only the line ending splits, never U+2028 or U+2029. Whole blocks of a chunk are decoded
 * and then split, which makes a line cost a fraction of decoding it alone; a line kept for long keeps the text of its
 * block, up to 32 KiB.
 *
 * Throws as `lines` does; decoding also `ERR_FRAME_CORRUPT` for malformed UTF-8, encoding also
 * `ERR_FRAME_NOT_ENCODABLE` for half a surrogate pair and, with `dropBom`, for a leading byte order mark.
 */
export function textLines(options: TextLinesOptions = {}): FrameCodec<string> {
  const malformed = choiceOption('malformed', options.malformed ?? 'error', ['error', 'replace'])
  const dropBom = choiceOption('dropBom', options.dropBom ?? false, [true, false])
  const decodeText = textDecoder(malformed)
  const { encodeParts, ...definition } = lineDefinition('textLines', options)
  const lineByLine = defineCodec<string>({
    ...definition,
    toFrame(line, index) {
      try {
        const text = decodeText(line)
        return dropBom && index === 0 && text.startsWith(BOM) ? text.slice(1) : text
      } catch (cause) {
        throw new FrameError('ERR_FRAME_CORRUPT', 'textLines: a line is not UTF-8', { cause })
      }
    },
    encodeParts(line) {
      if (dropBom && line.startsWith(BOM)) {
        throw new FrameError('ERR_FRAME_NOT_ENCODABLE', 'textLines: a leading byte order mark would be dropped')
      }
      return encodeParts(encodeLine(line))
    },
  }) as MappableCodec<string>
  return new TextLinesCodec(lineByLine, options.ending ?? 'auto', decodeText)
}

function encodeLine(line: string): Uint8Array {
  try {
    return encodeText(line)
  } catch (cause) {
    throw new FrameError('ERR_FRAME_NOT_ENCODABLE', 'textLines: the line has no form in UTF-8', { cause })
  }
}

/** The codec that decodes line by line, with a faster decoder. */
class TextLinesCodec implements MappableCodec<string> {
  private readonly lineByLine: MappableCodec<string>
  private readonly ending: NonNullable<LinesOptions['ending']>
  private readonly decodeText: (bytes: Uint8Array) => string

  constructor(
    lineByLine: MappableCodec<string>,
    ending: NonNullable<LinesOptions['ending']>,
    decodeText: (bytes: Uint8Array) => string,
  ) {
    this.lineByLine = lineByLine
    this.ending = ending
    this.decodeText = decodeText
  }

  get maxFrameLength(): number {
    return this.lineByLine.maxFrameLength
  }

  decoder(options: DecoderOptions = {}): FrameDecoder<string> {
    return new TextLinesDecoder(this.lineByLine, this.ending, this.decodeText, options)
  }

  encode(line: string): Uint8Array {
    return this.lineByLine.encode(line)
  }

  encodeParts(line: string): Uint8Array[] {
    return this.lineByLine.encodeParts(line)
  }

  [mapped]<To>(mapping: FrameMapping<string, To>): FrameCodec<To> {
    return this.lineByLine[mapped](mapping)
  }
}
