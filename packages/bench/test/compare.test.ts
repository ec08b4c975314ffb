import { describe, expect, it } from 'vitest'
import { compare } from '../src/compare.ts'
import { movementReport } from '../src/report/movements.ts'
import { blockOf, reportOf } from './sample-report.ts'

describe('compare', () => {
  const before = reportOf([blockOf('W1', { 'subarray loop': [40, 41, 40], decode: [80, 82, 80], scan: [10, 10, 10] })])

  it('finds nothing in equal reports', () => {
    expect(compare(before, before)).toEqual([])
    expect(movementReport([])).toContain('Nothing moved')
  })

  it('ignores a slower machine, which changes all times alike', () => {
    const after = reportOf([
      blockOf('W1', { 'subarray loop': [80, 82, 80], decode: [160, 164, 160], scan: [20, 20, 20] }),
    ])
    expect(compare(before, after)).toEqual([])
  })

  it('lists changes beyond both intervals, the largest first', () => {
    const after = reportOf([blockOf('W1', { 'subarray loop': [40, 41, 40], decode: [40, 41, 40], scan: [50, 50, 50] })])
    const moved = compare(before, after)
    expect(moved.map(({ contender, direction, measure }) => [contender, direction, measure])).toEqual([
      ['scan', 'slower', 'ratio'],
      ['decode', 'faster', 'ratio'],
    ])
    expect(movementReport(moved)).toContain('2.00 times faster')
  })

  it('compares times where there is no bare loop', () => {
    const old = reportOf([blockOf('mqtt', { scan: [10, 10] })])
    const after = reportOf([blockOf('mqtt', { scan: [20, 20] })])
    expect(compare(old, after)).toMatchObject([{ measure: 'time', direction: 'slower' }])
  })

  it('leaves out contenders that only one run has', () => {
    expect(compare(before, reportOf([blockOf('W2', { scan: [1, 1] })]))).toEqual([])
    expect(compare(before, reportOf([blockOf('W1', { 'subarray loop': [40], scan: 'wrong' })]))).toEqual([])
  })
})
