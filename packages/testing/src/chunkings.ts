// Ways to cut a stream into chunks, especially those that framers get wrong.

import fc from 'fast-check'
import { cutAt, cutInOneMemory } from './bytes.ts'

/**
 * Chunks that make up `bytes`. Hostile cuts are frequent: everything at once, single bytes, empty chunks, cuts inside
 * UTF-8 sequences and line endings, and around `near`: positions such as the beginnings of frames, where headers,
 * lengths and delimiters are. Shrinks towards few cuts.
 */
export function chunkings(bytes: Uint8Array, near: readonly number[] = []): fc.Arbitrary<Uint8Array[]> {
  return new Cuts(bytes, near).map((cuts) => cutAt(bytes, cuts))
}

/** A stream, and positions worth a cut. */
export interface Cuttable {
  bytes: Uint8Array
  starts: readonly number[]
}

/** Streams and their chunks. Both shrink, as far as the other allows. */
export function chunked<Stream extends Cuttable>(
  streams: fc.Arbitrary<Stream>,
  cut: typeof cutAt = cutInOneMemory,
): fc.Arbitrary<Stream & { chunks: Uint8Array[] }> {
  return new Chunked(streams).map(({ stream, cuts }) => ({ ...stream, chunks: cut(stream.bytes, cuts) }))
}

interface CutStream<Stream> {
  stream: Stream
  cuts: number[]
}

/**
 * A shorter stream is tried with the same cuts and with all possible cuts, since a fault recurs with one of the two.
 */
class Chunked<Stream extends Cuttable> extends fc.Arbitrary<CutStream<Stream>> {
  private readonly streams: fc.Arbitrary<Stream>

  constructor(streams: fc.Arbitrary<Stream>) {
    super()
    this.streams = streams
  }

  override generate(random: fc.Random, bias: number | undefined): fc.Value<CutStream<Stream>> {
    const { value_: stream, context } = this.streams.generate(random, bias)
    const cuts = this.cutsOf(stream).generate(random).value_
    return new fc.Value({ stream, cuts }, context)
  }

  override canShrinkWithoutContext(_value: unknown): _value is CutStream<Stream> {
    return false
  }

  override shrink({ stream, cuts }: CutStream<Stream>, context: unknown): fc.Stream<fc.Value<CutStream<Stream>>> {
    const fewerCuts = this.cutsOf(stream)
      .shrink(cuts)
      .map((each) => new fc.Value({ stream, cuts: each.value_ }, context))
    const shorterStreams = this.streams.shrink(stream, context).flatMap((each) => {
      const { length } = each.value_.bytes
      const variants = [cuts.filter((cut) => cut <= length), everyCut(length)]
      return fc.stream(
        variants.map((variant) => new fc.Value({ stream: each.value_, cuts: variant }, each.context)).values(),
      )
    })
    return fewerCuts.join(shorterStreams)
  }

  private cutsOf({ bytes, starts }: Stream): Cuts {
    return new Cuts(bytes, starts)
  }
}

function everyCut(length: number): number[] {
  return Array.from({ length: Math.max(0, length - 1) }, (_, at) => at + 1)
}

const CR = 13
const LF = 10

function hostilePositions(bytes: Uint8Array, near: readonly number[]): number[] {
  const around = near.flatMap((position) => [-2, -1, 0, 1, 2, 3].map((distance) => position + distance))
  const inside = [...bytes.keys()].filter((at) => {
    const isContinuation = (bytes[at]! & 0xc0) === 0x80
    return isContinuation || bytes[at] === LF || bytes[at - 1] === CR
  })
  return [...new Set([...around, ...inside])].filter((at) => at >= 0 && at <= bytes.length)
}

/** Sorted positions to cut at. A repeated position makes an empty chunk. */
class Cuts extends fc.Arbitrary<number[]> {
  private readonly bytes: Uint8Array
  private readonly near: readonly number[]

  constructor(bytes: Uint8Array, near: readonly number[]) {
    super()
    this.bytes = bytes
    this.near = near
  }

  override generate(random: fc.Random): fc.Value<number[]> {
    const cuts = this.pick(random)
    const empties = random.nextInt(0, 3) === 0 ? cuts.filter(() => random.nextInt(0, 3) === 0) : []
    const all = [...cuts, ...empties].toSorted((a, b) => a - b)
    return new fc.Value(all, undefined)
  }

  override canShrinkWithoutContext(value: unknown): value is number[] {
    return Array.isArray(value) && value.every((cut) => Number.isInteger(cut) && cut >= 0 && cut <= this.bytes.length)
  }

  /** No cuts, half of them, all but one. */
  override shrink(cuts: number[]): fc.Stream<fc.Value<number[]>> {
    function* fewer(): Generator<number[]> {
      if (cuts.length > 1) yield []
      for (let size = Math.ceil(cuts.length / 2); size >= 1; size = size === 1 ? 0 : Math.ceil(size / 2)) {
        for (let at = 0; at < cuts.length; at += size) yield [...cuts.slice(0, at), ...cuts.slice(at + size)]
      }
    }
    return fc.stream(fewer()).map((each) => new fc.Value(each, undefined))
  }

  private pick(random: fc.Random): number[] {
    const { length } = this.bytes
    const anywhere = (): number => random.nextInt(0, length)
    switch (random.nextInt(0, 5)) {
      case 0:
        return [anywhere()]
      case 1:
        return Array.from({ length: random.nextInt(0, 4) }, anywhere)
      case 2:
        return everyCut(length)
      case 3:
        return hostilePositions(this.bytes, this.near).filter(() => random.nextInt(0, 1) === 0)
      case 4: {
        const hostile = hostilePositions(this.bytes, this.near)
        return hostile.length === 0 ? [] : [hostile[random.nextInt(0, hostile.length - 1)]!]
      }
      default:
        return this.steps(random)
    }
  }

  /** Chunks of about the same, small size. */
  private steps(random: fc.Random): number[] {
    const most = random.nextInt(1, 9)
    const cuts: number[] = []
    for (let at = random.nextInt(0, most); at <= this.bytes.length; at += random.nextInt(1, most)) cuts.push(at)
    return cuts
  }
}
