// Hypotheses of frames with a length field: integers of every width, position and byte order, and varints.

import { type GuessedFlags, MAX_FRAME, type Rule } from './hypothesis.ts'

const WIDTHS = [1, 2, 3, 4, 8]
const MAX_OFFSET = 12
/** Adjustments of lengths that do not count exactly the payload or the frame, for an uncounted byte or a trailer. */
const ODD_ADJUSTMENTS = [1, 2, 3, 4, 6, 8, 12, 16, -1, -2, -3]

export function* lengthFields(): Generator<Rule> {
  for (const width of WIDTHS) {
    for (let offset = 0; offset <= MAX_OFFSET; offset++) {
      for (const order of width === 1 ? (['big'] as const) : (['big', 'little'] as const)) {
        for (const counted of countings(offset, width)) yield lengthField(offset, width, order, counted)
      }
    }
  }
}

interface Counting {
  adjustment: number
  words: string
  flags: GuessedFlags
  prior: number
}

function countings(offset: number, width: number): Counting[] {
  const found: Counting[] = [{ adjustment: 0, words: 'counts the bytes after it', flags: {}, prior: 0 }]
  found.push({ adjustment: -width, words: 'counts itself', flags: { includes: 'lengthField' }, prior: 1 })
  if (offset > 0)
    found.push({ adjustment: -width - offset, words: 'counts the whole frame', flags: { includes: 'frame' }, prior: 1 })
  // Any byte may be such a length, so only wider fields are evidence.
  const odd = width === 1 ? ODD_ADJUSTMENTS.slice(0, 2) : ODD_ADJUSTMENTS
  for (const adjustment of odd) {
    if (found.some((one) => one.adjustment === adjustment)) continue
    const words = `counts the bytes after it ${adjustment > 0 ? 'except' : 'and'} ${Math.abs(adjustment)} ${Math.abs(adjustment) === 1 ? 'byte' : 'bytes'}`
    found.push({ adjustment, words: adjustment > 0 ? words : `${words} more`, flags: { adjustment }, prior: 6 })
  }
  return found
}

function lengthField(offset: number, width: number, order: 'big' | 'little', counted: Counting): Rule {
  const header = offset + width
  const name = width === 1 ? 'u8' : `u${width * 8}, ${order}-endian`
  return {
    description: `${name}, at ${offset}, ${counted.words}`,
    flags: {
      lengthField: width,
      ...(offset > 0 ? { offset } : {}),
      ...(order === 'little' ? { byteOrder: order } : {}),
      ...counted.flags,
    },
    prior: 4 + offset / 2 + counted.prior,
    emptyLength: header + Math.max(0, counted.adjustment),
    frameEnd(bytes, position) {
      if (position + header > bytes.length) return Infinity
      let value = 0
      for (let index = 0; index < width; index++) {
        const byte = bytes[position + offset + (order === 'big' ? index : width - 1 - index)]!
        value = value * 256 + byte
      }
      const length = header + value + counted.adjustment
      return length < header || length > MAX_FRAME ? NaN : position + length
    },
  }
}

const MAX_VARINT_OFFSET = 4

/** Only encodings whose first bytes differ from those of an integer can be distinguished from one. */
export function* varints(): Generator<Rule> {
  for (let offset = 0; offset <= MAX_VARINT_OFFSET; offset++) {
    for (const encoding of ['leb128', 'quic', 'vlq', 'compactSize', 'ber'] as const) {
      yield {
        description: `varint (${encoding}), at ${offset}, counts the bytes after it`,
        flags: { varint: true, ...(offset > 0 ? { offset } : {}), ...(encoding === 'leb128' ? {} : { encoding }) },
        prior: 6 + offset + (encoding === 'leb128' ? 0 : 3),
        emptyLength: offset + 1,
        frameEnd(bytes, position) {
          const at = position + offset
          if (at >= bytes.length) return Infinity
          const read = readVarint[encoding]!(bytes, at)
          if (read === undefined) return NaN
          const end = read.end + read.value
          return end - position > MAX_FRAME ? NaN : end
        },
      }
    }
  }
}

interface Read {
  value: number
  end: number
}

/** Undefined if it is not a varint. A truncated varint counts as a frame that ends beyond the bytes. */
const readVarint: Record<string, (bytes: Uint8Array, at: number) => Read | undefined> = {
  leb128(bytes, at) {
    let value = 0
    for (let index = 0; index < 5; index++) {
      const byte = bytes[at + index]
      if (byte === undefined) return { value: 0, end: Infinity }
      value += (byte & 0x7f) * 2 ** (7 * index)
      if (byte < 0x80) return { value, end: at + index + 1 }
    }
    return undefined
  },
  vlq(bytes, at) {
    let value = 0
    for (let index = 0; index < 5; index++) {
      const byte = bytes[at + index]
      if (byte === undefined) return { value: 0, end: Infinity }
      value = value * 128 + (byte & 0x7f)
      if (byte < 0x80) return { value, end: at + index + 1 }
    }
    return undefined
  },
  quic(bytes, at) {
    const width = 1 << (bytes[at]! >> 6)
    return bigEndian(bytes, at, width, bytes[at]! & 0x3f)
  },
  compactSize(bytes, at) {
    const first = bytes[at]!
    if (first < 0xfd) return { value: first, end: at + 1 }
    const width = 1 << (first - 0xfc)
    if (at + 1 + width > bytes.length) return { value: 0, end: Infinity }
    let value = 0
    for (let index = width; index > 0; index--) value = value * 256 + bytes[at + index]!
    return { value, end: at + 1 + width }
  },
  ber(bytes, at) {
    const first = bytes[at]!
    if (first < 0x80) return { value: first, end: at + 1 }
    if (first === 0x80 || first > 0x84) return undefined
    return bigEndian(bytes, at, 1 + (first & 0x7f), 0)
  },
}

/** Adds the bytes after the first to the first byte's part of the value. */
function bigEndian(bytes: Uint8Array, at: number, width: number, first: number): Read {
  if (at + width > bytes.length) return { value: 0, end: Infinity }
  let value = first
  for (let index = 1; index < width; index++) value = value * 256 + bytes[at + index]!
  return { value, end: at + width }
}
