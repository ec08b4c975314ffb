// Loads the package anew, in a runtime that counts searches and decoded texts.

import { vi } from 'vitest'

export interface Runtime {
  package: typeof import('../src/index.ts')
  /** The length of each built-in search for a byte. */
  searches: number[]
  /** The length of each decoded text, in bytes. */
  decodings: number[]
}

/** Loads the package with these globals. Call `unload` afterwards. */
export async function load(globals: Record<string, unknown> = {}): Promise<Runtime> {
  const searches: number[] = []
  const decodings: number[] = []
  for (const { prototype } of [Buffer, Uint8Array]) {
    watch(prototype, 'indexOf', (bytes: Uint8Array, _byte, from: number) => searches.push(bytes.length - from))
  }
  watch(Buffer.prototype, 'latin1Slice', (_bytes, start: number, end: number) => decodings.push(end - start))
  watch(TextDecoder.prototype, 'decode', (_decoder, bytes: Uint8Array) => decodings.push(bytes.length))
  vi.resetModules()
  for (const [name, value] of Object.entries(globals)) vi.stubGlobal(name, value)
  const loaded = { package: await import('../src/index.ts') }
  return { ...loaded, searches, decodings }
}

export function unload(): void {
  vi.restoreAllMocks()
  vi.unstubAllGlobals()
  vi.resetModules()
}

/** Calls `seen` with the receiver and arguments of each call of a method. */
function watch(prototype: object, method: string, seen: (self: never, ...given: never[]) => void): void {
  const original = Reflect.get(prototype, method) as () => unknown
  const watched = function (this: never, ...given: never[]): unknown {
    seen(this, ...given)
    return Reflect.apply(original, this, given)
  }
  vi.spyOn(prototype as Record<string, typeof watched>, method).mockImplementation(watched)
}
