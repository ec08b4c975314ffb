// Converts frames to lines of text, to compare those of two framers and to send them from a worker.

import { plain } from '../../../packages/cli/src/frame-text.ts'
import { hexOf } from '../hex.ts'

/** Bytes in hexadecimal digits, values as JSON. */
export function shownFrame(frame: unknown): string {
  if (frame instanceof Uint8Array) return frame.length === 0 ? '(empty)' : hexOf(frame, ' ')
  if (typeof frame === 'string') return JSON.stringify(frame)
  return JSON.stringify(withHex(frame)) ?? 'undefined'
}

function withHex(value: unknown): unknown {
  if (value instanceof Uint8Array) return hexOf(value, ' ')
  if (typeof value !== 'object' || value === null || Object.getPrototypeOf(value) !== Object.prototype) {
    return Array.isArray(value) ? value.map(withHex) : plain(value)
  }
  return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, withHex(one)]))
}
