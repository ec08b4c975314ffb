// Misuse is told when a codec is made: which option, what was received, what is allowed.

/** Returns `value` if it is an integer from `min` to `max`; else throws a `TypeError` or `RangeError` naming the option. */
export function integerOption(
  name: string,
  value: unknown,
  min: number,
  max: number = Number.MAX_SAFE_INTEGER,
): number {
  const range = max === Number.MAX_SAFE_INTEGER ? `an integer of at least ${min}` : `an integer from ${min} to ${max}`
  if (typeof value !== 'number') throw new TypeError(`${name} must be ${range}, received ${shown(value)}`)
  if (!Number.isSafeInteger(value) || value < min || value > max) {
    throw new RangeError(`${name} must be ${range}, received ${value}`)
  }
  return value
}

/** Returns `value` if it is one of `allowed`; else throws a `TypeError` or `RangeError` naming the option. */
export function choiceOption<const Choice extends string | number | boolean>(
  name: string,
  value: unknown,
  allowed: readonly Choice[],
): Choice {
  if (allowed.includes(value as Choice)) return value as Choice
  const message = `${name} must be ${allowed.map((choice) => shown(choice)).join(' or ')}, received ${shown(value)}`
  throw typeof value === typeof allowed[0] ? new RangeError(message) : new TypeError(message)
}

/** Returns `value` if it is a function or left out; else throws a `TypeError` naming the option. */
export function functionOption<Fn>(name: string, value: Fn): Fn {
  if (value === undefined || typeof value === 'function') return value
  throw new TypeError(`${name} must be a function, received ${shown(value)}`)
}

/** Returns a string's UTF-8 bytes or a copy of the given bytes if there is at least one; else throws, naming the option. */
export function bytesOption(name: string, value: unknown): Uint8Array {
  const allowed = 'a string or a Uint8Array of at least 1 byte'
  if (typeof value !== 'string' && !isBytes(value)) {
    throw new TypeError(`${name} must be ${allowed}, received ${shown(value)}`)
  }
  const bytes = typeof value === 'string' ? new TextEncoder().encode(value) : new Uint8Array(value)
  if (bytes.length === 0) throw new RangeError(`${name} must be ${allowed}, received 0 bytes`)
  return bytes
}

// A global wherever this runs; the types of this package know no runtime.
declare const TextEncoder: new () => { encode: (text: string) => Uint8Array }

/** Whether `value` is a `Uint8Array`, of this realm or another. */
export function isBytes(value: unknown): value is Uint8Array {
  return (value as Uint8Array | null | undefined)?.[Symbol.toStringTag] === 'Uint8Array'
}

/** `value` for a message: short, and never the content of bytes. */
export function shown(value: unknown): string {
  if (typeof value === 'string') return JSON.stringify(value.length > 40 ? `${value.slice(0, 40)}…` : value)
  if (typeof value === 'function') return 'a function'
  if (typeof value === 'object' && value !== null) return `an instance of ${value.constructor?.name ?? 'Object'}`
  return String(value)
}
