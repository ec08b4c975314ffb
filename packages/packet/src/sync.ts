// The bytes that every packet begins with, by which the next one is found after damage.

import { bytesOption, readOptions } from '@unstick/core'

/** The bytes that every packet begins with. */
export interface SyncOptions {
  /** A string (its UTF-8 bytes) or bytes, at least 1. The more there are, the less noise looks like a packet. */
  bytes: string | Uint8Array
  /**
   * Which bits of `bytes` are compared: a string or bytes, as many as `bytes`.
   *
   * @defaultValue all
   */
  mask?: string | Uint8Array
}

export interface Sync {
  readonly length: number
  /** Whether the sync bytes, or as many as `end` allows to see, are at `at`. */
  isAt(bytes: Uint8Array, at: number, end: number): boolean
  /** The first index in `[from, end)` at which they are, or as many as can be seen; or `end`. */
  indexIn(bytes: Uint8Array, from: number, end: number): number
}

export function syncOf(options: SyncOptions): Sync {
  const given = readOptions('sync', options, ['bytes', 'mask'])
  const wanted = bytesOption('sync.bytes', given.bytes)
  const mask = given.mask === undefined ? wanted.map(() => 0xff) : bytesOption('sync.mask', given.mask)
  const { length } = wanted
  if (mask.length !== length) {
    throw new RangeError(`sync.mask must have as many bytes as sync.bytes (${length}), received ${mask.length}`)
  }
  const masked = wanted.map((byte, index) => byte & mask[index]!)
  const firstMask = mask[0]!
  const first = masked[0]!

  function isAt(bytes: Uint8Array, at: number, end: number): boolean {
    const visible = Math.min(length, end - at)
    for (let index = 0; index < visible; index++) {
      if ((bytes[at + index]! & mask[index]!) !== masked[index]) return false
    }
    return true
  }

  function indexIn(bytes: Uint8Array, from: number, end: number): number {
    for (let at = from; at < end; at++) {
      if ((bytes[at]! & firstMask) === first && isAt(bytes, at, end)) return at
    }
    return end
  }

  return { length, isAt, indexIn }
}
