// What the members of a frame must be. A frame is checked only once it could not be encoded, to say which member is
// wrong: right frames cost nothing, and no preset has to check the type of each member before it uses it.

import { isBytes, kindOf } from '@unstick/core'
import { notEncodable } from './errors.ts'

/** What a value must be, in words and as a test. */
export interface Kind {
  readonly what: string
  readonly is: (value: unknown) => boolean
}

/** What each member of a frame must be. */
export type Members<Frame> = Readonly<Record<keyof Frame & string, Kind>>

/** For frames of several shapes: the members of this one. Called with objects only. */
export type MembersOf<Frame> = (frame: Frame) => Readonly<Record<string, Kind>>

/** `BYTES` for frames that are bytes. */
export type FrameKind<Frame> = Members<Frame> | MembersOf<Frame> | typeof BYTES

export const BYTES: Kind = { what: 'a Uint8Array', is: isBytes }
export const STRING: Kind = { what: 'a string', is: (value) => typeof value === 'string' }
export const BOOLEAN: Kind = { what: 'true or false', is: (value) => typeof value === 'boolean' }
export const STRINGS: Kind = { what: 'an array of strings', is: (value) => isArrayOf(value, STRING) }
export const PAIRS: Kind = {
  what: 'an array of pairs of strings',
  is: (value) => Array.isArray(value) && value.every((each) => isArrayOf(each, STRING) && each.length === 2),
}
export const INTEGER: Kind = { what: 'an integer', is: Number.isSafeInteger }
export const UINT8: Kind = /* @__PURE__ */ unsigned(8)
export const UINT16: Kind = /* @__PURE__ */ unsigned(16)
export const UINT24: Kind = /* @__PURE__ */ unsigned(24)
export const UINT32: Kind = /* @__PURE__ */ unsigned(32)

function unsigned(bits: number): Kind {
  return {
    what: `an integer from 0 to 2^${bits}-1`,
    is: (value) => Number.isSafeInteger(value) && (value as number) >= 0 && (value as number) < 2 ** bits,
  }
}

export function optional({ what, is }: Kind): Kind {
  return { what: `${what} or undefined`, is: (value) => value === undefined || is(value) }
}

export function oneOf(...values: readonly (string | number)[]): Kind {
  const what = values.map((value) => (typeof value === 'string' ? `'${value}'` : value)).join(' or ')
  return { what, is: (value) => values.includes(value as string | number) }
}

/** A value that stands for a shape of its own, or one of this kind. */
export function or(value: string, { what, is }: Kind): Kind {
  return { what: `'${value}' or ${what}`, is: (given) => given === value || is(given) }
}

/** The members of frames whose `type` tells their shape. */
export function byType<Frame extends { type: string }>(
  shapes: Readonly<Record<Frame['type'], Readonly<Record<string, Kind>>>>,
): MembersOf<Frame> {
  const type = oneOf(...Object.keys(shapes))
  return (frame) => ({ type, ...(type.is(frame.type) ? shapes[frame.type as Frame['type']] : {}) })
}

/**
 * Returns a function that encodes as `encode` does. If that throws, or gives parts that are no bytes, because of a value
 * of a wrong kind, it throws `ERR_FRAME_NOT_ENCODABLE` with the name of the codec and of the member.
 */
export function namingMembers<Frame, Result>(
  name: string,
  members: NoInfer<FrameKind<Frame>>,
  encode: (frame: Frame) => Result,
): (frame: Frame) => Result {
  return (frame) => {
    try {
      const result = encode(frame)
      if (!Array.isArray(result) || areBytes(result)) return result
    } catch (error) {
      checkMembers(name, members, frame)
      throw error
    }
    checkMembers(name, members, frame)
    throw notEncodable(name, 'a frame must be made of bytes')
  }
}

function checkMembers<Frame>(name: string, members: FrameKind<Frame>, frame: Frame): void {
  if (members === BYTES) return check(name, 'a frame', BYTES, frame)
  if (typeof frame !== 'object' || frame === null) throw wrong(name, 'a frame', 'an object', frame)
  const kinds = typeof members === 'function' ? members(frame) : members
  for (const [member, kind] of Object.entries(kinds) as [string, Kind][]) {
    check(name, member, kind, (frame as Readonly<Record<string, unknown>>)[member])
  }
}

function check(name: string, what: string, kind: Kind, value: unknown): void {
  if (!kind.is(value)) throw wrong(name, what, kind.what, value)
}

function wrong(name: string, what: string, allowed: string, value: unknown): Error {
  const received = typeof value === 'number' ? String(value) : kindOf(value)
  return notEncodable(name, `${what} must be ${allowed}, received ${received}`)
}

/** A loop with `instanceof`, since this is what right frames pay for. */
function areBytes(parts: readonly unknown[]): boolean {
  for (const part of parts) if (!(part instanceof Uint8Array) && !isBytes(part)) return false
  return true
}

function isArrayOf(value: unknown, kind: Kind): value is unknown[] {
  return Array.isArray(value) && value.every(kind.is)
}
