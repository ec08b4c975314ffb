import type { FrameCodec } from '@unstick/core'
import type * as protocols from '@unstick/protocols'

export interface Peer {
  /** The recording that both read. */
  recording: string
  from: 'client' | 'server'
  /** Bytes before the framing. */
  skip?: (bytes: Uint8Array) => number
  /** Whether to leave out a connection that the parser does not support. */
  isLeftOut?: (bytes: Uint8Array) => boolean
  /** Where another protocol begins. */
  until?: (bytes: Uint8Array) => number
  /** Where to cut a recording that is repeated to make a long stream. */
  untilRepeated?: (bytes: Uint8Array) => number
  codec: (presets: typeof protocols) => FrameCodec<never>
  /** Makes their parser. `first` is the beginning of the stream. */
  make: (onFrame: (frame: never) => void, first: Uint8Array) => (chunk: Buffer) => unknown
  /** Completes a frame of theirs to what one of ours holds. Left out if it already holds as much. */
  complete?: (frame: never) => unknown
  /** Converts a frame of ours, and one of theirs, to the same form. */
  ours: (frame: never) => unknown
  theirs: (frame: never) => unknown
}

export const peers: Readonly<Record<string, Peer>>
