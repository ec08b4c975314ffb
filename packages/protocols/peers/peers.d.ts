import type { FrameCodec } from '@unstick/core'
import type * as protocols from '@unstick/protocols'

export interface Peer {
  /** The recording that both read. */
  recording: string
  from: 'client' | 'server'
  /** Bytes before the framing. */
  skip?: (bytes: Uint8Array) => number
  /** A connection that the parser is not made for. */
  isLeftOut?: (bytes: Uint8Array) => boolean
  /** Where another protocol begins. */
  until?: (bytes: Uint8Array) => number
  /** Where a recording ends that is put together with itself, to be long. */
  untilRepeated?: (bytes: Uint8Array) => number
  codec: (presets: typeof protocols) => FrameCodec<never>
  /** A parser of theirs. `first` is the beginning of what it will read. */
  make: (onFrame: (frame: never) => void, first: Uint8Array) => (chunk: Buffer) => unknown
  /** Makes of a frame of theirs what one of ours holds. Left out: it holds as much, or more. */
  complete?: (frame: never) => unknown
  /** A frame of ours, and one of theirs, in the same words. */
  ours: (frame: never) => unknown
  theirs: (frame: never) => unknown
}

export const peers: Readonly<Record<string, Peer>>
