// What `lines`, `textLines` and `jsonLines` have to make of a whole stream.

import type { Outcome } from '../outcome.ts'
import { anyOf, BLANK, delimited, type DelimiterRules, type Endings } from './delimited.ts'

export interface LinesRules extends DelimiterRules {
  ending?: 'auto' | 'lf' | 'crlf'
}

export interface TextLinesRules extends LinesRules {
  malformed?: 'error' | 'replace'
  dropBom?: boolean
}

export interface JsonLinesRules extends LinesRules {
  blankLines?: 'skip' | 'error'
  corrupt?: 'error' | 'skip'
  dropBom?: boolean
}

const LF = 10
const CR = 13

const endingsOf: Record<NonNullable<LinesRules['ending']>, Endings> = {
  auto: anyOf([[LF], [CR, LF]]),
  lf: anyOf([[LF]]),
  crlf: {
    first(stream, from) {
      const at = stream.findIndex((byte, index) => index >= from && (byte === LF || byte === CR))
      if (at === -1) return undefined
      return { at, length: stream[at] === CR && stream[at + 1] === LF ? 2 : 'bare' }
    },
    mayBegin: () => false,
  },
}

export function lines(rules: LinesRules = {}): (stream: Uint8Array) => Outcome {
  return (stream) => delimited(stream, endingsOf[rules.ending ?? 'auto'], { atEnd: 'emit', ...rules })
}

export function textLines(rules: TextLinesRules = {}): (stream: Uint8Array) => Outcome {
  const { malformed = 'error', dropBom = false } = rules
  return (stream) =>
    delimited(stream, endingsOf[rules.ending ?? 'auto'], { atEnd: 'emit', ...rules }, (content, _ending, index) =>
      text(content, malformed, dropBom && index === 0),
    )
}

export function jsonLines(rules: JsonLinesRules = {}): (stream: Uint8Array) => Outcome {
  const { blankLines = 'skip', dropBom = false, corrupt = 'error' } = rules
  return (stream) =>
    delimited(
      stream,
      endingsOf[rules.ending ?? 'auto'],
      { atEnd: 'emit', ...rules },
      (content, _ending, index) => {
        const line = text(content, 'error', dropBom && index === 0)
        return blankLines === 'skip' && /^[ \t\r\n]*$/.test(line) ? BLANK : (JSON.parse(line) as unknown)
      },
      corrupt,
    )
}

function text(content: Uint8Array, malformed: 'error' | 'replace', dropsBom: boolean): string {
  const decoded = new TextDecoder('utf-8', { fatal: malformed === 'error', ignoreBOM: true }).decode(content)
  return dropsBom ? decoded.replace(/^\uFEFF/, '') : decoded
}
