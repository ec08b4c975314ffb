// What `textLength` must make of a whole stream. The header is read by a regular expression.

import { bytesOption } from '@unstick/core'
import type { Outcome } from '../outcome.ts'
import { LARGEST, lengthFramed, type LengthRules, type Reading } from './length-framed.ts'

/** The options of `textLength` that determine the result. */
export interface TextLengthRules extends LengthRules {
  radix?: 10 | 16
  digits?: number
  terminator?: string | Uint8Array
  maxDigits?: number
  leadingZeros?: boolean
  trailer?: string | Uint8Array
  lengthIncludes?: 'payload' | 'lengthField' | 'frame'
  stripHeader?: boolean
}

/** What `textLength` must make of a whole stream. */
export function textLength(rules: TextLengthRules = {}): (stream: Uint8Array) => Outcome<Uint8Array> {
  const trailer = rules.trailer === undefined ? '' : latin1(bytesOption('trailer', rules.trailer))
  return (stream) =>
    lengthFramed(
      stream,
      rules,
      (rest) => read(latin1(rest), rules, trailer),
      (frame) => !latin1(frame).endsWith(trailer),
    )
}

function read(rest: string, rules: TextLengthRules, trailer: string): Reading {
  const { radix = 10, digits, maxDigits = 10, leadingZeros = false } = rules
  const { lengthIncludes = 'payload', stripHeader = true } = rules
  const terminator = digits === undefined ? latin1(bytesOption('terminator', rules.terminator ?? ':')) : ''
  const digit = radix === 10 ? '[0-9]' : '[0-9a-fA-F]'
  const upTo = leadingZeros ? `${digit}{1,${maxDigits}}` : `(?:0|(?!0)${digit}{1,${maxDigits}})`
  const number = digits === undefined ? upTo : `${digit}{${digits}}`
  const pattern = `(${number})${escaped(terminator)}`
  const [header, value] = new RegExp(`^${pattern}`, 's').exec(rest) ?? []
  if (header === undefined) {
    return completions(rest, digits, terminator).some((each) => new RegExp(`^${pattern}$`, 's').test(each))
      ? 'truncated'
      : 'invalid'
  }
  const around = { payload: 0, lengthField: header.length, frame: header.length + trailer.length }[lengthIncludes]
  const counted = BigInt(radix === 16 ? `0x${value}` : value!)
  const payload = counted - BigInt(around)
  const length = payload + BigInt(header.length + trailer.length)
  if (payload < 0 || length > LARGEST || counted > LARGEST) return 'invalid'
  if (!stripHeader) return { length: Number(length), from: 0, to: Number(length) }
  return { length: Number(length), from: header.length, to: header.length + Number(payload) }
}

/** Possible completions of a header that is cut short: if it is valid so far, one of these is complete. */
function completions(rest: string, digits: number | undefined, terminator: string): string[] {
  if (digits !== undefined) return [rest + '0'.repeat(digits).slice(rest.length)]
  const endings = Array.from({ length: terminator.length + 1 }, (_, index) => terminator.slice(index))
  return [...endings, `1${terminator}`].map((ending) => rest + ending)
}

function escaped(text: string): string {
  return Array.from(text, (char) => String.raw`\x${char.charCodeAt(0).toString(16).padStart(2, '0')}`).join('')
}

function latin1(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => String.fromCharCode(byte)).join('')
}
