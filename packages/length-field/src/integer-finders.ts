// Finders for integers of 1, 2 and 4 bytes: one function per width and byte order, although they differ in one line.
//
// `scan` calls the finder for every frame. A single finder that is given a function to read the number would cost a
// second call per frame, which V8 does not inline once a process has codecs of several widths.

import type { FindFrame, FrameError } from '@unstick/core'
import type { ByteOrder } from './integers.ts'

/** Positions and lengths, counted from the frame's first byte. */
export interface HeaderLayout {
  /** Where the length field, and with it the header, ends. */
  headerLength: number
  /** What to add to the number on the wire to get the frame's length. */
  uncounted: number
  /** The length of the shortest frame. */
  shortest: number
  initialBytesToStrip: number
  /** The error for a frame whose length field has this value. */
  refuse: (bytes: Uint8Array, start: number, value: number) => FrameError
}

type MakeFinder = (layout: HeaderLayout) => FindFrame

const uint8: MakeFinder = ({ headerLength, uncounted, shortest, initialBytesToStrip, refuse }) => {
  return (bytes, start, end, search) => {
    const payload = start + headerLength
    if (payload > end) return payload
    const value = bytes[payload - 1]!
    const frameLength = value + uncounted
    if (frameLength < shortest) throw refuse(bytes, start, value)
    search.payloadStart = start + initialBytesToStrip
    return (search.payloadEnd = start + frameLength)
  }
}

const uint16BigEndian: MakeFinder = ({ headerLength, uncounted, shortest, initialBytesToStrip, refuse }) => {
  return (bytes, start, end, search) => {
    const payload = start + headerLength
    if (payload > end) return payload
    const value = (bytes[payload - 2]! << 8) | bytes[payload - 1]!
    const frameLength = value + uncounted
    if (frameLength < shortest) throw refuse(bytes, start, value)
    search.payloadStart = start + initialBytesToStrip
    return (search.payloadEnd = start + frameLength)
  }
}

const uint16LittleEndian: MakeFinder = ({ headerLength, uncounted, shortest, initialBytesToStrip, refuse }) => {
  return (bytes, start, end, search) => {
    const payload = start + headerLength
    if (payload > end) return payload
    const value = bytes[payload - 2]! | (bytes[payload - 1]! << 8)
    const frameLength = value + uncounted
    if (frameLength < shortest) throw refuse(bytes, start, value)
    search.payloadStart = start + initialBytesToStrip
    return (search.payloadEnd = start + frameLength)
  }
}

const uint32BigEndian: MakeFinder = ({ headerLength, uncounted, shortest, initialBytesToStrip, refuse }) => {
  return (bytes, start, end, search) => {
    const payload = start + headerLength
    if (payload > end) return payload
    const at = payload - 4
    const value = ((bytes[at]! << 24) | (bytes[at + 1]! << 16) | (bytes[at + 2]! << 8) | bytes[at + 3]!) >>> 0
    const frameLength = value + uncounted
    if (frameLength < shortest) throw refuse(bytes, start, value)
    search.payloadStart = start + initialBytesToStrip
    return (search.payloadEnd = start + frameLength)
  }
}

const uint32LittleEndian: MakeFinder = ({ headerLength, uncounted, shortest, initialBytesToStrip, refuse }) => {
  return (bytes, start, end, search) => {
    const payload = start + headerLength
    if (payload > end) return payload
    const at = payload - 4
    const value = (bytes[at]! | (bytes[at + 1]! << 8) | (bytes[at + 2]! << 16) | (bytes[at + 3]! << 24)) >>> 0
    const frameLength = value + uncounted
    if (frameLength < shortest) throw refuse(bytes, start, value)
    search.payloadStart = start + initialBytesToStrip
    return (search.payloadEnd = start + frameLength)
  }
}

const integers: Record<number, Record<ByteOrder, MakeFinder>> = {
  1: { big: uint8, little: uint8 },
  2: { big: uint16BigEndian, little: uint16LittleEndian },
  4: { big: uint32BigEndian, little: uint32LittleEndian },
}

/**
 * The finder for integers of this width, if there is one. The sum of any such integer and `uncounted` must be exact.
 */
export function integerFinder(layout: HeaderLayout, width: number, order: ByteOrder): FindFrame | undefined {
  const isExact = layout.uncounted < Number.MAX_SAFE_INTEGER - 2 ** 32
  return isExact ? integers[width]?.[order](layout) : undefined
}
