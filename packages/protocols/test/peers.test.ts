// Compares the presets with npm parsers of the same protocols: the same frames, however a recording is cut.

import { outcomeOf } from '@unstick/testing'
import { describe, expect, it } from 'vitest'
import { differences } from '../peers/differences.js'
import { peers } from '../peers/peers.js'
import * as protocols from '../src/index.ts'
import { chunkingsOf, joined } from './chunkings.ts'
import { connectionsOf, recordingOf } from './recording.ts'

describe.each(Object.keys(peers))('%s', (name) => {
  const { recording, from, skip, isLeftOut, until, codec, make, ours, theirs } = peers[name]!

  it(`finds the same frames of ${recording} as our codec, however the stream is cut`, async () => {
    let count = 0
    for (const recorded of connectionsOf(recordingOf(recording), from)) {
      const whole = joined(recorded)
      if (isLeftOut?.(whole) === true) continue
      const bytes = whole.subarray(skip?.(whole) ?? 0, until?.(whole))
      for (const chunks of chunkingsOf([bytes])) {
        const their: unknown[] = []
        const write = make((frame) => their.push(theirs(frame)), bytes)
        const our: unknown[] = []
        const decoder = codec(protocols).decoder()
        for (const chunk of chunks) {
          for (const frame of decoder.decode(chunk)) our.push(ours(frame))
          // Copies, because some parsers keep the chunks.
          await write(Buffer.from(chunk))
        }
        expect(our).toEqual(their)
        count += our.length
      }
    }
    expect(count).toBeGreaterThan(0)
  })
})

it.each(differences)('$parser differs: $what', async ({ parser, text, ours: our, theirs: their }) => {
  const { codec, make, ours, theirs } = peers[parser]!
  const bytes = Buffer.from(text, 'latin1')
  const outcome = outcomeOf(codec(protocols), [bytes])
  expect(outcome.error?.code ?? (outcome.frames as never[]).map(ours)).toEqual(our)

  const frames: unknown[] = []
  try {
    await make((frame) => frames.push(theirs(frame)), bytes)(bytes)
    expect(frames).toEqual(their)
  } catch (error) {
    expect((error as Error).name).toBe(their)
  }
})
