import { PassThrough } from 'node:stream'
import { fixedSize } from '@unstick/fixed-size'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { frames, reader, type FrameIteration } from '../src/index.ts'
import { collect, turns } from './connection.ts'

const pairs = fixedSize({ size: 2 })

/** What lies between two steps. */
const waits = fc.constantFrom('nothing', 'microtask', 'tick', 'immediate')

const stepsOf = <What extends string>(...what: What[]): fc.Arbitrary<{ wait: string; what: What }[]> =>
  fc.array(fc.record({ wait: waits, what: fc.constantFrom(...what) }), { maxLength: 20 })

async function waitFor(what: string): Promise<void> {
  if (what === 'microtask') await Promise.resolve()
  else if (what === 'tick') await new Promise<void>((resolve) => process.nextTick(resolve))
  else if (what === 'immediate') await turns(1)
}

/** A source whose bytes count up, three at a time. */
class Counting extends PassThrough {
  sent = 0

  writeNext(): void {
    this.write(Buffer.from([this.sent++, this.sent++, this.sent++]))
  }
}

type Received = Promise<Buffer | Buffer[] | undefined | void>[]

/** Ends the source. What was received before and what is left in it must be what was sent. */
async function expectAll(source: Counting, received: Received): Promise<void> {
  source.end()
  const { items } = await collect(source)
  const before = (await Promise.all(received)).flatMap((bytes) => bytes ?? [])
  // A request that meets an open loop is answered after the loop, so these need not be in order.
  const bytes = Buffer.concat([Buffer.concat(before).toSorted(), ...(items as Buffer[])])
  expect(bytes).toEqual(Buffer.from(Array.from({ length: source.sent }, (_, index) => index)))
}

const nothing = (): undefined => undefined

describe('no byte is lost or given twice, in whichever turn of the event loop a source is handed over', () => {
  it.each(['frames', 'batches'] as const)('by leaving %s', async (kind) => {
    expect.hasAssertions()
    await fc.assert(
      fc.asyncProperty(stepsOf('write', 'read'), waits, async (steps, last) => {
        const source = new Counting()
        const loop = frames(source, pairs, { destroyOnReturn: false })
        const items: AsyncIterator<Buffer | Buffer[], void> = kind === 'frames' ? loop : loop.batches()
        const received: Received = []
        for (const { wait, what } of steps) {
          if (wait !== 'nothing') await waitFor(wait)
          if (what === 'write') source.writeNext()
          else received.push(items.next().then(({ value }) => value))
        }
        if (last !== 'nothing') await waitFor(last)
        void items.return?.()
        await expectAll(source, received)
      }),
      { numRuns: 300 },
    )
  })

  it('by releasing a reader', async () => {
    expect.hasAssertions()
    await fc.assert(
      fc.asyncProperty(stepsOf('write', 'ask', 'peek', 'loop', 'next', 'leave'), waits, async (steps, last) => {
        const source = new Counting()
        const input = reader(source)
        const received: Received = []
        let loop: FrameIteration<Buffer> | undefined
        for (const { wait, what } of steps) {
          if (wait !== 'nothing') await waitFor(wait)
          if (what === 'write') source.writeNext()
          else if (what === 'ask') received.push(input.exactly(2).catch(nothing))
          else if (what === 'peek') void input.peek(2).catch(nothing)
          else if (what === 'leave') void loop?.return()
          else if (loop !== undefined && what === 'next') received.push(loop.next().then(({ value }) => value))
          else {
            try {
              loop = input.frames(pairs)
            } catch (error) {
              expect((error as Error).message).toContain('already being read')
            }
          }
        }
        if (last !== 'nothing') await waitFor(last)
        input.release()
        await expectAll(source, received)
      }),
      { numRuns: 300 },
    )
  })
})
