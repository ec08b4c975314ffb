// Writes the state of the page as a test to paste into a project.

import { plain } from '../../../packages/cli/src/frame-text.ts'
import type { Choice } from '../codec-choice.ts'
import { hexOf } from '../hex.ts'
import type { Trace } from '../trace.ts'
import { codecCode, literal, stringLiteral } from './typescript.ts'

/**
 * A vitest test that feeds these chunks to the codec and expects the frames, skips and error of the trace.
 *
 * @throws {Misuse} The flags conflict.
 */
export function vitestTestFor(choice: Choice, chunks: readonly Uint8Array[], trace: Trace): string {
  const code = codecCode(choice)
  const { frames, gaps, error } = trace
  const received = frames.map(({ frame }) => `      ${literal(shown(frame))},\n`).join('')
  const skipped = gaps.map(({ start, end, reason }) => literal({ offset: start, length: end - start, reason }))
  const expected = [
    `frames: [${received === '' ? '' : `\n${received}    `}]`,
    `skipped: [${skipped.join(', ')}]`,
    `error: ${error === undefined ? 'undefined' : literal({ code: error.code, offset: error.offset })}`,
  ]
  const isBytes = frames.some(({ frame }) => holdsBytes(frame))
  const title = `${chunks.length} ${chunks.length === 1 ? 'chunk gives' : 'chunks give'} ${frames.length} ${frames.length === 1 ? 'frame' : 'frames'}`
  return `import { expect, test } from 'vitest'
${code.import}

test(${stringLiteral(title)}, () => {
  const skipped: object[] = []
  const codec = ${code.expression.replaceAll('\n', '\n  ')}
  const decoder = codec.decoder({
    onSkip: ({ offset, length, reason }) => skipped.push({ offset, length, reason }),
  })
  const frames: unknown[] = []
  let error: { code: string; offset: number } | undefined
  try {
    for (const chunk of [${chunks.map((chunk) => stringLiteral(hexOf(chunk))).join(', ')}]) {
      for (const frame of decoder.decode(bytes(chunk))) frames.push(${isBytes ? 'shown(frame)' : 'frame'})
    }
    frames.push(...decoder.end()${isBytes ? '.map(shown)' : ''})
  } catch (thrown) {
    const { code, offset } = thrown as { code: string; offset: number }
    error = { code, offset }
  }
  expect({ frames, skipped, error }).toEqual({
    ${expected.join(',\n    ')},
  })
})

function bytes(hex: string): Uint8Array {
  return Uint8Array.from(hex.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16))
}
${isBytes ? SHOWN : ''}`
}

/** Bytes as hexadecimal digits, as in the generated test. */
function shown(value: unknown): unknown {
  if (value instanceof Uint8Array) return hexOf(value)
  if (typeof value !== 'object' || value === null) return value
  if (Array.isArray(value)) return value.map(shown)
  if (Object.getPrototypeOf(value) !== Object.prototype) return plain(value)
  return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, shown(one)]))
}

function holdsBytes(value: unknown): boolean {
  if (value instanceof Uint8Array) return true
  return typeof value === 'object' && value !== null && Object.values(value).some(holdsBytes)
}

const SHOWN = `
/** Bytes as hexadecimal digits, so that differences are readable. */
function shown(value: unknown): unknown {
  if (value instanceof Uint8Array) return Array.from(value, (byte) => byte.toString(16).padStart(2, '0')).join('')
  if (Array.isArray(value)) return value.map(shown)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, shown(one)]))
}
`
