// What `lines`, `textLines`, `textFrames` of a `delimiter` and `jsonLines` must make of a whole stream.

import type { Outcome } from '../outcome.ts'
import { anyOf, BLANK, delimited, type Contents, type DelimiterRules, type Endings } from './delimited.ts'
import { listOf, type AnyDelimiterRules } from './delimiter.ts'

/** The options of `lines` that determine the result. */
export interface LinesRules extends DelimiterRules {
  ending?: 'auto' | 'lf' | 'crlf' | 'any'
  stripDelimiter?: boolean
}

/** How bytes become text, as in the options of `textFrames`. */
export interface TextRules {
  malformed?: 'error' | 'replace'
  dropBom?: boolean
  corrupt?: 'error' | 'skip'
}

/** The options of `textLines` that determine the result. */
export interface TextLinesRules extends LinesRules, TextRules {}

/** The options of `jsonLines` that determine the result. */
export interface JsonLinesRules extends LinesRules {
  blankLines?: 'skip' | 'error'
  corrupt?: 'error' | 'skip'
  dropBom?: boolean
}

const LF = 10
const CR = 13

function endingsOf({ ending = 'auto', stripDelimiter = true }: LinesRules): Endings {
  if (ending === 'auto') return anyOf([[LF], [CR, LF]], stripDelimiter)
  if (ending === 'lf') return anyOf([[LF]], stripDelimiter)
  if (ending === 'any') return anyOf([[CR], [LF], [CR, LF]], stripDelimiter)
  return {
    first(stream, from) {
      const at = stream.findIndex((byte, index) => index >= from && (byte === LF || byte === CR))
      if (at === -1) return undefined
      return stream[at] === CR && stream[at + 1] === LF ? { at, length: 2, taken: 2 } : { at, length: 'bare' }
    },
    mayBegin: () => false,
  }
}

function linesOf(stream: Uint8Array, rules: LinesRules, { toFrame, ...contents }: Contents): Outcome {
  const { stripDelimiter = true } = rules
  return delimited(
    stream,
    endingsOf(rules),
    { atEnd: 'emit', ...rules },
    {
      ...contents,
      toFrame: (content, ending, index) =>
        toFrame(stripDelimiter ? content : new Uint8Array([...content, ...ending]), ending, index),
    },
  )
}

/** What `lines` must make of a whole stream. */
export function lines(rules: LinesRules = {}): (stream: Uint8Array) => Outcome {
  return (stream) => linesOf(stream, rules, { toFrame: (line) => line })
}

/** What `textLines` must make of a whole stream. */
export function textLines(rules: TextLinesRules = {}): (stream: Uint8Array) => Outcome {
  return (stream) => linesOf(stream, rules, textOf(rules))
}

/** What `textFrames` must make of a whole stream. */
export function textFrames(rules: AnyDelimiterRules & TextRules): (stream: Uint8Array) => Outcome {
  return (stream) => delimited(stream, anyOf(listOf(rules.delimiter)), rules, textOf(rules))
}

function textOf({ malformed = 'error', dropBom = false, corrupt }: TextRules): Contents {
  return { corrupt, toFrame: (bytes, _ending, index) => text(bytes, malformed, dropBom && index === 0) }
}

/** What `jsonLines` must make of a whole stream. */
export function jsonLines(rules: JsonLinesRules = {}): (stream: Uint8Array) => Outcome {
  const { blankLines = 'skip', dropBom = false, corrupt } = rules
  return (stream) =>
    linesOf(stream, rules, {
      corrupt,
      toFrame(bytes, _ending, index) {
        const line = text(bytes, 'error', dropBom && index === 0)
        return blankLines === 'skip' && isBlank(line) ? BLANK : (JSON.parse(line) as unknown)
      },
      isCutShort: (content) => isCutShort(content, dropBom),
    })
}

function isBlank(line: string): boolean {
  return /^[ \t\r\n]*$/.test(line)
}

function text(content: Uint8Array, malformed: 'error' | 'replace', dropsBom: boolean): string {
  const decoded = new TextDecoder('utf-8', { fatal: malformed === 'error', ignoreBOM: true }).decode(content)
  return dropsBom ? decoded.replace(/^\uFEFF/, '') : decoded
}

/** Whether these bytes are not JSON, but would be with more bytes. Tries a few continuations. */
function isCutShort(content: Uint8Array, dropsBom: boolean): boolean {
  for (const rest of RESTS_OF_CHARACTER) {
    try {
      const line = text(new Uint8Array([...content, ...rest]), 'error', dropsBom)
      return !isBlank(line) && !isJson(line) && RESTS_OF_TOKEN.some((token) => canBeClosed(line + token))
    } catch {
      // Malformed UTF-8.
    }
  }
  return false
}

const MIDDLES = [0x80, 0x90, 0xa0]
const RESTS_OF_CHARACTER = [
  [],
  ...MIDDLES.flatMap((a) => [[a], ...MIDDLES.flatMap((b) => [[a, b], ...MIDDLES.map((c) => [a, b, c])])]),
].toSorted((a, b) => a.length - b.length)
const RESTS_OF_TOKEN = ['', '"', 'n"', '0"', '00"', '000"', '0000"', '0'].concat(
  ['true', 'false', 'null'].flatMap((word) => [word.slice(1), word.slice(2), word.slice(3), word.slice(4)]),
)

function canBeClosed(line: string): boolean {
  const closers = Array.from(line.replaceAll(/"(?:[^"\\]|\\.)*"/gs, '')).reduce((rest, character) => {
    if (character === '[') return `]${rest}`
    if (character === '{') return `}${rest}`
    return character === ']' || character === '}' ? rest.slice(1) : rest
  }, '')
  return ['', '0', ':0', '"":0'].some((more) => isJson(line + more + closers))
}

function isJson(line: string): boolean {
  try {
    JSON.parse(line)
    return true
  } catch {
    return false
  }
}
