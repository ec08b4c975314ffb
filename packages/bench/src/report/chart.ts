// The chart of a block, as inline SVG: one line per contender, with its time and interval on a logarithmic axis.

import * as Plot from '@observablehq/plot'
import { parseHTML } from 'linkedom'
import type { Group } from '../contenders/contender.ts'
import type { ReportBlock } from '../report.ts'
import type { Interval } from '../statistics.ts'
import { rowsOf, shownNumber, unitOf } from './rows.ts'

/** CSS variables of the page, which has a light and a dark scheme. */
const COLOURS: Record<Group, string> = {
  floor: 'var(--floor)',
  ours: 'var(--ours)',
  yours: 'var(--ours)',
  peer: 'var(--peer)',
}

const ROW_HEIGHT = 22
const WIDTH = 900

interface Point {
  name: string
  group: Group
  time: Interval
}

/** Undefined if nothing was timed. */
export function chartOf(block: ReportBlock): string | undefined {
  const points = rowsOf(block).flatMap(({ contender, group, time }): Point[] =>
    time === undefined ? [] : [{ name: contender, group, time }],
  )
  if (points.length === 0) return undefined
  const { document } = parseHTML('<html><body></body></html>')
  const svg = Plot.plot({
    document: document as never,
    width: WIDTH,
    height: 60 + ROW_HEIGHT * points.length,
    marginLeft: 220,
    marginRight: 70,
    marginBottom: 40,
    style: { background: 'none', color: 'inherit', fontFamily: 'inherit', fontSize: '12px' },
    x: {
      type: 'log',
      inset: 8,
      labelArrow: 'none',
      label: `${unitOf(block)}, logarithmic; less is better`,
      grid: true,
      ticks: 5,
      tickFormat: tickText,
    },
    y: { domain: points.map(({ name }) => name), label: null, tickSize: 0 },
    marks: [
      ...(Object.keys(COLOURS) as Group[]).map((group) => marksOf(points, group)),
      Plot.text(points, {
        x: (point: Point) => point.time.high,
        y: 'name',
        text: (point: Point) => shownNumber(point.time.value),
        dx: 9,
        textAnchor: 'start',
        fill: 'currentColor',
      }),
    ],
  }) as unknown as { setAttribute: (name: string, value: string) => void; outerHTML: string }
  svg.setAttribute('xmlns', 'http://www.w3.org/2000/svg')
  svg.setAttribute('role', 'img')
  svg.setAttribute('aria-label', `${block.workload.id}: ${unitOf(block)} of ${points.length} contenders`)
  return svg.outerHTML
}

function marksOf(points: readonly Point[], group: Group): Plot.Markish {
  const own = points.filter((point) => point.group === group)
  const colour = COLOURS[group]
  return [
    Plot.link(own, {
      x1: (point: Point) => point.time.low,
      x2: (point: Point) => point.time.high,
      y: 'name',
      stroke: colour,
      strokeWidth: 2,
    }),
    Plot.dot(own, { x: (point: Point) => point.time.value, y: 'name', fill: colour, r: 5 }),
  ]
}

function tickText(value: number): string {
  return value >= 1 ? value.toLocaleString('en') : String(value)
}
