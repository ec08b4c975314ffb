// Counts the bytes or characters that built-in functions process: a call is one step in code, but not in time.

type Callable = (this: unknown, ...args: unknown[]) => unknown
interface Sized {
  length: number
}
/** How many bytes a call processed, from its receiver, its arguments and its result. */
type Cost = (receiver: Sized, args: unknown[], result: unknown) => number

const ofReceiver: Cost = (receiver) => receiver.length
const ofArgument: Cost = (_receiver, [argument]) => (argument as Sized | undefined)?.length ?? 0
const ofResult: Cost = (_receiver, _args, result) => (result as Sized | undefined)?.length ?? 0
const ofSearch: Cost = (receiver, [, from], result) => {
  const start = typeof from === 'number' ? from : 0
  return (result === -1 ? receiver.length : (result as number)) - start + 1
}

const TypedArray = Object.getPrototypeOf(Uint8Array.prototype) as object

const natives: [owner: object, name: string, cost: Cost][] = [
  [TypedArray, 'set', ofArgument],
  [TypedArray, 'slice', ofResult],
  [TypedArray, 'fill', ofReceiver],
  [TypedArray, 'copyWithin', ofReceiver],
  [TypedArray, 'indexOf', ofSearch],
  [Buffer.prototype, 'indexOf', ofSearch],
  [Buffer.prototype, 'copy', (_receiver, _args, result) => result as number],
  [Buffer.prototype, 'fill', ofReceiver],
  [Buffer.prototype, 'equals', ofReceiver],
  [Buffer.prototype, 'toString', ofResult],
  [Buffer.prototype, 'latin1Slice', ofResult],
  [Buffer.prototype, 'utf8Slice', ofResult],
  [Buffer, 'concat', ofResult],
  [Buffer, 'from', ofResult],
  [Buffer, 'alloc', ofResult],
  [TextDecoder.prototype, 'decode', ofArgument],
  [TextEncoder.prototype, 'encode', ofResult],
  [String.prototype, 'indexOf', ofSearch],
  [String.prototype, 'split', ofReceiver],
  [JSON, 'parse', ofArgument],
  [JSON, 'stringify', ofResult],
]

/**
 * Reports every call to `count` from now on. Replaces built-in functions, so the process must do nothing else.
 */
export function countNatives(count: (bytes: number) => void): void {
  for (const [owner, name, cost] of natives) {
    const native = Reflect.get(owner, name) as Callable
    const counted: Callable = function (...args) {
      const result = native.apply(this, args)
      count(cost(this as Sized, args, result))
      return result
    }
    Object.defineProperty(owner, name, { value: counted })
  }
  // A new array is zeroed or copied, unless it is a view.
  globalThis.Uint8Array = new Proxy(Uint8Array, {
    construct(target, args, newTarget) {
      const made = Reflect.construct(target, args, newTarget) as Uint8Array
      if (!(args[0] instanceof ArrayBuffer)) count(made.length)
      return made
    },
  })
}
