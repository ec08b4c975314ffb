// The one error a peer can cause. Codes are stable between major versions; messages are not.

/**
 * Why a stream of bytes could not be framed, or a frame could not be encoded:
 *
 * - `ERR_FRAME_TOO_LONG`: longer than `maxFrameLength`.
 * - `ERR_FRAME_LENGTH_INVALID`: a length that is negative, shorter than its own header, beyond 2^53-1, or malformed.
 * - `ERR_FRAME_TRUNCATED`: the stream ended inside a frame.
 * - `ERR_FRAME_CORRUPT`: a wrong trailer or marker, or content that cannot be decoded.
 * - `ERR_FRAME_NOT_ENCODABLE`: the decoder would not return the same frame.
 * - `ERR_FRAME_TIMEOUT`: a started frame, or the next one, took longer than a stream adapter allows.
 */
export type FrameErrorCode =
  | 'ERR_FRAME_TOO_LONG'
  | 'ERR_FRAME_LENGTH_INVALID'
  | 'ERR_FRAME_TRUNCATED'
  | 'ERR_FRAME_CORRUPT'
  | 'ERR_FRAME_NOT_ENCODABLE'
  | 'ERR_FRAME_TIMEOUT'

/** What is known about the faulty frame. Lengths and offsets are in bytes. */
export interface FrameErrorDetails {
  /** Stream offset of the frame's first byte. A decoder fills it in; errors of `encode` have none. */
  offset?: number | undefined
  /** Length of the faulty frame, if known. */
  frameLength?: number | undefined
  /** The limit that was exceeded. */
  maxFrameLength?: number | undefined
  /** The error that caused this one. */
  cause?: unknown
}

// ESM and CommonJS can each load a copy of this module: a brand in the global registry recognises the errors of both.
const brand: unique symbol = Symbol.for('unstick.FrameError') as never

/** Bytes from the peer that break the framing, or a frame that its codec cannot encode. */
export class FrameError extends Error {
  /** The kind of fault. Stable between major versions, unlike the message. */
  readonly code: FrameErrorCode
  /** Stream offset of the faulty frame's first byte. */
  declare offset?: number
  /** The faulty frame's length in bytes, if known. */
  declare readonly frameLength?: number
  /** The limit in bytes; only with `ERR_FRAME_TOO_LONG`. */
  declare readonly maxFrameLength?: number
  /** From `end()` only: the frames that the end completed before the faulty one, in order. */
  declare frames?: unknown[]

  constructor(code: FrameErrorCode, message: string, details: FrameErrorDetails = {}) {
    super(message, 'cause' in details ? { cause: details.cause } : undefined)
    this.code = code
    if (details.offset !== undefined) this.offset = details.offset
    if (details.frameLength !== undefined) this.frameLength = details.frameLength
    if (details.maxFrameLength !== undefined) this.maxFrameLength = details.maxFrameLength
  }
}

Object.defineProperty(FrameError.prototype, 'name', { value: 'FrameError' })
Object.defineProperty(FrameError.prototype, brand, { value: true })

/** The error for a frame of `frameLength` bytes, Infinity if unknown. `advice` tells what the bytes may be instead. */
export function frameTooLong(
  name: string,
  frameLength: number,
  maxFrameLength: number,
  offset?: number,
  advice?: string,
): FrameError {
  const size = frameLength === Infinity ? '' : ` of ${frameLength} bytes`
  const place = offset === undefined ? '' : ` at offset ${offset}`
  const message = `${name}: the frame${size}${place} exceeds maxFrameLength (${maxFrameLength} bytes)`
  return new FrameError('ERR_FRAME_TOO_LONG', advice === undefined ? message : `${message}; ${advice}`, {
    offset,
    frameLength: frameLength === Infinity ? undefined : frameLength,
    maxFrameLength,
  })
}

/** Whether `value` is a `FrameError`, with `code` if one is given. Works across the ESM and CommonJS copies. */
export function isFrameError(value: unknown, code?: FrameErrorCode): value is FrameError {
  if ((value as { [brand]?: unknown } | null | undefined)?.[brand] !== true) return false
  return code === undefined || (value as FrameError).code === code
}
