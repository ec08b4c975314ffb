// The chosen codec's options with defaults filled in, for writing them in another language.

import { codecOptions } from '../../../packages/cli/src/codecs.ts'
import { camelCase } from '../../../packages/cli/src/flag.ts'
import { flagValues, type Choice } from '../codec-choice.ts'

const DEFAULT_LIMIT: number = 8 * 1024 * 1024

export type Framing =
  | ({ kind: 'lengthField' } & LengthLayout)
  | { kind: 'varint'; encoding: string; offset: number; maxFrameLength: number }
  | {
      kind: 'textLength'
      radix: number
      digits: number | undefined
      terminator: Uint8Array
      trailer: Uint8Array
      includes: string
      maxFrameLength: number
    }
  | { kind: 'delimiter'; delimiters: Uint8Array[]; at: string; maxFrameLength: number }
  | { kind: 'lines'; ending: string; maxFrameLength: number }
  | { kind: 'fixedSize'; size: number; maxFrameLength: number }
  | { kind: 'contentLength'; maxFrameLength: number }
  | { kind: 'jsonValues'; within: string; maxFrameLength: number }
  | { kind: 'other'; name: string }

export interface LengthLayout {
  offset: number
  width: number
  byteOrder: 'big' | 'little'
  /** Added to the number to get the number of bytes after the field. */
  adjustment: number
  strip: number
  maxFrameLength: number
}

/** @throws {Misuse} The flags conflict. */
export function framingOf(choice: Choice): Framing {
  if (choice.protocol !== undefined) return { kind: 'other', name: choice.protocol }
  const { kind, options: given } = codecOptions(flagValues(choice))
  const options = given as Record<string, never>
  const maxFrameLength: number = options.maxFrameLength ?? DEFAULT_LIMIT
  switch (camelCase(kind.name)) {
    case 'lengthField':
      return { kind: 'lengthField', ...lengthLayout(options, maxFrameLength) }
    case 'varint':
      return {
        kind: 'varint',
        encoding: options.encoding ?? 'leb128',
        offset: options.lengthFieldOffset ?? 0,
        maxFrameLength,
      }
    case 'textLength':
      return {
        kind: 'textLength',
        radix: options.radix ?? 10,
        digits: options.digits,
        terminator: bytesOf(options.digits === undefined ? (options.terminator ?? ':') : ''),
        trailer: bytesOf(options.trailer ?? ''),
        includes: options.lengthIncludes ?? 'payload',
        maxFrameLength,
      }
    case 'delimiter': {
      const delimiters = (options.delimiter as unknown as (string | Uint8Array)[]).map(bytesOf)
      return { kind: 'delimiter', delimiters, at: options.delimiterAt ?? 'end', maxFrameLength }
    }
    case 'lines':
    case 'jsonLines':
      return { kind: 'lines', ending: options.ending ?? 'auto', maxFrameLength }
    case 'fixedSize':
      return { kind: 'fixedSize', size: options.size!, maxFrameLength: options.size! }
    case 'contentLength':
      return { kind: 'contentLength', maxFrameLength }
    case 'jsonValues':
      return { kind: 'jsonValues', within: options.within ?? 'stream', maxFrameLength }
    default:
      return { kind: 'other', name: kind.name }
  }
}

function bytesOf(value: string | Uint8Array): Uint8Array {
  return typeof value === 'string' ? new TextEncoder().encode(value) : value
}

function lengthLayout(options: Record<string, never>, maxFrameLength: number): LengthLayout {
  const offset: number = options.lengthFieldOffset ?? 0
  const width: number = options.lengthFieldLength!
  const included: Record<string, number> = { payload: 0, lengthField: -width, frame: -offset - width }
  return {
    offset,
    width,
    byteOrder: options.byteOrder ?? 'big',
    adjustment:
      options.lengthIncludes === undefined ? (options.lengthAdjustment ?? 0) : included[options.lengthIncludes]!,
    strip: options.initialBytesToStrip ?? (offset === 0 ? width : 0),
    maxFrameLength,
  }
}
