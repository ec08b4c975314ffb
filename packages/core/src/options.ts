// Checks of options, made when a codec is made. Errors name the option, the value received and the values allowed.

/**
 * Reads each option once. `by` is the function that takes them.
 *
 * @throws {TypeError} `given` is not an object, or has an option that is not among `names`.
 */
export function readOptions<Options extends object>(
  by: string,
  given: Options | undefined,
  names: readonly (keyof Options & string)[],
): Options {
  if (given === undefined) return {} as Options
  if (typeof given !== 'object' || given === null || isBytes(given) || Array.isArray(given)) {
    throw new TypeError(`${by} takes an object of options, received ${shown(given)}`)
  }
  for (const name of Object.keys(given))
    if (!(names as readonly string[]).includes(name)) throw unknownOption(by, name, names)
  const options: Partial<Options> = {}
  for (const name of names) {
    const value = given[name]
    // JSON writes null for NaN, and an invalid limit must not become a missing one.
    if (value === null) throw new TypeError(`${name} must have a value or be left out, received null`)
    if (value !== undefined) options[name] = value
  }
  return options as Options
}

function unknownOption(by: string, name: string, names: readonly string[]): TypeError {
  const nearest = nearestTo(name, names)
  const advice = nearest === undefined ? `known are ${names.join(', ')}` : `did you mean ${nearest}?`
  return new TypeError(`${by} has no option ${shown(name)}: ${advice}`)
}

/**
 * The name with a slip of up to two letters; else the one with more words in it; else the one with the fewest edits.
 */
function nearestTo(name: string, names: readonly string[]): string | undefined {
  const wanted = name.toLowerCase()
  const ranked = names
    .map((candidate) => ({ candidate, distance: editDistance(wanted, candidate.toLowerCase()) }))
    .toSorted((a, b) => a.distance - b.distance)
  const slip = ranked.find(({ distance }) => distance <= 2)
  const longer = ranked.find(({ candidate }) => wanted.length > 2 && hasInOrder(candidate.toLowerCase(), wanted))
  const similar = ranked.find(({ candidate, distance }) => distance <= candidate.length / 3)
  return (slip ?? longer ?? similar)?.candidate
}

/** Whether `text` contains the letters of `letters`, in order. */
function hasInOrder(text: string, letters: string): boolean {
  let at = 0
  for (const letter of text) if (letter === letters[at]) at++
  return at === letters.length
}

/** How many letters have to be inserted, removed or replaced (Levenshtein 1966). */
function editDistance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, index) => index)
  for (let i = 1; i <= a.length; i++) {
    const next = [i]
    for (let j = 1; j <= b.length; j++) {
      const replaced = row[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1)
      next.push(Math.min(replaced, row[j]! + 1, next[j - 1]! + 1))
    }
    row = next
  }
  return row[b.length]!
}

/**
 * Returns `value` if it is a string of at least 1 character.
 *
 * @throws {TypeError | RangeError} It is not. The message names the option, the value and what is allowed.
 */
export function stringOption(name: string, value: unknown): string {
  if (typeof value === 'string' && value !== '') return value
  const message = `${name} must be a string of at least 1 character, received ${shown(value)}`
  throw typeof value === 'string' ? new RangeError(message) : new TypeError(message)
}

/**
 * Returns `value` if it is bytes that can be read.
 *
 * @throws {TypeError} It is no `Uint8Array`, or its memory was transferred or shrunk, so that it looks empty. The message
 * begins with the name of the codec, and with what the value is to it, such as 'a frame'.
 */
export function checkedBytes(value: unknown, codec: string, what: string): Uint8Array {
  if (!isBytes(value)) throw new TypeError(`${codec}: ${what} must be a Uint8Array, received ${kindOf(value)}`)
  if (isLost(value)) throw new TypeError(`${codec}: ${what} was transferred or resized before it was read`)
  return value
}

/**
 * Returns `value` if it is an integer from `min` to `max`.
 *
 * @throws {TypeError | RangeError} It is not. The message names the option, the value and the range.
 */
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

/**
 * Returns `value` if it is one of `allowed`.
 *
 * @throws {TypeError | RangeError} It is not. The message names the option, the value and what is allowed.
 */
export function choiceOption<const Choice extends string | number | boolean>(
  name: string,
  value: unknown,
  allowed: readonly Choice[],
): Choice {
  if (allowed.includes(value as Choice)) return value as Choice
  const message = `${name} must be ${allowed.map((choice) => shown(choice)).join(' or ')}, received ${shown(value)}`
  throw typeof value === typeof allowed[0] ? new RangeError(message) : new TypeError(message)
}

/**
 * Returns `value` if it is a function or left out.
 *
 * @throws {TypeError} It is something else. The message names the option.
 */
export function functionOption<Fn>(name: string, value: Fn): Fn {
  if (value === undefined || typeof value === 'function') return value
  throw new TypeError(`${name} must be a function, received ${shown(value)}`)
}

/**
 * Returns a string's UTF-8 bytes, or a copy of the given bytes.
 *
 * @throws {TypeError | RangeError} It is neither, there is no byte, or the string has a lone surrogate. The message names
 *   the option.
 */
export function bytesOption(name: string, value: unknown): Uint8Array {
  const allowed = 'a string or a Uint8Array of at least 1 byte'
  if (typeof value !== 'string' && !isBytes(value)) {
    throw new TypeError(`${name} must be ${allowed}, received ${shown(value)}`)
  }
  if (value.length === 0) throw new RangeError(`${name} must be ${allowed}, received 0 bytes`)
  if (typeof value !== 'string') return new Uint8Array(value)
  // Its UTF-8 would be that of U+FFFD.
  if (/\p{Surrogate}/u.test(value)) {
    throw new RangeError(`${name} must not have a lone surrogate, received ${shown(value)}`)
  }
  return new TextEncoder().encode(value)
}

// A global in every runtime; this package compiles without the types of any.
declare const TextEncoder: new () => { encode: (text: string) => Uint8Array }

/** Whether `value` is a `Uint8Array`, of this realm or another. */
export function isBytes(value: unknown): value is Uint8Array {
  return (value as Uint8Array | null | undefined)?.[Symbol.toStringTag] === 'Uint8Array'
}

/** Whether the memory of these bytes was transferred or shrunk. They look empty, but most methods of typed arrays throw. */
export function isLost(bytes: Uint8Array): boolean {
  try {
    if (bytes.length === 0) bytes.keys()
    return false
  } catch {
    return true
  }
}

/** Formats `value` for a message: short, and never the content of bytes. */
export function shown(value: unknown): string {
  if (typeof value === 'string') return JSON.stringify(value.length > 40 ? `${value.slice(0, 40)}…` : value)
  if (typeof value === 'function') return 'a function'
  if (typeof value === 'bigint') return `${value}n`
  if (typeof value === 'object' && value !== null) {
    // Not the object's own `constructor`, which may be content.
    const prototype = Object.getPrototypeOf(value) as object | null
    return `an instance of ${prototype?.constructor?.name ?? 'Object'}`
  }
  return String(value)
}

/** The kind of `value`, for a message about data: never its content. */
export function kindOf(value: unknown): string {
  return typeof value === 'object' || value === undefined ? shown(value) : `a ${typeof value}`
}
