// What stream adapters ask of a codec and its decoders beyond the contract.

import { definitionOf, type CompleteDefinition } from './complete-definition.ts'

/** The codec's name in error messages; undefined for a codec that was not made by core. */
export function codecName(codec: object): string | undefined {
  return definitionIn(codec)?.name
}

/**
 * Whether the codec's decoders can give a frame out in parts while it arrives: its frames are the bytes of the wire, and
 * their header alone determines where they end.
 */
export function givesParts(codec: object): boolean {
  const definition = definitionIn(codec)
  return definition?.lengthFirst === true && definition.isPlain && definition.atEnd === 'error'
}

/** A frame that has begun, in bytes. */
export interface StartedFrame {
  /** The length of the whole frame. */
  readonly frameLength: number
  /** The length of what the decoder gives out of it. */
  readonly payloadLength: number
}

/** What the decoder of such a codec can do beside the contract. */
export interface PartDecoder {
  /**
   * Once there is no whole frame left: begins to give out the one that has begun, if its length is known. Its bytes are
   * not accumulated any more. Those that are not taken before the next frame is asked for are dropped, without a report.
   */
  startFrame(): StartedFrame | undefined
  /** The next bytes of its payload, up to a limit; undefined if there are none before the next chunk. */
  takePart(most: number): Uint8Array | undefined
  /** Whether bytes of that frame are still to come, or to be taken. */
  readonly isInParts: boolean
}

function definitionIn(codec: object): CompleteDefinition<unknown> | undefined {
  return (codec as { [definitionOf]?: CompleteDefinition<unknown> })[definitionOf]
}
