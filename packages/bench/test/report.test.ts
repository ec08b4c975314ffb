import { parseHTML } from 'linkedom'
import { describe, expect, it } from 'vitest'
import { htmlReport } from '../src/report/html.ts'
import { markdownReport } from '../src/report/markdown.ts'
import { terminalReport } from '../src/report/terminal.ts'
import { blockOf, reportOf } from './sample-report.ts'

const report = reportOf([
  blockOf('W1', {
    'subarray loop': [40, 41, 40],
    decode: [44, 45, 44],
    scan: [5, 10, 40],
    bl: 'one frame too many',
  }),
])

describe('the terminal report', () => {
  const text = terminalReport(report)

  it('shows times with their interval and ratios, the fastest first', () => {
    expect(text).toMatch(/scan.*decode/s)
    expect(text).toContain('44.0 (44.0 to 45.0)')
    expect(text).toContain('1.10 ×')
  })

  it('does not print a ratio whose interval is too wide', () => {
    expect(text.split('\n').find((line) => line.includes('│ scan'))).toContain('too wide to say')
  })

  it('gives the reason instead of the time of a wrong contender', () => {
    expect(text.split('\n').find((line) => line.includes('│ bl'))).toMatch(/wrong: one frame too many *│ *│ *│/)
  })
})

describe('the HTML report', () => {
  const html = htmlReport(report)
  const { document } = parseHTML(html)

  it('has a chart with a point, an interval and a label for each timed contender', () => {
    const svg = document.querySelector('#W1 svg')!
    expect(svg.querySelectorAll('circle')).toHaveLength(3)
    expect(svg.getAttribute('xmlns')).toBe('http://www.w3.org/2000/svg')
    expect(svg.textContent).toContain('subarray loop')
    expect(svg.textContent).toContain('ns a frame')
  })

  it('loads no other resource', () => {
    expect(document.querySelectorAll('script, link, img, iframe')).toHaveLength(0)
    expect(html.replaceAll('http://www.w3.org/2000/svg', '')).not.toMatch(/https?:|url\(|@import/)
  })

  it('follows the light or dark scheme of the system', () => {
    expect(html).toContain('prefers-color-scheme: dark')
    expect(document.querySelector('#W1 svg')!.outerHTML).toMatch(/fill="var\(--ours\)"/)
  })

  it('escapes text, and closes all elements', () => {
    expect(html).toContain('A &lt;CPU>')
    for (const tag of ['section', 'table', 'tr', 'td', 'svg', 'g', 'figure', 'details']) {
      const opened = html.match(new RegExp(`<${tag}[ >]`, 'g')) ?? []
      expect([tag, html.match(new RegExp(`</${tag}>`, 'g'))?.length]).toEqual([tag, opened.length])
    }
    expect(html).not.toMatch(/undefined|NaN/)
  })
})

describe('the Markdown report', () => {
  const text = markdownReport(report)

  it('contains the machine, method, versions, results and command', () => {
    for (const part of [
      '`unstick bench --quick`',
      'docs/runtimes.md',
      'A \\<CPU',
      '## Method',
      '## Budgets',
      'bl 7.0.13',
      '### W1: 4-byte length',
    ]) {
      expect(text).toContain(part)
    }
  })

  it('has as many cells in each row as in the head of its table', () => {
    const rows = text.split('\n').filter((line) => line.startsWith('|'))
    expect(rows.length).toBeGreaterThan(10)
    for (const [index, row] of rows.entries()) {
      if (!row.includes('---')) continue
      const count = (line: string): number => line.split(/(?<!\\)\|/).length
      expect(count(rows[index + 1]!)).toBe(count(rows[index - 1]!))
    }
  })
})
