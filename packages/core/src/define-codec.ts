// The entry point of every codec, ours and yours.

import { BatchDecoder } from './batch-decoder.ts'
import { joinBytes } from './bytes-class.ts'
import { complete, definitionOf, type CompleteDefinition } from './complete-definition.ts'
import type { DecoderOptions, FrameCodec, FrameDecoder, OwnedBytes } from './contracts.ts'
import { Decoder } from './decoder.ts'
import type { CodecDefinition } from './definition.ts'
import { encodeWithin, lengthOf } from './encode-within.ts'
import { inspectable } from './inspectable.ts'
import { choiceOption, functionOption, readOptions } from './options.ts'

/**
 * Makes a codec from a function that finds frames.
 *
 * Core accumulates bytes, makes views, enforces the limit in both directions, and provides `scan`, `decode`, skipping
 * and errors.
 *
 * @throws {TypeError | RangeError} A member of the definition is not valid: its name, what was received, the range.
 *
 * @example
 * ```ts
 * import { defineCodec } from '@unstick/core'
 *
 * // A length byte, then that many bytes.
 * const codec = defineCodec({
 *   name: 'tiny',
 *   maxFrameLength: 256,
 *   find(bytes, start, end, search) {
 *     if (start === end) return start + 1
 *     search.payloadStart = start + 1
 *     return start + 1 + bytes[start]!
 *   },
 *   encodeParts: (payload) => [Uint8Array.of(payload.length), payload],
 * })
 * for (const frame of codec.decoder().decode(Uint8Array.of(2, 7, 8, 1, 9))) console.log(...frame) // 7 8, 9
 * ```
 */
export function defineCodec<Frame = Uint8Array>(definition: CodecDefinition<Frame>): FrameCodec<Frame> {
  return codecFrom(complete(definition))
}

/** A codec that can be composed. */
export interface ComposableCodec<Frame> extends FrameCodec<Frame> {
  readonly [definitionOf]: CompleteDefinition<Frame>
}

export function codecFrom<Frame>(definition: CompleteDefinition<Frame>): FrameCodec<Frame> {
  return new DefinedCodec(definition)
}

/** Shared by all decoders, so that an idle one costs only its fields. */
const DEFAULTS: DecoderOptions = {}

const PlainDecoder = /* @__PURE__ */ inspectable(
  Decoder,
  ({ bufferedLength, frameOffset }) =>
    `FrameDecoder { bufferedLength: ${bufferedLength}, frameOffset: ${frameOffset} }`,
)

class Codec<Frame> implements ComposableCodec<Frame> {
  // Only declared: bundlers keep a class whose field has a computed name, and with it all of core.
  declare readonly [definitionOf]: CompleteDefinition<Frame>

  constructor(definition: CompleteDefinition<Frame>) {
    this[definitionOf] = definition
  }

  get maxFrameLength(): number {
    return this[definitionOf].maxFrameLength
  }

  decoder(given?: DecoderOptions): FrameDecoder<Frame> {
    const options = given === undefined ? DEFAULTS : readOptions('decoder', given, ['copy', 'onSkip'])
    choiceOption('copy', options.copy ?? false, [true, false])
    functionOption('onSkip', options.onSkip)
    const definition = this[definitionOf]
    return definition.findMany === undefined
      ? new PlainDecoder(definition, options)
      : new BatchDecoder(definition, options)
  }

  encode(frame: Frame): OwnedBytes {
    const parts = this.encodeParts(frame)
    return joinBytes(parts, lengthOf(parts))
  }

  encodeParts(frame: Frame): Uint8Array[] {
    return encodeWithin(this[definitionOf], frame)
  }
}

const DefinedCodec = /* @__PURE__ */ inspectable(
  Codec,
  (codec) => `FrameCodec { name: '${codec[definitionOf].name}', maxFrameLength: ${codec.maxFrameLength} }`,
)
