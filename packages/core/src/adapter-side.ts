// What stream adapters need from a codec and its decoders beyond the contract.

import { definitionOf, type CompleteDefinition } from './complete-definition.ts'

/** The codec's name in error messages; undefined for a codec that was not made by core. */
export function codecName(codec: object): string | undefined {
  return definitionIn(codec)?.name
}

/**
 * Whether the codec's decoders can give out a frame in parts while it arrives: frames are bytes as they are on the
 * wire, and the header alone determines where a frame ends.
 */
export function givesParts(codec: object): boolean {
  const definition = definitionIn(codec)
  return definition?.lengthFirst === true && definition.isPlain && definition.atEnd === 'error'
}

/** A frame that has begun. Lengths are in bytes. */
export interface StartedFrame {
  /** The length of the whole frame. */
  readonly frameLength: number
  /** The length of the part that the decoder gives out. */
  readonly payloadLength: number
}

/** What the decoder of such a codec can do beyond the contract. */
export interface PartDecoder {
  /**
   * Begins to give out the unfinished frame, if its length is known. Call it once no whole frame is left. The bytes are
   * no longer accumulated; those not taken before the next frame is requested are dropped without a report.
   */
  startFrame(): StartedFrame | undefined
  /** The next bytes of its payload, up to a limit; undefined if there are none before the next chunk. */
  takePart(most: number): Uint8Array | undefined
  /** Whether bytes of that frame are still to arrive, or to be taken. */
  readonly isInParts: boolean
}

function definitionIn(codec: object): CompleteDefinition<unknown> | undefined {
  return (codec as { [definitionOf]?: CompleteDefinition<unknown> })[definitionOf]
}
