// Encoding within the limit, for a codec alone or as part of another.

import type { CompleteDefinition } from './complete-definition.ts'
import { FrameError, frameTooLong } from './errors.ts'
import { checkedBytes } from './options.ts'

/** The most bytes that a codec writes for a frame. */
export function encodeLimitOf({ encodeLimit, maxSpan }: CompleteDefinition<unknown>): number {
  return encodeLimit ?? maxSpan
}

/** The parts of an encoded frame, unless it is longer than the decoder accepts. */
export function encodeWithin<Frame>(definition: CompleteDefinition<Frame>, frame: Frame): Uint8Array[] {
  const { name, encodeFrame, maxFrameLength, maxSpan, encodeLimit = maxSpan } = definition
  if (encodeFrame === undefined) throw new FrameError('ERR_FRAME_NOT_ENCODABLE', `${name}: this codec only decodes`)
  const parts = encodeFrame(frame)
  for (const part of parts) checkedBytes(part, name, 'each of header, payload and trailer')
  const length = lengthOf(parts)
  if (length > encodeLimit) throw frameTooLong(name, length, maxFrameLength)
  return parts
}

/** The total length of the parts. */
export function lengthOf(parts: readonly Uint8Array[]): number {
  let length = 0
  for (const part of parts) length += part.length
  return length
}
