// Random compositions of codecs, and their expected results for a whole stream, computed in the simplest way: one frame
// after another, with all bytes at hand.

import fc from 'fast-check'
import {
  chooseCodec,
  defineCodec,
  drop,
  ENDLESS,
  FrameError,
  gap,
  joinFragments,
  mapCodec,
  NO_FRAME,
  UNKNOWN,
  type FindFrame,
  type FindMany,
  type FrameCodec,
} from '../src/index.ts'

/** The limit of the codecs below. */
const MAX = 12
/** The announced length of a frame that is too long. */
const LONG = 30
/** The length of a corrupt frame. */
const CORRUPT = 3
/** A fragment of fewer bytes is the last of its message. */
const SHORT = 2

/** What happens to frames that are too long, corrupt, or cut by the end: the same for the whole stream. */
export interface Rules {
  oversize: 'error' | 'skip'
  corrupt: 'error' | 'skip'
  atEnd: 'error' | 'emit' | 'drop'
}

export type Tree =
  | { type: 'tagged'; batch: 'none' | 'findMany' | 'toFrames' }
  | { type: 'fixed'; length: number }
  | { type: 'map'; inner: Tree; refused: number }
  | { type: 'count'; inner: Tree }
  | { type: 'choose'; bit: number; even: Tree; odd: Tree }
  | { type: 'join'; inner: Tree }

/** The bytes of a frame, however it was mapped. */
function bytesIn(frame: unknown): Uint8Array {
  return frame instanceof Uint8Array ? frame : bytesIn((frame as { frame: unknown }).frame)
}

// ── The codec of a tree ──

/** The three lowest bits of a frame's first byte are for `chooseCodec`; the others give its kind. */
const kindOf = (first: number): number => first >> 3
const isCounted = (kind: number): boolean => kind < 20
const countedLength = (kind: number): number => 1 + (kind % 4)

const findTagged: FindFrame = (bytes, start, end, search) => {
  if (start === end) return start + 1
  const kind = kindOf(bytes[start]!)
  if (search.state === 0 && kind < 27) {
    if (kind === 20 || kind === 21) return gap(search, start + 1, kind === 20 ? 'garbage' : 'corrupt')
    if (kind === 22) return drop(search, start + 2)
    if (kind === 23) throw new FrameError('ERR_FRAME_CORRUPT', 'tagged: corrupt', { frameLength: CORRUPT })
    if (kind === 24) throw new FrameError('ERR_FRAME_LENGTH_INVALID', 'tagged: no length')
    const length = isCounted(kind) ? countedLength(kind) : LONG
    search.payloadStart = start + 1
    search.payloadEnd = start + length
    return start + length
  }
  // Up to a zero. In state 1 the first byte belongs to a long frame whose beginning was dropped.
  for (let at = Math.max(search.resumeAt, search.state === 0 ? start + 1 : start); at < end; at++) {
    if (bytes[at] !== 0 || (search.state === 0 && at - start >= MAX)) continue
    search.state = 0
    search.payloadEnd = at
    return at + 1
  }
  search.resumeAt = Math.max(end, start + 1)
  if (search.state === 1) return UNKNOWN
  if (end - start < MAX) return UNKNOWN
  search.state = 1
  return ENDLESS
}

const findManyTagged: FindMany = (bytes, start, end, { bounds }) => {
  let count = 0
  for (let at = start; at < end && 3 * count < bounds.length; count++) {
    const kind = kindOf(bytes[at]!)
    const next = at + countedLength(kind)
    if (!isCounted(kind) || next > end) break
    bounds.set([at + 1, next, next], 3 * count)
    at = next
  }
  return count
}

function codecOf(tree: Tree, rules: Rules): FrameCodec<unknown> {
  switch (tree.type) {
    case 'tagged':
      return defineCodec<unknown>({
        name: 'tagged',
        maxFrameLength: MAX,
        ...rules,
        find: findTagged,
        findMany: tree.batch === 'findMany' ? findManyTagged : undefined,
        ...(tree.batch === 'toFrames' && {
          toFrame: (payload) => ({ frame: payload.slice() }),
          toFrames: (bytes, { bounds }, count) =>
            Array.from({ length: count }, (_, at) => ({ frame: bytes.slice(bounds[3 * at], bounds[3 * at + 1]) })),
        }),
      })
    case 'fixed':
      return defineCodec({ name: 'fixed', maxFrameLength: MAX, ...rules, find: tree.length })
    case 'map':
      return mapCodec(codecOf(tree.inner, rules), {
        decode: (frame) => {
          const [first] = bytesIn(frame)
          if (first === tree.refused) throw new Error('refused')
          return first === tree.refused + 1 ? NO_FRAME : { frame }
        },
      })
    case 'count':
      return mapCodec<unknown, unknown>(codecOf(tree.inner, rules), {
        decoder: () => {
          let number = 0
          return {
            decode: (frame, index) => ({ frame, index, number: number++ }),
            end: () => [{ frame: Uint8Array.of(), number }],
          }
        },
      })
    case 'choose': {
      const codecs = { even: codecOf(tree.even, rules), odd: codecOf(tree.odd, rules) }
      const choose = (bytes: Uint8Array, start: number, end: number): 'odd' | 'even' | typeof UNKNOWN =>
        start === end ? UNKNOWN : (bytes[start]! >> tree.bit) % 2 === 1 ? 'odd' : 'even'
      return chooseCodec({ choose, codecs })
    }
    default:
      return joinFragments<unknown>(codecOf(tree.inner, rules), {
        isLast: (fragment) => bytesIn(fragment).length < SHORT,
        body: bytesIn,
        maxMessageLength: MAX,
        maxFragments: 4,
      })
  }
}

// ── The expected results ──

interface Fault {
  code: string
  offset: number
  frameLength?: number | undefined
}

/** What is at a position of the stream. `since` is where the first fragment of a joined frame began. */
type Step = { end: number } & (
  | { type: 'frame'; frame: unknown; payload: [number, number]; since: number }
  | { type: 'no frame'; payload: [number, number] }
  | { type: 'gap'; reason: string }
  | { type: 'drop' }
  | { type: 'skip'; reason: string; code: string }
  | { type: 'fault'; fault: Fault; isMade: boolean }
  | { type: 'cut'; isSkipped: boolean; fault: Fault }
)

/** A frame, and where it began. */
interface Made {
  frame: unknown
  since: number
}

class Naive {
  private readonly inner: Naive | undefined
  private readonly kinds: { even: Naive; odd: Naive } | undefined
  /** The kind that has found a gap, and finds the frame after it. */
  private kept: 'even' | 'odd' | undefined = undefined
  /** The kind that has dropped bytes, and drops those after them that it can. */
  private dropping: 'even' | 'odd' | undefined = undefined
  private number = 0
  private body: number[] = []
  private fragments = 0
  /** Where the waiting message began. */
  private messageSince: number | undefined = undefined

  private readonly tree: Tree
  private readonly rules: Rules
  /** Whether frames are scanned, and so not mapped. */
  private readonly isScan: boolean

  constructor(tree: Tree, rules: Rules, isScan: boolean) {
    this.tree = tree
    this.rules = rules
    this.isScan = isScan
    const naive = (child: Tree): Naive => new Naive(child, rules, isScan)
    if (tree.type === 'choose') this.kinds = { even: naive(tree.even), odd: naive(tree.odd) }
    else if ('inner' in tree) this.inner = naive(tree.inner)
  }

  /** The offset of the first waiting frame in this tree. */
  get since(): number {
    const { even, odd } = this.kinds ?? {}
    return Math.min(
      this.messageSince ?? Infinity,
      this.inner?.since ?? Infinity,
      even?.since ?? Infinity,
      odd?.since ?? Infinity,
    )
  }

  step(bytes: Uint8Array, at: number, index: number): Step {
    const { tree } = this
    if (tree.type === 'tagged') return this.tagged(bytes, at, tree.batch === 'toFrames')
    if (tree.type === 'fixed') return this.whole(bytes, at, tree.length, at)
    if (tree.type === 'choose') {
      const kind = this.kindAt(bytes, at)
      const step = this.kinds![kind].step(bytes, at, index)
      this.kept = step.type === 'gap' ? kind : undefined
      this.dropping = step.type === 'drop' ? kind : undefined
      return step.type === 'frame' ? { ...step, frame: { kind, frame: step.frame } } : step
    }
    const step = this.inner!.step(bytes, at, index)
    if (this.isScan) return step
    if (this.messageSince !== undefined) {
      // A fault of a fragment is a fault of its message.
      if (step.type === 'cut' || (step.type === 'fault' && step.isMade)) {
        return { ...step, fault: { code: step.fault.code, offset: Math.min(this.messageSince, step.fault.offset) } }
      }
    }
    return step.type === 'frame' ? this.made(step, at, index) : step
  }

  /** The kind of what is at this position. */
  private kindAt(bytes: Uint8Array, at: number): 'even' | 'odd' {
    if (this.kept !== undefined) return this.kept
    if (this.dropping !== undefined && this.kinds![this.dropping].drops(bytes, at)) return this.dropping
    const { bit } = this.tree as Tree & { type: 'choose' }
    return (bytes[at]! >> bit) % 2 === 1 ? 'odd' : 'even'
  }

  private drops(bytes: Uint8Array, at: number): boolean {
    if (this.kinds !== undefined) return this.kinds[this.kindAt(bytes, at)].drops(bytes, at)
    return this.inner?.drops(bytes, at) ?? (this.tree.type === 'tagged' && kindOf(bytes[at]!) === 22)
  }

  private made(step: Step & { type: 'frame' }, at: number, index: number): Step {
    const { end, payload, since } = step
    const frame = this.make(step.frame, since, index)
    if (frame === NO_FRAME) return { type: 'no frame', end, payload }
    if (typeof frame !== 'string') return { ...step, ...(frame as Made) }
    if (frame === 'ERR_FRAME_CORRUPT' && this.rules.corrupt === 'skip') {
      return { type: 'skip', end, reason: 'corrupt', code: frame }
    }
    const isJoined = since !== at || this.messageSince !== undefined
    const frameLength = frame === 'ERR_FRAME_TOO_LONG' || isJoined ? undefined : end - at
    return {
      type: 'fault',
      isMade: true,
      end,
      fault: { code: frame, offset: Math.min(this.messageSince ?? Infinity, since), frameLength },
    }
  }

  /** A frame and where it began, NO_FRAME, or the code of an error. */
  private make(from: unknown, since: number, index?: number): unknown {
    const { tree } = this
    if (tree.type === 'map') {
      const [first] = bytesIn(from)
      if (first === tree.refused) return 'ERR_FRAME_CORRUPT'
      return first === tree.refused + 1 ? NO_FRAME : { frame: { frame: from }, since }
    }
    if (tree.type === 'count') return { frame: { frame: from, index, number: this.number++ }, since }
    const body = bytesIn(from)
    if (this.body.length + body.length > MAX || this.fragments === 4) return 'ERR_FRAME_TOO_LONG'
    this.body.push(...body)
    this.fragments++
    this.messageSince ??= since
    if (body.length >= SHORT) return NO_FRAME
    const message = { frame: Uint8Array.from(this.body), since: this.messageSince }
    this.body = []
    this.fragments = 0
    this.messageSince = undefined
    return message
  }

  /** The frames that the end decides, and where each began, up to a fault. */
  end(index: number, received: number): { frames: Made[]; fault?: Fault } {
    const { tree } = this
    const frames: Made[] = []
    if (this.kinds !== undefined) {
      const { even, odd } = this.kinds
      const inOrder = odd.since < even.since ? (['odd', 'even'] as const) : (['even', 'odd'] as const)
      for (const kind of inOrder) {
        const last = this.kinds[kind].end(index, received)
        frames.push(...last.frames.map(({ frame, since }) => ({ frame: { kind, frame }, since })))
        if (last.fault) return { frames, fault: last.fault }
      }
      return { frames }
    }
    const last = this.inner?.end(index, received) ?? { frames: [] }
    for (const { frame: from, since } of last.frames) {
      const made = this.make(from, since, index)
      if (typeof made === 'string') return { frames, fault: { code: made, offset: this.messageSince ?? since } }
      if (made !== NO_FRAME) frames.push(made as Made)
    }
    if (last.fault)
      return { frames, fault: { ...last.fault, offset: Math.min(this.messageSince ?? Infinity, last.fault.offset) } }
    if (tree.type === 'count') {
      frames.push({ frame: { frame: Uint8Array.of(), number: this.number }, since: received })
    }
    if (this.messageSince === undefined) return { frames }
    return { frames, fault: { code: 'ERR_FRAME_TRUNCATED', offset: this.messageSince } }
  }

  private tagged(bytes: Uint8Array, at: number, isObject: boolean): Step {
    const kind = kindOf(bytes[at]!)
    const end = at + 1
    if (kind === 20) return { type: 'gap', end, reason: 'garbage' }
    if (kind === 21) return { type: 'gap', end, reason: 'corrupt' }
    if (kind === 22) return { type: 'drop', end: at + 2 }
    if (kind === 23) return this.refused(bytes, at, CORRUPT, 'corrupt', 'ERR_FRAME_CORRUPT')
    if (kind === 24) {
      return { type: 'fault', end, isMade: false, fault: { code: 'ERR_FRAME_LENGTH_INVALID', offset: at } }
    }
    if (isCounted(kind)) return this.whole(bytes, at, countedLength(kind), at + 1, isObject)
    if (kind < 27) return this.refused(bytes, at, LONG, 'oversize', 'ERR_FRAME_TOO_LONG')
    const zero = bytes.indexOf(0, at + 1)
    if (zero >= 0 && zero < at + MAX) {
      return this.framed(bytes, zero + 1, [at, zero], at, isObject)
    }
    if (zero < 0 && bytes.length - at < MAX) return this.cut(bytes, at, undefined, isObject)
    return this.refused(bytes, at, zero < 0 ? undefined : zero + 1 - at, 'oversize', 'ERR_FRAME_TOO_LONG', false)
  }

  private framed(bytes: Uint8Array, end: number, payload: [number, number], since: number, isObject: boolean): Step {
    const slice = bytes.slice(...payload)
    return { type: 'frame', end, payload, since, frame: isObject && !this.isScan ? { frame: slice } : slice }
  }

  private whole(bytes: Uint8Array, at: number, length: number, from: number, isObject = false): Step {
    const end = at + length
    return end > bytes.length
      ? this.cut(bytes, at, length, isObject)
      : this.framed(bytes, end, [from, end], at, isObject)
  }

  /** A frame that is refused as it is found; it may be skipped if it has a length. */
  private refused(
    bytes: Uint8Array,
    at: number,
    length: number | undefined,
    rule: 'oversize' | 'corrupt',
    code: string,
    isTold = true,
  ): Step {
    if (this.rules[rule] === 'error') {
      const frameLength = isTold ? length : undefined
      return { type: 'fault', end: at, isMade: false, fault: { code, offset: at, frameLength } }
    }
    if (length === undefined || at + length > bytes.length) {
      const fault = { code: 'ERR_FRAME_TRUNCATED', offset: at, frameLength: length }
      return { type: 'cut', end: bytes.length, isSkipped: true, fault }
    }
    return { type: 'skip', end: at + length, reason: rule === 'oversize' ? 'too-long' : 'corrupt', code }
  }

  /** The stream ends inside a frame. */
  private cut(bytes: Uint8Array, at: number, frameLength: number | undefined, isObject: boolean): Step {
    const end = bytes.length
    if (this.rules.atEnd === 'drop') return { type: 'drop', end }
    if (this.rules.atEnd === 'emit') return this.framed(bytes, end, [at, end], at, isObject)
    return {
      type: 'cut',
      end: bytes.length,
      isSkipped: false,
      fault: { code: 'ERR_FRAME_TRUNCATED', offset: at, frameLength },
    }
  }
}

export interface Outcome {
  /** The frames of a loop or visitor, and how many bytes were received by then. */
  frames: { frame: unknown; received: number }[]
  last: unknown[]
  skipped: { offset: number; length: number; reason: string; code: unknown }[]
  fault: Fault | undefined
}

/** The expected outcome of the codec of a tree. `boundaries` are the ends of the chunks. */
export function expectedOf(
  tree: Tree,
  rules: Rules,
  isScan: boolean,
  bytes: Uint8Array,
  boundaries: readonly number[],
): Outcome {
  const outcome: Outcome = { frames: [], last: [], skipped: [], fault: undefined }
  // Whoever scans is asked about no end here, so that what is incomplete is no frame.
  const naive = new Naive(tree, isScan ? { ...rules, atEnd: 'error' } : rules, isScan)
  // Tells which frames are only completed by the end.
  const strict = new Naive(tree, { oversize: 'error', corrupt: 'error', atEnd: 'error' }, true)
  const { skipped } = outcome
  let index = 0
  let gapEnd = -1
  for (let at = 0; at < bytes.length;) {
    const step = naive.step(bytes, at, index)
    const isCut = strict.step(bytes, at, index).type === 'cut'
    if (step.type === 'cut' || step.type === 'fault') {
      if (step.type === 'fault' || !isScan) outcome.fault = step.fault
      break
    }
    const end = Math.min(step.end, bytes.length)
    const isLast = step.type === 'frame' && step.end === bytes.length
    if (step.type === 'gap') {
      const joined = gapEnd === at ? skipped.at(-1) : undefined
      if (joined === undefined) skipped.push({ offset: at, length: end - at, reason: step.reason, code: undefined })
      else {
        joined.length += end - at
        if (step.reason === 'corrupt') joined.reason = 'corrupt'
      }
      gapEnd = end
    } else if (step.type === 'skip') {
      skipped.push({ offset: at, length: end - at, reason: step.reason, code: step.code })
    } else if (step.type === 'frame' || (isScan && step.type === 'no frame')) {
      const frame = isScan ? bytes.slice(...step.payload) : (step as { frame: unknown }).frame
      if (isLast && isCut) outcome.last.push(frame)
      else outcome.frames.push({ frame, received: boundaries.find((boundary) => boundary >= end)! })
    }
    if (step.type !== 'gap' && step.type !== 'drop') index++
    at = end
  }
  if (isScan) return outcome
  if (outcome.fault === undefined) {
    const { frames, fault } = naive.end(index, bytes.length)
    outcome.last.push(...frames.map(({ frame }) => frame))
    outcome.fault = fault
  }
  return outcome
}

/** The actual outcome. */
export function outcomeOf(
  tree: Tree,
  rules: Rules,
  method: 'decode' | 'scan' | 'takeAll',
  chunks: readonly Uint8Array[],
): Outcome {
  const outcome: Outcome = { frames: [], last: [], skipped: [], fault: undefined }
  const decoder = codecOf(tree, rules).decoder({
    onSkip: ({ offset, length, reason, error }) => outcome.skipped.push({ offset, length, reason, code: error?.code }),
  })
  let received = 0
  const take = (frame: unknown): void => void outcome.frames.push({ frame, received })
  try {
    for (const chunk of chunks) {
      received += chunk.length
      if (method === 'scan') decoder.scan(chunk, (bytes, start, end) => take(bytes.slice(start, end)))
      else if (method === 'decode') for (const frame of decoder.decode(chunk)) take(frame)
      else {
        const frames: unknown[] = []
        decoder.decode(chunk)
        try {
          decoder.takeAll(frames)
        } finally {
          frames.forEach(take)
        }
      }
    }
    if (method === 'scan') decoder.takeRemaining()
    else outcome.last = decoder.end()
  } catch (error) {
    const { code, offset, frameLength, frames = [] } = error as FrameError & { offset: number }
    if (code === undefined) throw error
    outcome.last = [...frames]
    outcome.fault = { code, offset, frameLength }
  }
  return outcome
}

// ── Random trees and streams ──

const anyBase: fc.Arbitrary<Tree> = fc.oneof(
  fc.record({ type: fc.constant('tagged' as const), batch: fc.constantFrom('none', 'findMany', 'toFrames') }),
  fc.record({ type: fc.constant('fixed' as const), length: fc.integer({ min: 1, max: 5 }) }),
)

function anyTreeOf(depth: number, canJoin: boolean): fc.Arbitrary<Tree> {
  if (depth === 0) return anyBase
  const inner = anyTreeOf(depth - 1, canJoin)
  const combined: fc.Arbitrary<Tree>[] = [
    fc.record({ type: fc.constant('map' as const), inner, refused: fc.constantFrom(8, 200, 201) }),
    fc.record({ type: fc.constant('count' as const), inner }),
    fc.record({ type: fc.constant('choose' as const), bit: fc.constant(depth - 1), even: inner, odd: inner }),
  ]
  if (canJoin) combined.push(fc.record({ type: fc.constant('join' as const), inner }))
  return fc.oneof(...combined, anyBase)
}

/** Fragments must not be skipped, so trees with joins come with rules that skip nothing. */
export const anyCodec: fc.Arbitrary<{ tree: Tree; rules: Rules }> = fc
  .record({
    oversize: fc.constantFrom('error', 'skip'),
    corrupt: fc.constantFrom('error', 'skip'),
    atEnd: fc.constantFrom('error', 'emit', 'drop'),
  })
  .chain((rules) => {
    const canJoin = rules.oversize === 'error' && rules.corrupt === 'error'
    return fc.record({ tree: anyTreeOf(3, canJoin), rules: fc.constant(rules) })
  })

/** Mostly frames; the repeated part is long enough for batch finders. */
export const anyStream: fc.Arbitrary<Uint8Array> = fc
  .record({
    parts: fc.array(
      fc.oneof(
        { weight: 20, arbitrary: fc.nat(159) },
        { weight: 2, arbitrary: fc.integer({ min: 160, max: 255 }) },
        { weight: 2, arbitrary: fc.constant(0) },
      ),
      { maxLength: 40, size: 'max' },
    ),
    times: fc.constantFrom(1, 1, 20),
    rest: fc.array(fc.nat(255), { maxLength: 40, size: 'max' }),
  })
  .map(({ parts, times, rest }) => Uint8Array.from([...Array.from({ length: times }, () => parts).flat(), ...rest]))
