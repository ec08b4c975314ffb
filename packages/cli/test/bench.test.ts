import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { compare, type Report } from '@unstick/bench'
import { afterAll, describe, expect, it } from 'vitest'
import { blockOf, reportOf } from '../../bench/test/sample-report.ts'
import { unstick as runUnstick, type Outcome } from './unstick.ts'

const folder = mkdtempSync(join(tmpdir(), 'unstick-bench-'))
afterAll(() => rmSync(folder, { recursive: true }))

const unstick = (...args: string[]): Promise<Outcome> => runUnstick(args)

describe('unstick bench', () => {
  it('measures the chosen workloads, writes the report in each format, and compares it with an older one', async () => {
    const [json, html, markdown] = ['r.json', 'r.html', 'r.md'].map((name) => join(folder, name)) as [
      string,
      string,
      string,
    ]
    const flags = [
      'bench',
      '--quick',
      '--budgets',
      '--patience',
      '20000',
      '--workload',
      'W1',
      '--contender',
      '^(scan|subarray loop|frame-stream)$',
    ]
    const older = join(folder, 'older.json')
    const slow = blockOf('W1', { 'subarray loop': [1, 1, 1], scan: [9e6, 9e6, 9e6] })
    writeFileSync(older, JSON.stringify(reportOf([slow])))
    const outputs = ['--json', json, '--html', html, '--markdown', markdown, '--compare', older]
    const { code, out, err } = await unstick(...flags, ...outputs)
    expect([code, err]).toEqual([0, '1/1 W1\n'])
    expect(out).toMatch(/W1 {2}4-byte length \+ 64 B.*scan.*Budgets.*Moved by more than the intervals.*faster/s)
    const report = JSON.parse(readFileSync(json, 'utf8')) as Report
    expect(compare(report, report)).toEqual([])
    expect(report).toMatchObject({
      format: 1,
      // No budget of W1 names frame-stream.
      blocks: [{ workload: { id: 'W1' }, entries: [{ contender: 'subarray loop' }, { contender: 'scan' }] }],
    })
    expect(readFileSync(html, 'utf8')).toContain('<svg')
    expect(readFileSync(markdown, 'utf8')).toContain(
      '`unstick bench --quick --budgets --patience 20000 --workload W1 --contender ^(scan|subarray loop|frame-stream)$`',
    )
  })

  it("measures the caller's codec, and fails if it returns other bytes", async () => {
    const file = join(folder, 'codec.mjs')
    writeFileSync(
      file,
      `export default {
  encode: (payload) => payload,
  decoder: () => ({ decode: (chunk) => [chunk], scan: (chunk, visit) => visit(chunk, 0, chunk.length), end: () => [] }),
}`,
    )
    const { code, out } = await unstick(
      'bench',
      '--quick',
      '--patience',
      '20000',
      '--codec',
      file,
      '--workload',
      'W2',
      '--contender',
      'your decode',
    )
    expect(code).toBe(1)
    expect(out).toMatch(/your decode.*wrong: \d+ frames instead of \d+/)
  })

  it.each([
    ['--workload', 'W99', 'workload must be among W1,'],
    ['--contender', '(', 'regular expression'],
    ['--compare', join(folder, 'absent.json'), '--compare'],
    ['--codec', join(folder, 'absent.mjs'), '--codec'],
    ['--codec', join(folder, '..'), '--codec'],
  ])('%s %s is misuse', async (flag, value, message) => {
    const { code, err } = await unstick('bench', flag, value)
    expect([code, err]).toEqual([2, expect.stringContaining(message)])
  })
})
