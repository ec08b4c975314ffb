// `node:diagnostics_channel` and NODE_DEBUG, in runtimes that have them: Node, Deno and Bun.
//
// Nothing is imported, so that `stream/web` runs in browsers, and bundlers find no Node module in it.

export interface Channel {
  readonly name: string
  readonly hasSubscribers: boolean
  publish(message: object): void
}

/** Writes to stderr. */
type DebugLog = (format: string, ...values: unknown[]) => void

interface Builtins {
  'node:diagnostics_channel': { channel(name: string): Channel }
  'node:util': { debuglog(section: string): DebugLog & { readonly enabled: boolean } }
}

/** A built-in module of the runtime, or undefined if there is none. */
function builtin<Name extends keyof Builtins>(name: Name): Builtins[Name] | undefined {
  const { process } = globalThis as { process?: { getBuiltinModule?(id: string): unknown } }
  return process?.getBuiltinModule?.(name) as Builtins[Name] | undefined
}

/** The channel of this name, or one without subscribers if the runtime has no channels. */
export function channelOf(name: string): Channel {
  return builtin('node:diagnostics_channel')?.channel(name) ?? { name, hasSubscribers: false, publish: () => undefined }
}

/**
 * The logger of this section, or undefined unless NODE_DEBUG turns it on. Node reads the variable once, and `enabled`
 * is a getter that costs 13 ns each time.
 */
export function debugLogOf(section: string): DebugLog | undefined {
  const log = builtin('node:util')?.debuglog(section)
  return log?.enabled === true ? log : undefined
}
