// Globals of runtimes with and without WebAssembly, for tests of code that uses it where it is available.

// The types of the tests do not declare it.
const { WebAssembly } = globalThis as unknown as {
  WebAssembly: { Module: new (code: Uint8Array) => object; Instance: unknown }
}

/** How often a module was compiled, or refused. */
export const compilations = { count: 0 }

class Module extends WebAssembly.Module {
  constructor(code: Uint8Array) {
    super(code)
    compilations.count++
  }
}

function Refused(): void {
  compilations.count++
  throw new EvalError('unsafe-eval')
}

/** Stores its numbers in the other byte order. */
class BigEndian extends Int32Array {
  constructor(numbers: never) {
    super(numbers)
    if (Array.isArray(numbers)) new Uint8Array(this.buffer).reverse()
  }
}

export const withWebAssembly = { WebAssembly: { Module, Instance: WebAssembly.Instance } }
/** As under a Content Security Policy without `wasm-unsafe-eval`. */
export const refusingWebAssembly = { WebAssembly: { Module: Refused } }
export const withoutWebAssembly = { WebAssembly: undefined }
export const withOtherByteOrder = { Int32Array: BigEndian }
