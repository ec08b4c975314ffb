import { createRequire } from 'node:module'
import type { Duplex } from 'node:stream'
import { isFrameError } from '@unstick/core'
import { textLines } from '@unstick/delimiter'
import { lengthField, varintLength } from '@unstick/length-field'
import { decodeStream } from '@unstick/stream'
import { expect, it } from 'vitest'
import { read } from './pages.ts'

const page = read('docs/comparison.md')
const requirePeer = createRequire(new URL('../../packages/bench/package.json', import.meta.url))

/** The rows of the table under a heading, without the table's head. */
function rowsUnder(heading: string): string[][] {
  const section = page.slice(page.indexOf(`\n## ${heading}\n`)).split('\n## ')[1]!
  const rows = section.split('\n').filter((line) => line.startsWith('|'))
  return rows.slice(2).map((row) =>
    row
      .split('|')
      .slice(1, -1)
      .map((cell) => cell.trim()),
  )
}

const framers: Record<string, () => Duplex> = {
  'length-prefixed-stream': () => requirePeer('length-prefixed-stream').decode(),
  'frame-stream': () => requirePeer('frame-stream').decode(),
  '@serialport/parser-readline': () => new (requirePeer('@serialport/parser-readline').ReadlineParser)(),
  byline: () => requirePeer('byline').createStream(),
  'binary-split': () => requirePeer('binary-split')(),
  split2: () => requirePeer('split2')(),
  '`varintLength()`': () => decodeStream(varintLength()),
  '`lengthField()`': () => decodeStream(lengthField()),
  '`textLines()`': () => decodeStream(textLines()),
}

const namedBytes = (text: string): Buffer =>
  Buffer.concat(
    text.split(' ').map((word) => {
      if (word === 'LF') return Buffer.from('\n')
      return word.length === 1 ? Buffer.from(word) : Buffer.from(word, 'hex')
    }),
  )

/** Frames and end, in the form of the table. */
function resultOf(framer: Duplex, bytes: Uint8Array): Promise<string> {
  return new Promise((resolve) => {
    const seen: string[] = []
    framer.on('data', (frame) => seen.push(JSON.stringify(String(frame)).replaceAll('\uFFFD', String.raw`\ufffd`)))
    framer.on('end', () => resolve([...seen, 'end'].join(' ')))
    framer.on('error', (error) => resolve([...seen, isFrameError(error) ? error.code : error.message].join(' ')))
    framer.end(bytes)
  })
}

it('each framer gives the results on the page', async () => {
  const rows = rowsUnder('Results for the same bytes')
  expect(rows.length).toBeGreaterThan(10)
  let bytes: Uint8Array = new Uint8Array(0)
  for (const [given, name, expected] of rows as [string, string, string][]) {
    const [, text] = /^`(.+?)`/.exec(given) ?? []
    if (text !== undefined) bytes = namedBytes(text)
    expect([given, name, await resultOf(framers[name]!(), bytes)]).toEqual([given, name, expected])
  }
})

it('every figure of speed is in the benchmarks', () => {
  const sections = read('docs/benchmarks.md').split('\n### ')
  const rows = rowsUnder('Speed compared with npm packages')
  expect(rows.length).toBeGreaterThan(5)
  for (const [workload, name, figure] of rows as [string, string, string][]) {
    const section = sections.find((one) => one.startsWith(`${workload}: `))
    const [, measured] = new RegExp(`^\\| ${name} \\| \\w+ \\| (\\S+) `, 'm').exec(section ?? '') ?? []
    expect([workload, name, figure]).toEqual([workload, name, measured])
  }
})
