// The name in the messages of a codec. The functions of a codec that was given another name still use the former one.

import { FrameError, isFrameError } from './errors.ts'

export interface Naming {
  readonly name: string
  /** The names that the codec had before. */
  readonly formerNames: readonly string[]
}

/** The message, beginning with the present name of the codec instead of a former one. */
export function withName({ name, formerNames }: Naming, message: string): string {
  const former = formerNames.find((each) => message.startsWith(`${each}: `))
  return former === undefined ? message : name + message.slice(former.length)
}

/** The same error with such a message. A new object, since the stack of an error keeps the message it was made with. */
export function renamedError(naming: Naming, error: unknown): unknown {
  if (!(error instanceof Error)) return error
  const message = withName(naming, error.message)
  if (message === error.message) return error
  const details = 'cause' in error ? { cause: error.cause } : {}
  if (error instanceof TypeError) return new TypeError(message, details)
  if (!isFrameError(error)) return error
  const { code, offset, frameLength, maxFrameLength } = error
  return new FrameError(code, message, { offset, frameLength, maxFrameLength, ...details })
}
