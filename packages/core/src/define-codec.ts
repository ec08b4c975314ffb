// The door through which every codec comes, ours and anyone's.

import type { DecoderOptions, FrameCodec, FrameDecoder } from './contracts.ts'
import { Decoder, type CompleteDefinition, type Turn } from './decoder.ts'
import { NO_FRAME, type CodecDefinition } from './definition.ts'
import { FrameError } from './errors.ts'
import { mapped, type FrameMapping, type MappableCodec } from './map-codec.ts'
import { choiceOption, functionOption, integerOption, isBytes, shown } from './options.ts'
import { RunDecoder } from './run-decoder.ts'

/**
 * Makes a codec from a function that finds frames.
 *
 * Accumulating, views, limits, errors, `scan` and `decode` come from here. Throws a `TypeError` or `RangeError` that
 * names the option if the definition is not valid.
 */
export function defineCodec<Frame = Uint8Array>(definition: CodecDefinition<Frame>): FrameCodec<Frame> {
  return new DefinedCodec(complete(definition))
}

/** One object for all: an idle decoder costs its fields only. */
const DEFAULTS: DecoderOptions = {}

class DefinedCodec<Frame> implements MappableCodec<Frame> {
  private readonly definition: CompleteDefinition<Frame>

  constructor(definition: CompleteDefinition<Frame>) {
    this.definition = definition
  }

  get maxFrameLength(): number {
    return this.definition.maxFrameLength
  }

  decoder(options: DecoderOptions = DEFAULTS): FrameDecoder<Frame> {
    choiceOption('copy', options.copy ?? false, [true, false])
    functionOption('onSkip', options.onSkip)
    const { definition } = this
    return definition.findMany === undefined
      ? new Decoder(definition, options)
      : new RunDecoder(definition, definition.findMany, options)
  }

  encode(frame: Frame): Uint8Array {
    return join(this.encodeParts(frame))
  }

  encodeParts(frame: Frame): Uint8Array[] {
    const { name, encodeParts } = this.definition
    if (encodeParts === undefined) throw new FrameError('ERR_FRAME_NOT_ENCODABLE', `${name}: this codec only decodes`)
    return encodeParts(frame)
  }

  [mapped]<To>(mapping: FrameMapping<Frame, To>): FrameCodec<To> {
    const { toFrame, refine, encodeParts, ...definition } = this.definition
    return new DefinedCodec<To>({
      ...definition,
      toFrame: followed(toFrame, mapping.decode),
      refine: followed(refine, mapping.decode),
      encodeParts: encodeParts && ((frame) => encodeParts(mapping.encode(frame))),
    })
  }
}

/** `first` where there is one, then `second`. */
function followed<From, Frame, To>(first: Turn<From, Frame> | undefined, second: Turn<Frame, To>): Turn<From, To> {
  return (from, index) => {
    const frame = first === undefined ? (from as unknown as Frame) : first(from, index)
    return frame === NO_FRAME ? NO_FRAME : second(frame, index)
  }
}

function complete<Frame>(definition: CodecDefinition<Frame>): CompleteDefinition<Frame> {
  const maxFrameLength = integerOption('maxFrameLength', definition.maxFrameLength, 1)
  const delimiterLength = integerOption('delimiterLength', definition.delimiterLength ?? 0, 0)
  const headerLength = integerOption('headerLength', definition.headerLength ?? 0, 0)
  if (typeof definition.find !== 'function') {
    throw new TypeError(`find must be a function, received ${shown(definition.find)}`)
  }
  if (definition.toFrames !== undefined && definition.toFrame === undefined) {
    throw new TypeError('toFrame must be a function where toFrames is given, received undefined')
  }
  return {
    name: definition.name,
    maxFrameLength,
    delimiterLength,
    headerLength,
    maxSpan: maxFrameLength + delimiterLength,
    find: definition.find,
    findMany: functionOption('findMany', definition.findMany),
    findAtEnd: functionOption('findAtEnd', definition.findAtEnd) ?? definition.find,
    atEnd: choiceOption('atEnd', definition.atEnd ?? 'error', ['error', 'emit', 'drop']),
    oversize: choiceOption('oversize', definition.oversize ?? 'error', ['error', 'skip']),
    corrupt: choiceOption('corrupt', definition.corrupt ?? 'error', ['error', 'skip']),
    toFrame: functionOption('toFrame', definition.toFrame),
    toFrames: functionOption('toFrames', definition.toFrames),
    refine: undefined,
    encodeParts: encoder(definition),
  }
}

/** Where frames are bytes, anything else is told before a codec measures it. */
function encoder<Frame>({ name, toFrame, encodeParts }: CodecDefinition<Frame>): typeof encodeParts {
  functionOption('encodeParts', encodeParts)
  if (encodeParts === undefined || toFrame !== undefined) return encodeParts
  return (frame) => {
    if (isBytes(frame)) return encodeParts(frame)
    throw new TypeError(`${name}: a frame must be a Uint8Array, received ${shown(frame)}`)
  }
}

function join(parts: Uint8Array[]): Uint8Array {
  const joined = new Uint8Array(parts.reduce((length, part) => length + part.length, 0))
  let at = 0
  for (const part of parts) {
    joined.set(part, at)
    at += part.length
  }
  return joined
}
