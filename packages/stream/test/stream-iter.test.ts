// `node:stream/iter` gives its bytes in batches: async iterables of arrays of chunks.

import { execFileSync, spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { frames } from '../src/index.ts'
import { codec, collect, encoded, messages } from './connection.ts'

const bytes = encoded(60)

/** Batches of one to three chunks, some of them empty. */
function* batches(): Generator<Uint8Array[]> {
  for (let at = 0, turn = 0; at < bytes.length; turn++) {
    const batch: Uint8Array[] = []
    for (let count = turn % 4; count > 0; count--) batch.push(bytes.subarray(at, (at += turn % 9)))
    yield batch
  }
}

async function* asyncBatches(): AsyncGenerator<Uint8Array[]> {
  yield* batches()
}

describe('batches of chunks', () => {
  it.each([
    ['a generator', batches],
    ['an async generator', asyncBatches],
  ])('of %s give the same frames, one by one, in batches and in parts', async (_name, open) => {
    const expected = messages(60)
    expect((await collect(frames(open(), codec))).items).toEqual(expected)
    const all = await collect(frames(open(), codec).batches())
    expect(all.items.flat()).toEqual(expected)
    const joined: Buffer[] = []
    for await (const { body } of frames(open(), codec).parts({ maxPartLength: 2 })) {
      joined.push(Buffer.concat((await collect(body)).items))
    }
    expect(joined).toEqual(expected)
  })

  it('that are left early leave their source', async () => {
    let isLeft = false
    async function* endless(): AsyncGenerator<Uint8Array[]> {
      try {
        for (;;) yield [bytes, bytes]
      } finally {
        isLeft = true
      }
    }
    let count = 0
    for await (const _frame of frames(endless(), codec)) if (++count === 100) break
    expect(isLeft).toBe(true)
  })
})

const FLAG = '--experimental-stream-iter'
/** `UNSTICK_NODE26` is the path of a Node that has it, where the one that runs the tests is older. */
const node = [process.execPath, process.env.UNSTICK_NODE26].find(
  (path) => path !== undefined && spawnSync(path, [FLAG, '--eval', '0']).status === 0,
)

describe('node:stream/iter itself', () => {
  it.skipIf(node === undefined)('gives frames, if there is a Node that has it (UNSTICK_NODE26)', () => {
    const program = fileURLToPath(new URL('stream-iter.js', import.meta.url))
    const printed = execFileSync(node!, ['--no-warnings', FLAG, '--conditions=@unstick/source', program])
    expect(JSON.parse(printed.toString())).toEqual({ sources: 6, failures: [] })
  })
})
