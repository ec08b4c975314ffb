// A stream with frames of several kinds, distinguished by their first bytes.

import { checkTypes } from './answer.ts'
import { compose, type CompleteDefinition } from './complete-definition.ts'
import type { FrameCodec } from './contracts.ts'
import { Conversion, earliest } from './conversion.ts'
import { codecFrom } from './define-codec.ts'
import { NO_FRAME } from './definition.ts'
import { encodeLimitOf, encodeWithin } from './encode-within.ts'
import { FrameError, frameTooLong, isFrameError } from './errors.ts'
import { composable } from './map-codec.ts'
import { renamedError } from './naming.ts'
import { readOptions, shown } from './options.ts'
import {
  drop,
  DROP,
  ENDLESS,
  hasBounds,
  newSearch,
  Search,
  UNKNOWN,
  type FindFrame,
  type FrameSearch,
} from './search.ts'

/** The options of `chooseCodec`. */
export interface ChooseCodecOptions<Codecs extends Record<string, FrameCodec<unknown>>> {
  /**
   * Returns the kind of the frame that begins with `bytes[start, end)`, or `UNKNOWN` if more bytes are needed. Must
   * depend on its arguments alone. A kind that is not among `codecs` is `ERR_FRAME_CORRUPT`.
   */
  choose: (bytes: Uint8Array, start: number, end: number) => (keyof Codecs & string) | typeof UNKNOWN | undefined
  /** The codec of each kind. */
  codecs: Codecs
}

/** A frame and its kind. */
export type ChosenFrame<Codecs> = {
  [Kind in keyof Codecs & string]: Codecs[Kind] extends FrameCodec<infer Frame> ? { kind: Kind; frame: Frame } : never
}[keyof Codecs & string]

/**
 * Chooses the codec of each frame by its first bytes. Frames are `{ kind, frame }`, in both directions. Each codec
 * keeps its own limit, state and memory; all must agree on `oversize` and `corrupt`. A codec that finds a gap also finds
 * the frame after it; a codec that drops bytes, such as white space, drops all that follow, before `choose` is called.
 *
 * Decoding throws as the chosen codec does, and `ERR_FRAME_CORRUPT` for an unknown kind.
 *
 * @throws {TypeError} An option is missing, unknown or of the wrong kind; the codecs do not agree.
 *
 * @example
 * ```ts
 * import { chooseCodec, defineCodec, UNKNOWN } from '@unstick/core'
 *
 * const ofSize = (size: number) => defineCodec({ name: `${size} bytes`, maxFrameLength: size, find: size })
 * const codec = chooseCodec({
 *   choose: (bytes, start, end) => (start === end ? UNKNOWN : bytes[start] === 0 ? 'short' : 'long'),
 *   codecs: { short: ofSize(2), long: ofSize(3) },
 * })
 * for (const { kind, frame } of codec.decoder().decode(Uint8Array.of(0, 7, 1, 8, 9))) {
 *   console.log(kind, ...frame) // short 0 7, long 1 8 9
 * }
 * ```
 */
export function chooseCodec<const Codecs extends Record<string, FrameCodec<unknown>>>(
  options: ChooseCodecOptions<Codecs>,
): FrameCodec<ChosenFrame<Codecs>> {
  const given = readOptions<ChooseCodecOptions<Codecs>>('chooseCodec', options, ['choose', 'codecs'])
  const { choose } = given
  if (typeof choose !== 'function') throw new TypeError(`choose must be a function, received ${shown(choose)}`)
  const kinds = Object.keys(given.codecs ?? {})
  if (kinds.length === 0) {
    throw new TypeError(`codecs must be an object of at least 1 codec, received ${shown(given.codecs)}`)
  }
  const definitions = kinds.map((kind) => composable(`codecs.${kind}`, given.codecs[kind]!))
  const maxFrameLength = Math.max(...definitions.map((definition) => definition.maxFrameLength))
  const choice: Choice = { choose, kinds, definitions }
  return codecFrom(
    compose<ChosenFrame<Codecs>>({
      name: 'chooseCodec',
      formerNames: [],
      maxFrameLength,
      overhead: Math.max(...definitions.map((definition) => definition.maxSpan)) - maxFrameLength,
      // Each decoder has its own: see `createBase`.
      find: () => ENDLESS,
      frameLength: 0,
      findAtEnd: undefined,
      findMany: undefined,
      holdsPayload: true,
      lengthFirst: false,
      atEnd: 'error',
      oversize: agreed('oversize', definitions),
      corrupt: agreed('corrupt', definitions),
      isFrame: undefined,
      toFrame: undefined,
      toFrames: undefined,
      hint: undefined,
      encodeParts: undefined,
      mappings: [],
      joins: definitions.some((definition) => definition.joins),
      createBase: () => new Chooser(choice),
      encodeFrame: (frame) => encodeChosen(choice, frame),
      encodeLimit: Math.max(...definitions.map(encodeLimitOf)),
    }),
  )
}

interface Choice {
  readonly choose: (bytes: Uint8Array, start: number, end: number) => unknown
  readonly kinds: readonly string[]
  readonly definitions: readonly CompleteDefinition<unknown>[]
}

/** In `chosen`: the kind of the next frame is not known yet. */
const NONE = -1

/** The memory between two calls of the finder. */
interface Memory {
  /** The index of the codec of the unfinished frame. */
  chosen: number
  /** The state of each codec. */
  readonly states: number[]
  /** Whether the unfinished frame was refused as too long and is being skipped. */
  isSkipping: boolean
  /** Whether that codec has just dropped bytes. No frame has begun: it stays only while it drops more. */
  isDropping: boolean
}

/**
 * The finder of one decoder, and how its frames are made. There are two memories: `search.state` tells which is
 * current, the second if it is odd. An answer changes the other one, so that the finder gives the same answer if asked
 * again. The state is 0 only in a new stream, so that core trusts `resumeAt` while a frame is being skipped.
 */
class Chooser extends Conversion<unknown> {
  private readonly choice: Choice
  private readonly conversions: readonly Conversion<unknown>[]
  private readonly memories: readonly [Memory, Memory]
  /** The index of the codec of the last frame found. */
  private found = NONE
  private readonly probe = new Search()

  constructor(choice: Choice) {
    const { definitions } = choice
    const conversions = definitions.map((definition) => definition.createConversion())
    const hasInside = conversions.some((conversion) => conversion.hasInside)
    super(undefined, [], true, undefined, undefined, hasInside)
    this.choice = choice
    this.conversions = conversions
    const memory = (): Memory => ({
      chosen: NONE,
      states: definitions.map(() => 0),
      isSkipping: false,
      isDropping: false,
    })
    this.memories = [memory(), memory()]
  }

  override readonly find: FindFrame = (bytes, start, end, search) => this.findNext(bytes, start, end, search, false)

  override readonly findAtEnd: FindFrame = (bytes, start, end, search) => this.findNext(bytes, start, end, search, true)

  override readonly toFrame = (payload: Uint8Array, index: number): unknown => {
    const { found } = this
    const { toFrame } = this.conversions[found]!
    try {
      const frame = toFrame === undefined ? payload : toFrame(payload, index)
      return frame === NO_FRAME ? NO_FRAME : { kind: this.choice.kinds[found], frame }
    } catch (error) {
      throw renamedError(this.choice.definitions[found]!, error)
    }
  }

  override readonly isFrame = (bytes: Uint8Array, start: number, end: number, index: number): boolean =>
    this.conversions[this.found]!.isFrame?.(bytes, start, end, index) ?? true

  override noteInside(offset: number): number {
    const began = this.conversions[this.found]!.noteInside(offset)
    this.insideSince = this.conversions.map((conversion) => conversion.insideSince).reduce(earliest, undefined)
    return began
  }

  override joinedSince(): number | undefined {
    return this.conversions[this.found]?.joinedSince()
  }

  override end(frames: unknown[], index: number): void {
    const began = ({ insideSince = Number.MAX_VALUE }: Conversion<unknown>): number => insideSince
    const inOrder = this.conversions.toSorted((a, b) => began(a) - began(b))
    for (const conversion of inOrder) {
      const kind = this.choice.kinds[this.conversions.indexOf(conversion)]
      const last: unknown[] = []
      try {
        conversion.end(last, index)
      } catch (error) {
        throw renamedError(this.choice.definitions[this.conversions.indexOf(conversion)]!, error)
      } finally {
        this.insideSince = conversion.insideSince
        for (const frame of last) frames.push({ kind, frame })
      }
    }
  }

  private findNext(bytes: Uint8Array, start: number, end: number, search: FrameSearch, isLast: boolean): number {
    const isOdd = search.state === 1
    const current = this.memories[isOdd ? 1 : 0]
    const next = this.memories[isOdd ? 0 : 1]
    if (isLast && start === end) return this.checkEnd(current)
    const isStaying = current.chosen !== NONE && (!current.isDropping || this.isDroppedBy(current, bytes, start, end))
    const chosen = isStaying ? current.chosen : this.chooseNext(bytes, start, end)
    this.found = chosen
    if (chosen === NONE) return UNKNOWN
    const nextState = isOdd ? 2 : 1
    search.state = current.states[chosen]!
    next.chosen = chosen
    next.isSkipping = current.isSkipping
    next.isDropping = false
    try {
      const answer = this.askChosen(chosen, bytes, start, end, search, isLast, current.isSkipping)
      const isEndKnown = answer > start && (answer <= end || (answer !== ENDLESS && hasBounds(search, start)))
      if (isEndKnown) forget(next)
      // How far a codec sees a gap, or what it drops, depends on the bytes received. So after a gap the codec stays until
      // its frame, and after dropped bytes while it drops more.
      next.isDropping = answer === DROP && !current.isSkipping
      return answer
    } catch (error) {
      // A frame that is too long and whose end is unknown is skipped by its own codec.
      if (isFrameError(error, 'ERR_FRAME_TOO_LONG') && error.frameLength === undefined) next.isSkipping = true
      else forget(next)
      throw renamedError(this.choice.definitions[chosen]!, error)
    } finally {
      for (const [index, state] of current.states.entries()) next.states[index] = state
      next.states[chosen] = search.state
      search.state = nextState
    }
  }

  /** Whether the next bytes are dropped by the chosen codec, as those before them. */
  private isDroppedBy({ chosen, states }: Memory, bytes: Uint8Array, start: number, end: number): boolean {
    const { maxSpan, find } = this.choice.definitions[chosen]!
    const search = this.probe
    search.prepare(start, start, states[chosen]!)
    try {
      return (this.conversions[chosen]!.find ?? find)(bytes, start, Math.min(end, start + maxSpan), search) === DROP
    } catch {
      return false
    }
  }

  private askChosen(
    chosen: number,
    bytes: Uint8Array,
    start: number,
    end: number,
    search: FrameSearch,
    isLast: boolean,
    isSkipping: boolean,
  ): number {
    const definition = this.choice.definitions[chosen]!
    const conversion = this.conversions[chosen]!
    const atEnd = isLast ? (conversion.findAtEnd ?? definition.findAtEnd) : undefined
    const find = atEnd ?? conversion.find ?? definition.find
    const found = find(bytes, start, Math.min(end, start + definition.maxSpan), search)
    // Core does not see this state, and names this codec in no error.
    checkTypes(definition.name, search, found, start)
    const answer = withinLimit(found, definition, bytes, start, end, search, isSkipping)
    return isLast ? atEndOf(definition, answer, start, end, search) : answer
  }

  /** The index of the codec of the next frame, or NONE if it is not known yet. */
  private chooseNext(bytes: Uint8Array, start: number, end: number): number {
    const kind = this.choice.choose(bytes, start, end)
    if (kind === UNKNOWN) return NONE
    const index = this.choice.kinds.indexOf(kind as string)
    if (index >= 0) return index
    throw new FrameError('ERR_FRAME_CORRUPT', 'chooseCodec: choose returned a kind that is not among codecs')
  }

  /** Asks each codec whether the stream may end in its state. */
  private checkEnd(current: Memory): number {
    for (const [index, definition] of this.choice.definitions.entries()) {
      const findAtEnd = this.conversions[index]!.findAtEnd ?? definition.findAtEnd
      findAtEnd?.(NOTHING, 0, 0, { ...newSearch(), state: current.states[index]! })
    }
    return UNKNOWN
  }
}

/** Returns the answer, unless the frame is longer than its own codec allows. */
function withinLimit(
  answer: number,
  definition: CompleteDefinition<unknown>,
  bytes: Uint8Array,
  start: number,
  end: number,
  search: FrameSearch,
  isSkipping: boolean,
): number {
  const { name, maxFrameLength, maxSpan, hint } = definition
  const isTooLong = answer === UNKNOWN ? end - start > maxSpan : answer - start > maxSpan
  if (isTooLong || isSkipping) skipTo(search, answer, definition, start, end)
  if (!isTooLong) return answer
  const isExact = answer !== UNKNOWN && hasBounds(search, start)
  // A skipped frame has been refused already; only its end is still to be found.
  if (isSkipping && !isExact) return ENDLESS
  const shownEnd = Math.min(end, start + maxSpan)
  const length = isExact ? answer - start : Infinity
  throw frameTooLong(name, length, maxFrameLength, undefined, hint?.(bytes, start, shownEnd))
}

/**
 * Sets `resumeAt` to how much of a frame that is too long can be dropped, by the limit and overhead of its own codec:
 * core only knows the largest ones of all codecs. As in core, a finder that sets `resumeAt` or a state decides itself
 * where it continues.
 */
function skipTo(
  search: FrameSearch,
  answer: number,
  { maxFrameLength, maxSpan, overhead }: CompleteDefinition<unknown>,
  start: number,
  end: number,
): void {
  const seen = Math.min(end - start, maxSpan)
  if (search.resumeAt !== start || (search.state !== 0 && seen < maxSpan)) return
  const searched = answer === ENDLESS ? Math.min(seen, maxFrameLength + 1) : seen - Math.max(0, overhead - 1)
  search.resumeAt = start + Math.max(0, searched)
}

/** Clears the choice, so that the next frame chooses its codec. */
function forget(memory: Memory): void {
  memory.chosen = NONE
  memory.isSkipping = false
  memory.isDropping = false
}

const NOTHING = /* @__PURE__ */ new Uint8Array(0)

/** Handles the rest of the stream, which the codec has not made a frame. */
function atEndOf(
  { atEnd, maxFrameLength }: CompleteDefinition<unknown>,
  answer: number,
  start: number,
  end: number,
  search: FrameSearch,
): number {
  const isIncomplete = answer === UNKNOWN || answer > end
  if (!isIncomplete || atEnd === 'error') return answer
  if (atEnd === 'drop') return drop(search, end)
  if (end - start > maxFrameLength) return answer
  search.payloadStart = start
  return (search.payloadEnd = end)
}

/** The value of an option, which must be the same for all codecs, since a stream has one rule. */
function agreed(name: 'oversize' | 'corrupt', definitions: readonly CompleteDefinition<unknown>[]): 'error' | 'skip' {
  const [first, ...others] = definitions.map((definition) => definition[name])
  if (others.every((value) => value === first)) return first!
  throw new TypeError(`codecs must agree on ${name}, received both "error" and "skip"`)
}

function encodeChosen(
  { kinds, definitions }: Choice,
  chosen: { kind?: unknown; frame?: unknown } | undefined,
): Uint8Array[] {
  const definition = definitions[kinds.indexOf(chosen?.kind as string)]
  if (definition === undefined) {
    throw new FrameError('ERR_FRAME_NOT_ENCODABLE', 'chooseCodec: the frame has no kind that is among codecs')
  }
  return encodeWithin(definition, chosen!.frame)
}
