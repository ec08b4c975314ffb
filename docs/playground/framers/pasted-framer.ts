// A framer that was pasted: a function of chunks that returns their frames.
//
// It runs only in a worker, and only when the reader asks for it: code that arrives in a URL never runs by itself.

export type PastedFramer = (chunks: Uint8Array[]) => unknown[] | Iterable<unknown> | AsyncIterable<unknown>

/** @throws {TypeError} The text is no function, or no JavaScript. */
export function framerOf(source: string): PastedFramer {
  let made: unknown
  try {
    // oxlint-disable-next-line typescript/no-implied-eval -- running pasted code is the purpose of the page
    made = new Function(`"use strict"; return (${source.trim().replace(/;$/, '')}\n)`)()
  } catch (cause) {
    throw new TypeError(`this is no JavaScript: ${(cause as Error).message}`, { cause })
  }
  if (typeof made !== 'function') throw new TypeError('paste one function, which is given chunks and returns frames')
  return made as PastedFramer
}
