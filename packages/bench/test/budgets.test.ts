import { describe, expect, it } from 'vitest'
import { evaluate } from '../src/budgets.ts'
import type { BudgetResult } from '../src/report.ts'
import type { Report } from '../src/report.ts'
import { blockOf } from './sample-report.ts'

function resultOf(report: Partial<Report>, matching: Partial<BudgetResult>): BudgetResult | undefined {
  const results = evaluate({ blocks: [], growth: [], memory: [], ...report })
  return results.find((result) =>
    Object.entries(matching).every(([key, value]) => result[key as keyof BudgetResult] === value),
  )
}

describe('a budget', () => {
  const row = { path: 'decode', workload: 'W1', against: 'subarray loop' }
  const measured = (decode: number[]): BudgetResult['result'] | undefined =>
    resultOf({ blocks: [blockOf('W1', { 'subarray loop': [40, 40, 40], decode })] }, row)?.result

  it('is held when the whole interval is within the limit', () => {
    expect(measured([44, 45, 46])).toBe('held')
  })

  it('is missed when the whole interval is beyond it', () => {
    expect(measured([54, 55, 56])).toBe('missed')
  })

  it('is not decidable when the limit lies inside the interval', () => {
    expect(measured([44, 50, 56])).toBe('not decidable')
  })

  it('is not measured when one side is missing', () => {
    expect(resultOf({}, row)?.result).toBe('not measured')
    expect(resultOf({ blocks: [blockOf('W1', { 'subarray loop': 'why', decode: [1] })] }, row)?.result).toBe(
      'not measured',
    )
  })

  it('may be checked by CPU time', () => {
    const block = blockOf('W1', { 'subarray loop': [40, 40], decode: [40, 40] })
    const busy = block.entries.map((entry) =>
      entry.contender === 'decode' ? { ...entry, wall: [80, 80], cpu: [44, 44] } : entry,
    )
    const report = { blocks: [{ ...block, entries: busy }], growth: [], memory: [] }
    const ratioBy = (clock: 'wall' | 'cpu'): number | undefined =>
      evaluate(report, clock).find(({ path, against }) => path === row.path && against === row.against)?.measured?.value
    expect([ratioBy('wall'), ratioBy('cpu')]).toEqual([2, 1.1])
  })

  it('may compare with another workload, measured in the same rounds', () => {
    const blocks = [blockOf('W11-two', { decode: [8, 8], 'decode@W11': [4, 4] })]
    expect(resultOf({ blocks }, { path: 'decode', workload: 'W11-two', against: 'decode of W11' })).toMatchObject({
      result: 'held',
      measured: { value: 2 },
    })
  })

  describe('against the best of several', () => {
    const small = { path: 'decode', workload: 'small-writes', against: 'the best of frame-stream and bl' }

    it('compares with the fastest of them', () => {
      const blocks = [blockOf('small-writes', { decode: [80, 80], 'frame-stream': [200, 200], bl: [160, 160] })]
      expect(resultOf({ blocks }, small)).toMatchObject({ result: 'held', measured: { value: 0.5 } })
    })

    it('is not measured when one of them was not timed', () => {
      const missing = [blockOf('small-writes', { decode: [80, 80], 'frame-stream': [200, 200] })]
      expect(resultOf({ blocks: missing }, small)?.result).toBe('not measured')
      const wrong = [blockOf('small-writes', { decode: [80, 80], 'frame-stream': [200, 200], bl: 'one frame less' })]
      expect(resultOf({ blocks: wrong }, small)?.result).toBe('not measured')
    })

    it('compares a scan with the fastest bare loop', () => {
      const loops = { 'length loop@W1': [4, 4], 'length loop, DataView@W1': [2, 2] }
      const blocks = [blockOf('W2', { scan: [8, 8], 'length loop': [1, 1], ...loops })]
      expect(resultOf({ blocks }, { path: 'scan', workload: 'W2', unit: '×' })).toMatchObject({
        against: 'the best of length loop of W1 and length loop, DataView of W1',
        result: 'missed',
        measured: { value: 4 },
      })
    })
  })

  it('may limit a time, an exponent or bytes', () => {
    expect(
      resultOf({ blocks: [blockOf('W2', { scan: [11, 12] })] }, { path: 'scan', workload: 'W2', unit: 'ns' })?.result,
    ).toBe('missed')
    const exponent = { value: 1, low: 0.99, high: 1.05 }
    const growth = [
      { id: 'g', title: 'one frame', measure: 'work' as const, contender: 'scan', group: 'ours' as const, exponent },
    ]
    expect(resultOf({ growth }, { unit: 'exponent' })?.result).toBe('held')
    const memory = [{ contender: 'decoder', group: 'ours' as const, state: 'fresh' as const, bytes: 350 }]
    expect(resultOf({ memory }, { unit: 'bytes', limit: 300 })?.result).toBe('missed')
    expect(resultOf({ memory }, { unit: 'bytes', limit: 40e6 })?.result).toBe('held')
  })
})
