import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it, onTestFinished } from 'vitest'
import type { Answer } from '../src/answering.ts'
import { exponentOfCounts } from '../src/statistics.ts'
import { Worker } from '../src/worker.ts'
import { oneFrame } from '../src/workloads.ts'

const folder = mkdtempSync(join(tmpdir(), 'unstick-work-'))
afterAll(() => rmSync(folder, { recursive: true }))

const SIZES = [1 << 10, 1 << 12, 1 << 14] as const
const PATIENCE_MS = 30_000

/**
 * Writes a module with a codec for a four-byte length. `take` adds a chunk to `this.kept`, of which `this.length` bytes
 * are used.
 */
function codecFile(name: string, take: string): string {
  const file = join(folder, `${name}.mjs`)
  writeFileSync(
    file,
    `class Decoder {
  kept = Buffer.alloc(0);
  length = 0;
  *decode(chunk) {
    this.take(chunk)
    if (this.length >= 4 && this.length >= 4 + this.kept.readUInt32BE(0)) yield this.kept.subarray(4, this.length)
  }
  take(chunk) {
    ${take}
  }
  end() {
    return []
  }
}
export default {
  maxFrameLength: 1 << 20,
  decoder: () => new Decoder(),
  encode(payload) {
    const bytes = Buffer.alloc(4 + payload.length)
    bytes.writeUInt32BE(payload.length)
    bytes.set(payload, 4)
    return bytes
  },
}`,
  )
  return file
}

const DOUBLING = `if (this.length + chunk.length > this.kept.length) {
      const larger = Buffer.alloc(2 * (this.length + chunk.length))
      larger.set(this.kept)
      this.kept = larger
    }
    this.kept.set(chunk, this.length)
    this.length += chunk.length`

/** Counts for all tests but one: to start a process for each would take longer than to count. */
const counting = new Worker('counting-child')
afterAll(() => counting.stop())

async function countsOf(codec: string, worker = counting): Promise<[number, number, number]> {
  const settings = { volume: 1, warmUpMs: 1, sampleMs: 1 }
  const workOf = async (size: number): Promise<number> => {
    const measured = { contender: 'your decode', workload: oneFrame('grown', 'codec', size, 16) }
    const answer = await worker.ask({ ask: 'work', measured, settings, codecFile: codec }, PATIENCE_MS)
    return (answer as Extract<Answer, { work: unknown }>).work
  }
  return [await workOf(SIZES[0]), await workOf(SIZES[1]), await workOf(SIZES[2])]
}

describe('the work that is counted', () => {
  it('is the same in every process', async () => {
    const codec = codecFile('again', DOUBLING)
    const other = new Worker('counting-child')
    onTestFinished(() => other.stop())
    expect(await countsOf(codec, other)).toEqual(await countsOf(codec))
  })

  it.each([
    ['grows linearly if memory is doubled', 1, 'doubling', DOUBLING],
    [
      'grows quadratically if a loop starts over at each chunk',
      2,
      'searching',
      `${DOUBLING}
    for (let at = 0; at < this.length; at++) if (this.kept[at] === 10) return`,
    ],
    [
      'grows quadratically if a built-in copies everything at each chunk',
      2,
      'copying',
      `this.kept = Buffer.concat([this.kept, chunk])
    this.length = this.kept.length`,
    ],
    [
      'grows quadratically if a built-in searches everything at each chunk',
      2,
      'seeking',
      `${DOUBLING}
    this.kept.indexOf(10)`,
    ],
  ])('%s', async (_what, exponent, name, take) => {
    const value = exponentOfCounts(SIZES, await countsOf(codecFile(name, take)))
    expect(value).toBeGreaterThan(exponent - 0.1)
    expect(value).toBeLessThan(exponent + 0.1)
  })

  it('is an error if a pass returns other frames', async () => {
    await expect(countsOf(codecFile('forgetful', 'this.length = 0'))).rejects.toThrow('0 frames instead of 1')
  })
})
