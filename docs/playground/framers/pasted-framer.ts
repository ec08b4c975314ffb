// A pasted framer: a function that takes chunks and returns their frames.
//
// It runs only in a worker, and only when the user starts it: code from a URL never runs automatically.

export type PastedFramer = (chunks: Uint8Array[]) => unknown[] | Iterable<unknown> | AsyncIterable<unknown>

const ADVICE = 'paste one function that takes chunks and returns frames'

/** @throws {TypeError} The text is not a JavaScript function. */
export function framerOf(source: string): PastedFramer {
  let made: unknown
  try {
    // oxlint-disable-next-line typescript/no-implied-eval -- running pasted code is the purpose of the page
    made = new Function(`"use strict"; return (${source.trim().replace(/;$/, '')}\n)`)()
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause)
    throw new TypeError(`this is not a function in JavaScript: ${reason}; ${ADVICE}`, { cause })
  }
  if (typeof made !== 'function') throw new TypeError(ADVICE)
  return made as PastedFramer
}
