// Frames as text: bytes as hex or with their control characters escaped, values as JSON.

import type { FrameError } from '@unstick/core'

export type Form = 'hex' | 'text' | 'json'

export const FORMS: readonly Form[] = ['hex', 'text', 'json']

/** A JSON value, with bytes as `{ hex }`, big integers as digits, and maps and sets as arrays. */
export function plain(value: unknown): unknown {
  if (value instanceof Uint8Array) return { hex: hexOf(value) }
  if (typeof value === 'bigint') return value.toString()
  if (typeof value === 'number' && !Number.isFinite(value)) return String(value)
  if (typeof value !== 'object' || value === null) return value
  if (value instanceof Map) return [...value].map(([key, one]) => [plain(key), plain(one)])
  if (value instanceof Set || Array.isArray(value)) return [...value].map(plain)
  if (value instanceof Error) return { name: value.name, message: value.message }
  return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, plain(one)]))
}

/** One line without characters that move a terminal's cursor. */
export function lineOf(frame: unknown, form: Form): string {
  if (!(frame instanceof Uint8Array)) return escaped(JSON.stringify(plain(frame)) ?? 'undefined')
  return form === 'text' ? visible(bufferOf(frame).toString('utf8')) : hexOf(frame)
}

/** The error's code, offset and message. `start` is the stream position at which the decoder began. */
export function errorText({ code, offset = 0, message }: FrameError, start: number): string {
  return `${code} at offset ${offset + start}: ${message.replace(` at offset ${offset}`, '')}`
}

export function hexOf(bytes: Uint8Array): string {
  return bufferOf(bytes).toString('hex')
}

/** Escapes control characters as JSON does, and some that JSON leaves unescaped. */
export function visible(text: string): string {
  return escaped(JSON.stringify(text).slice(1, -1).replaceAll('\\"', '"'))
}

function escaped(text: string): string {
  return text.replaceAll(
    /[\u007F-\u009F\u2028\u2029]/g,
    (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`,
  )
}

function bufferOf(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length)
}
