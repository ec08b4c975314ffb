import { expect, it } from 'vitest'
import { codecFor } from '../../playground/codec-choice.ts'
import { bytewise, chunksOf, coalesced, MOST_BYTES } from '../../playground/cutting.ts'
import { SAMPLES } from '../../playground/samples.ts'
import { traceOf } from '../../playground/trace.ts'

it.each(SAMPLES)('$title: has frames, is cut inside them, and the cuts do not matter', async ({ choice, stream }) => {
  const codec = await codecFor(choice)
  const cut = stream()
  const trace = traceOf(codec, chunksOf(cut))
  expect(trace.error).toBeUndefined()
  expect(trace.frames.length).toBeGreaterThan(1)
  expect(cut.cuts.length).toBeGreaterThan(0)
  expect(cut.bytes.length).toBeLessThan(MOST_BYTES)
  const frames = ({ frames: all, gaps }: typeof trace) => [
    all.map(({ frame, start, end }) => [frame, start, end]),
    gaps,
  ]
  for (const other of [coalesced(cut), bytewise(cut)]) {
    expect(frames(traceOf(codec, chunksOf(other)))).toEqual(frames(trace))
  }
})

it('the packets show noise and a bad checksum', async () => {
  const { choice, stream } = SAMPLES.find(({ name }) => name === 'packets')!
  const { gaps, frames } = traceOf(await codecFor(choice), chunksOf(stream()))
  expect(gaps.map(({ reason }) => reason)).toEqual(['garbage', 'corrupt'])
  expect(frames).toHaveLength(2)
})
