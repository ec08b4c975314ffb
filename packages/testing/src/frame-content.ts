// The content of a frame of any kind: bytes, text, objects that hold views, objects without a prototype, class
// instances with getters. Works across realms, such as those of jest's environments.

type Entry = [key: string | symbol, value: unknown]

/** Whether `value` is a `Uint8Array`, of any realm. */
export function isBytes(value: unknown): value is Uint8Array {
  return kindOf(value) === 'Uint8Array'
}

/**
 * The kind of a value, by `Object.prototype.toString`: 'Array', 'Map', 'Uint8Array' ('Object' for classes and null
 * prototypes).
 */
function kindOf(value: unknown): string {
  return Object.prototype.toString.call(value).slice(8, -1)
}

/** The memory behind a buffer or a view, as bytes of this realm that are not copied. */
function memoryOf(value: object): Uint8Array {
  if (!ArrayBuffer.isView(value)) return new Uint8Array(value as ArrayBuffer)
  return new Uint8Array(value.buffer, value.byteOffset, value.byteLength)
}

/** Whether a value is memory: a buffer, or a view of one. */
function isMemory(value: object): boolean {
  return ArrayBuffer.isView(value) || kindOf(value) === 'ArrayBuffer' || kindOf(value) === 'SharedArrayBuffer'
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null
}

/**
 * Properties by name: an object's own, and those computed by getters of its class. Undefined properties and functions
 * are left out.
 */
export function entriesOf(object: object): Entry[] {
  const entries = new Map<string | symbol, unknown>()
  for (const key of Reflect.ownKeys(object)) {
    if (Object.prototype.propertyIsEnumerable.call(object, key)) entries.set(key, read(object, key))
  }
  for (let at: object | null = Object.getPrototypeOf(object); at !== null; at = Object.getPrototypeOf(at)) {
    if (Object.getPrototypeOf(at) === null) break
    for (const [key, property] of Object.entries(Object.getOwnPropertyDescriptors(at))) {
      if (property.get !== undefined && !entries.has(key)) entries.set(key, read(object, key))
    }
  }
  return [...entries]
    .filter(([, value]) => value !== undefined && typeof value !== 'function')
    .toSorted(([a], [b]) => (String(a) < String(b) ? -1 : 1))
}

function read(object: object, key: string | symbol): unknown {
  try {
    return Reflect.get(object, key)
  } catch {
    return undefined
  }
}

/**
 * A copy of the content, at any depth, which does not change if a chunk that the frame is a view of is overwritten.
 *
 * Bytes become a `Uint8Array`, and instances of classes plain objects.
 */
export function copyOf(value: unknown): unknown {
  return copied(value, new Map())
}

function copied(value: unknown, copies: Map<object, unknown>): unknown {
  if (!isObject(value)) return value
  const earlier = copies.get(value)
  if (earlier !== undefined) return earlier
  if (isBytes(value)) return new Uint8Array(value)
  if (isMemory(value)) {
    const memory = memoryOf(value).slice().buffer
    if (!ArrayBuffer.isView(value)) return memory
    const View = value.constructor as new (buffer: ArrayBufferLike) => unknown
    return kindOf(value) === 'DataView' ? new DataView(memory) : new View(memory)
  }
  const within = <Copy>(copy: Copy): Copy => {
    copies.set(value, copy)
    return copy
  }
  if (Array.isArray(value)) {
    const list: unknown[] = within([])
    for (const each of value as unknown[]) list.push(copied(each, copies))
    return list
  }
  switch (kindOf(value)) {
    case 'Map': {
      const map = within(new Map<unknown, unknown>())
      for (const [key, each] of value as Map<unknown, unknown>) map.set(copied(key, copies), copied(each, copies))
      return map
    }
    case 'Set': {
      const set = within(new Set<unknown>())
      for (const each of value as Set<unknown>) set.add(copied(each, copies))
      return set
    }
    case 'Date':
      return new Date(Number(value))
    case 'RegExp':
    case 'Promise':
    case 'Error':
    case 'Boolean':
    case 'Number':
    case 'String':
      return value
    default: {
      const object: Record<string | symbol, unknown> = within({})
      for (const [key, each] of entriesOf(value)) {
        Object.defineProperty(object, key, {
          value: copied(each, copies),
          enumerable: true,
          writable: true,
          configurable: true,
        })
      }
      return object
    }
  }
}

/** Whether two frames have the same content. Prototypes and kinds of byte arrays do not matter; 0 and -0 differ. */
export function areSame(a: unknown, b: unknown): boolean {
  return same(a, b, new Map())
}

function same(a: unknown, b: unknown, assumed: Map<object, unknown>): boolean {
  if (Object.is(a, b)) return true
  if (!isObject(a) || !isObject(b)) return false
  if (assumed.get(a) === b) return true
  if (kindOf(a) !== kindOf(b)) return false
  if (isMemory(a)) return areSameBytes(memoryOf(a), memoryOf(b))
  assumed.set(a, b)
  const all = (left: readonly unknown[], right: readonly unknown[]): boolean =>
    left.length === right.length && left.every((each, index) => same(each, right[index], assumed))
  switch (kindOf(a)) {
    case 'Array':
      return all(a as unknown[], b as unknown[])
    case 'Map':
      return all([...(a as Map<unknown, unknown>)].flat(), [...(b as Map<unknown, unknown>)].flat())
    case 'Set':
      return all([...(a as Set<unknown>)], [...(b as Set<unknown>)])
    case 'Date':
    case 'Boolean':
    case 'Number':
    case 'String':
      return Object.is((a as Date).valueOf(), (b as Date).valueOf())
    case 'RegExp':
      return textOf(a) === textOf(b)
    case 'Error':
      return textOf(a) === textOf(b) && all(entriesOf(a).flat(), entriesOf(b).flat())
    default:
      return all(entriesOf(a).flat(), entriesOf(b).flat())
  }
}

/** A regular expression or an error as text: each kind has its own `toString`. */
export function textOf(value: object): string {
  return (value as RegExp | Error).toString()
}

/** From this length on, a native comparison is faster than a loop. */
const LONG = 256

export function areSameBytes(a: Uint8Array, b: Uint8Array): boolean {
  if (a.length !== b.length) return false
  if (a.length >= LONG && typeof Buffer !== 'undefined') return Buffer.compare(a, b) === 0
  for (let at = 0; at < a.length; at++) if (a[at] !== b[at]) return false
  return true
}

/** The buffers that a frame holds a part of, at any depth. */
export function buffersOf(value: unknown, found: Set<object> = new Set(), seen: Set<object> = new Set()): Set<object> {
  if (!isObject(value) || seen.has(value)) return found
  seen.add(value)
  if (isMemory(value)) return found.add(ArrayBuffer.isView(value) ? value.buffer : value)
  const isList = ['Array', 'Set', 'Map'].includes(kindOf(value))
  for (const part of (isList ? [...(value as unknown[])] : entriesOf(value)).flat()) buffersOf(part, found, seen)
  return found
}
