// A definition, checked, with its defaults filled in. Every codec carries one, from which codecs are composed.

import { Conversion, type FrameMapper } from './conversion.ts'
import type { CodecDefinition } from './definition.ts'
import { findManyBy } from './find-many.ts'
import {
  checkedBytes,
  choiceOption,
  functionOption,
  integerOption,
  readOptions,
  shown,
  stringOption,
} from './options.ts'
import type { FindFrame } from './search.ts'

/** Creates the mapper of one decoder or, without a memory, of all. */
export interface Mapping {
  readonly hasMemory: boolean
  readonly create: () => FrameMapper<never, unknown>
}

type Complete<Frame> = { [Member in keyof Required<CodecDefinition<Frame>>]: CodecDefinition<Frame>[Member] }

export interface CompleteDefinition<Frame> extends Complete<unknown> {
  /** Names that the codec had before: its functions still begin their messages with one. */
  readonly formerNames: readonly string[]
  readonly overhead: number
  readonly find: FindFrame
  /** The length of every frame, if all are equally long; else 0. */
  readonly frameLength: number
  /** The most bytes of one frame that the finder is shown: the limit and the overhead. */
  readonly maxSpan: number
  readonly lengthFirst: boolean
  readonly atEnd: 'error' | 'emit' | 'drop'
  readonly oversize: 'error' | 'skip'
  readonly corrupt: 'error' | 'skip'
  readonly holdsPayload: boolean
  /** The mappings of the frames of `toFrame` and `toFrames`, in this order. */
  readonly mappings: readonly Mapping[]
  /** Whether frames are joined into messages, in which a skipped frame would leave a hole. */
  readonly joins: boolean
  /** Whether the payload is the frame. */
  readonly isPlain: boolean
  readonly createConversion: () => Conversion<Frame>
  /** Creates the finder and maker of frames of one decoder, before mappings, if they have a memory. */
  readonly createBase: (() => Conversion<unknown>) | undefined
  /** The most bytes that `encode` writes. */
  readonly encodeLimit?: number
  readonly encodeFrame: ((frame: Frame) => Uint8Array[]) | undefined
}

/**
 * The symbol under which a codec carries its definition, for composition. In the global registry, so that it is the
 * same in the ESM and CommonJS copies.
 */
export const definitionOf: unique symbol = Symbol.for('unstick.definition') as never

const MEMBERS = [
  'name',
  'maxFrameLength',
  'overhead',
  'find',
  'findMany',
  'findAtEnd',
  'lengthFirst',
  'atEnd',
  'oversize',
  'corrupt',
  'isFrame',
  'toFrame',
  'toFrames',
  'holdsPayload',
  'hint',
  'encodeParts',
] as const

/** Throws a `TypeError` or `RangeError` that names the member if the definition is not valid. */
export function complete<Frame>(given: CodecDefinition<Frame>): CompleteDefinition<Frame> {
  const definition = readOptions('defineCodec', given, MEMBERS) as CodecDefinition<unknown>
  const name = stringOption('name', definition.name)
  if (definition.toFrames !== undefined && definition.toFrame === undefined) {
    throw new TypeError('toFrame must be a function if toFrames is given, received undefined')
  }
  const maxFrameLength = integerOption('maxFrameLength', definition.maxFrameLength, 1)
  const overhead = integerOption('overhead', definition.overhead ?? 0, 0)
  const encodeParts = functionOption('encodeParts', definition.encodeParts)
  const toFrame = functionOption('toFrame', definition.toFrame)
  const toFrames = functionOption('toFrames', definition.toFrames)
  const findMany = functionOption('findMany', definition.findMany)
  const finder = finderOf(definition.find, maxFrameLength + overhead)
  return compose<Frame>({
    name,
    formerNames: [],
    maxFrameLength,
    overhead,
    ...finder,
    findMany: findMany ?? (toFrames && findManyBy(finder.find, maxFrameLength + overhead)),
    findAtEnd: functionOption('findAtEnd', definition.findAtEnd),
    lengthFirst: choiceOption('lengthFirst', definition.lengthFirst ?? typeof definition.find === 'number', [
      true,
      false,
    ]),
    atEnd: choiceOption('atEnd', definition.atEnd ?? 'error', ['error', 'emit', 'drop']),
    oversize: choiceOption('oversize', definition.oversize ?? 'error', ['error', 'skip']),
    corrupt: choiceOption('corrupt', definition.corrupt ?? 'error', ['error', 'skip']),
    isFrame: functionOption('isFrame', definition.isFrame),
    toFrame,
    toFrames,
    holdsPayload: choiceOption('holdsPayload', definition.holdsPayload ?? definition.toFrames === undefined, [
      true,
      false,
    ]),
    hint: functionOption('hint', definition.hint),
    encodeParts,
    mappings: [],
    joins: false,
    createBase: undefined,
    // If frames are bytes, refuse anything else before a codec measures it.
    encodeFrame:
      encodeParts && toFrame === undefined ? (frame) => encodeParts(checkedBytes(frame, name, 'a frame')) : encodeParts,
  })
}

function finderOf(
  find: FindFrame | number,
  longest: number,
): Pick<CompleteDefinition<unknown>, 'find' | 'frameLength'> {
  if (typeof find === 'function') return { find, frameLength: 0 }
  if (typeof find !== 'number') throw new TypeError(`find must be a function or a length, received ${shown(find)}`)
  const frameLength = integerOption('find', find, 1, longest)
  return { find: (_bytes, start, _end, search) => (search.payloadEnd = start + frameLength), frameLength }
}

/** Fills in the members that follow from others. */
export function compose<Frame>(
  definition: Omit<CompleteDefinition<Frame>, 'maxSpan' | 'isPlain' | 'createConversion'>,
): CompleteDefinition<Frame> {
  const { mappings, toFrame, isFrame, maxFrameLength, overhead, createBase } = definition
  const hasMemory = createBase !== undefined || mappings.some((mapping) => mapping.hasMemory)
  const convert = (): Conversion<Frame> => {
    const mappers = mappings.map(({ create }) => create() as FrameMapper<unknown, unknown>)
    const base = createBase?.()
    return new Conversion<Frame>(base?.toFrame ?? toFrame, mappers, hasMemory, base, base?.isFrame ?? isFrame)
  }
  const shared = hasMemory ? undefined : convert()
  return {
    ...definition,
    maxSpan: Math.min(Number.MAX_SAFE_INTEGER, maxFrameLength + overhead),
    isPlain: createBase === undefined && toFrame === undefined && isFrame === undefined && mappings.length === 0,
    createConversion: shared === undefined ? convert : () => shared,
  }
}
