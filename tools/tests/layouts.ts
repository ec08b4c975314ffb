// Checks the layouts of a package's README: tables of options, bytes before and frames after.
//
// | options | bytes | frames |
// | --- | --- | --- |
// | `{ lengthFieldLength: 2 }` | `00 02 'hi'` | `'hi'` |
//
// Bytes are hexadecimal, or text in single quotes. Each frame is a separate code span.

import { readFileSync } from 'node:fs'
import { runInNewContext } from 'node:vm'
import { describe, expect, it } from 'vitest'
import type { FrameCodec } from '../../packages/core/src/index.ts'

/** Tests the tables in sections whose heading names one of these functions. */
export function testLayouts(testUrl: string, makers: Record<string, (options: never) => FrameCodec>): void {
  const sections = readFileSync(new URL('../README.md', testUrl), 'utf8').split(/^## /m)
  for (const [name, make] of Object.entries(makers)) {
    const section = sections.find((text) => text.slice(0, text.indexOf('\n')).includes(`\`${name}\``)) ?? ''
    const rows = [...section.matchAll(/^\| `(\{.*?\})` +\| `(.*?)` +\| (`.*?`) +\|$/gm)]
    describe(`the layouts of ${name} in the README`, () => {
      it('are there', () => expect(rows.length).toBeGreaterThan(0))
      it.each(rows.map(([, options, bytes, frames]) => [options!, bytes!, frames!]))('%s: %s gives %s', (...row) => {
        const [options, bytes, frames] = row
        const codec = make(runInNewContext(`(${options})`) as never)
        const decoder = codec.decoder()
        const decoded = [...decoder.decode(bytesOf(bytes)), ...decoder.end()]
        const expected = [...frames.matchAll(/`(.*?)`/g)].map(([, frame]) => bytesOf(frame!))
        expect(decoded.map(hex)).toEqual(expected.map(hex))
        const encoded = encodedOf(codec, expected)
        if (encoded !== undefined) expect(hex(encoded)).toBe(hex(bytesOf(bytes)))
      })
    })
  }
}

function bytesOf(text: string): Uint8Array {
  const tokens = [...text.matchAll(/'(.*?)'|([0-9a-f]{2})/g)]
  const parts = tokens.map(([, quoted, digits]) =>
    digits === undefined ? Buffer.from(JSON.parse(`"${quoted!.replaceAll('"', '\\"')}"`)) : Buffer.from(digits, 'hex'),
  )
  return new Uint8Array(Buffer.concat(parts))
}

/** The encoded frames. Undefined for a layout that only decodes. */
function encodedOf(codec: FrameCodec, frames: readonly Uint8Array[]): Uint8Array | undefined {
  try {
    return Buffer.concat(frames.map((frame) => codec.encode(frame)))
  } catch (error) {
    if ((error as Error).message.endsWith('only decodes')) return undefined
    throw error
  }
}

function hex(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('hex')
}
