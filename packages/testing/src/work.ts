// Counts work in bytes: how many are read, written, searched, copied and allocated. Unlike a time, a count is the same
// on every machine, even a busy one.
//
// While a function runs, `Uint8Array` and the searching and copying methods of bytes are replaced by counting ones. If
// possible, accesses to single bytes are counted as well: chunks, and memory from `new Uint8Array`, are proxies. If a
// native method refuses a proxy, the function is run again without them.

export interface Work {
  /** The total number of bytes touched. */
  bytes: number
  /** The largest allocation, in bytes. */
  largest: number
}

type Run = (chunkOf: (bytes: Uint8Array) => Uint8Array) => void

/** Counts the work of `run`, which makes its chunks with the given function and may be called twice. */
export function countWork(run: Run): Work {
  try {
    return count(run, traced)
  } catch {
    return count(run, (bytes) => bytes)
  }
}

/** The original class, while the global is a counting one. */
const Bytes: Uint8ArrayConstructor = Uint8Array

/** The current count. */
let work: Work | undefined

function touch(bytes: number): void {
  if (work !== undefined) work.bytes += bytes
}

function ask(bytes: number): void {
  if (work === undefined) return
  work.bytes += bytes
  work.largest = Math.max(work.largest, bytes)
}

function count(run: Run, wrap: (bytes: Uint8Array) => Uint8Array): Work {
  const counted: Work = { bytes: 0, largest: 0 }
  const restore = instrument(wrap)
  work = counted
  try {
    run(wrap)
  } finally {
    work = undefined
    restore()
  }
  return counted
}

// ── Counting memory ──

/** Reading this property of a proxy gives its target. A WeakMap from proxies to targets would create more garbage. */
const TARGET = Symbol('target')

function traced(bytes: Uint8Array): Uint8Array {
  return new Proxy(bytes, tracing)
}

function untraced(value: unknown): unknown {
  return (value as { [TARGET]?: unknown } | null | undefined)?.[TARGET] ?? value
}

/** Methods that touch nothing, or do their own counting. */
const COUNTED: ReadonlySet<string | symbol> = new Set([
  'subarray',
  'set',
  'slice',
  'indexOf',
  'includes',
  'lastIndexOf',
])

const tracing: ProxyHandler<Uint8Array> = {
  get(target, key) {
    if (isIndex(key)) {
      touch(1)
      return target[key]
    }
    if (key === TARGET) return target
    const value: unknown = Reflect.get(target, key, target)
    // Memory of the chunk's class is counted as well.
    if (key === 'constructor') return value === Bytes ? Uint8Array : value
    if (typeof value !== 'function') return value
    return (...args: unknown[]): unknown => {
      const result: unknown = value.apply(target, args.map(untraced))
      if (!COUNTED.has(key)) touch(target.length)
      return ArrayBuffer.isView(result) ? traced(result as Uint8Array) : result
    }
  },
  set(target, key, value) {
    touch(1)
    return Reflect.set(target, key, value, target)
  },
}

/** Properties of other names begin with a letter. */
function isIndex(key: string | symbol): key is `${number}` {
  return typeof key === 'string' && key.charCodeAt(0) <= 57
}

// ── Counting methods ──

type Method = (this: Uint8Array, ...args: never[]) => unknown

/** The number of bytes that a search has examined. */
function searched(this: Uint8Array, result: unknown, args: unknown[]): number {
  const from = typeof args[1] === 'number' ? args[1] : 0
  return (typeof result === 'number' && result >= 0 ? result + 1 : this.length) - from
}

const searching: Record<string, typeof searched> = { indexOf: searched, includes: searched, lastIndexOf: searched }

function sourceLength(_result: unknown, args: unknown[]): number {
  return (args[0] as ArrayLike<number>).length
}

function resultLength(result: unknown): number {
  return (result as ArrayLike<number>).length
}

/** The prototypes with the methods of byte arrays: that of Buffer may be of another realm than `Uint8Array`. */
function bytesPrototypes(): Set<object> {
  const typedArrayOf = (bytes: object): object => Object.getPrototypeOf(Object.getPrototypeOf(bytes)) as object
  const prototypes = new Set([typedArrayOf(new Uint8Array())])
  if (typeof Buffer !== 'undefined') prototypes.add(Object.getPrototypeOf(typedArrayOf(Buffer.alloc(0))) as object)
  return prototypes
}

/** Patches the methods, and returns a function that undoes it. */
function instrument(wrap: (bytes: Uint8Array) => Uint8Array): () => void {
  const undo: (() => void)[] = []

  const replace = (owner: object, key: string, by: unknown): void => {
    const before = Object.getOwnPropertyDescriptor(owner, key)
    // In Bun some of them are not configurable, and must remain so.
    Object.defineProperty(owner, key, { writable: true, configurable: true, ...before, value: by })
    undo.push(() => {
      if (before === undefined) delete (owner as Record<string, unknown>)[key]
      else Object.defineProperty(owner, key, before)
    })
  }
  const countCalls = (
    owner: object,
    methods: Record<string, (this: Uint8Array, result: unknown, args: unknown[]) => number>,
    note = touch,
  ): void => {
    for (const [key, cost] of Object.entries(methods)) {
      const method = (owner as Record<string, Method>)[key]
      if (method === undefined) continue
      replace(owner, key, function counted(this: Uint8Array, ...args: never[]) {
        const result = method.apply(this, args)
        note(Math.max(0, cost.call(this, result, args)))
        return result
      })
    }
  }

  for (const prototype of bytesPrototypes()) {
    countCalls(prototype, { ...searching, set: sourceLength })
    countCalls(prototype, { slice: resultLength }, ask)
  }
  if (typeof Buffer !== 'undefined') {
    countCalls(Buffer.prototype, { ...searching, toString: resultLength })
    const allocated = resultLength
    const methods = { alloc: allocated, allocUnsafe: allocated, allocUnsafeSlow: allocated, concat: allocated }
    countCalls(Buffer, methods, ask)
  }
  // Missing in some test environments.
  if (typeof TextDecoder !== 'undefined')
    countCalls(TextDecoder.prototype, { decode: (_result, [bytes]) => (bytes as Uint8Array | undefined)?.length ?? 0 })

  replace(
    globalThis,
    'Uint8Array',
    new Proxy(Bytes, {
      construct(target, args: unknown[], newTarget: typeof Uint8Array) {
        const bytes = Reflect.construct(target, args.map(untraced), newTarget) as Uint8Array
        if (Object.prototype.toString.call(args[0]) !== '[object ArrayBuffer]') ask(bytes.length)
        return wrap(bytes)
      },
    }),
  )
  return () => {
    for (const each of undo.toReversed()) each()
  }
}
