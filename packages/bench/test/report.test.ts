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

  it('refuses a ratio whose interval is too wide', () => {
    expect(text.split('\n').find((line) => line.includes('│ scan'))).toContain('too wide to say')
  })

  it('says who is wrong and why, without a time', () => {
    expect(text.split('\n').find((line) => line.includes('│ bl'))).toMatch(/wrong: one frame too many *│ *│ *│/)
  })
})

describe('the HTML report', () => {
  const html = htmlReport(report)
  const { document } = parseHTML(html)

  it('holds a chart with a point and an interval for each contender that was timed, and its label', () => {
    const svg = document.querySelector('#W1 svg')!
    expect(svg.querySelectorAll('circle')).toHaveLength(3)
    expect(svg.getAttribute('xmlns')).toBe('http://www.w3.org/2000/svg')
    expect(svg.textContent).toContain('subarray loop')
    expect(svg.textContent).toContain('ns a frame')
  })

  it('asks for nothing else: no script, no address but that of the SVG name space', () => {
    expect(document.querySelectorAll('script, link, img, iframe')).toHaveLength(0)
    expect(html.replaceAll('http://www.w3.org/2000/svg', '')).not.toMatch(/https?:|url\(|@import/)
  })

  it('follows light and dark', () => {
    expect(html).toContain('prefers-color-scheme: dark')
    expect(document.querySelector('#W1 svg')!.outerHTML).toMatch(/fill="var\(--ours\)"/)
  })

  it('escapes text, and closes what it opens', () => {
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

  it('says machine, method, versions, results and the command', () => {
    for (const part of [
      '`unstick bench --quick`',
      'A \\<CPU',
      '## Method',
      '## Budgets',
      'bl 7.0.13',
      '### W1: 4-byte length',
    ]) {
      expect(text).toContain(part)
    }
  })

  it('has tables whose rows have as many cells as their head', () => {
    const rows = text.split('\n').filter((line) => line.startsWith('|'))
    expect(rows.length).toBeGreaterThan(10)
    for (const [index, row] of rows.entries()) {
      if (!row.includes('---')) continue
      const count = (line: string): number => line.split(/(?<!\\)\|/).length
      expect(count(rows[index + 1]!)).toBe(count(rows[index - 1]!))
    }
  })
})
