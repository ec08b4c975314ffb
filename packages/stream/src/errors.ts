// Errors that are not from the codec, with the names and codes of Node.

/** An `AbortError` with the signal's reason as its `cause`. */
export function abortError(signal: AbortSignal): Error {
  const error = new Error('The operation was aborted', { cause: signal.reason })
  return Object.assign(error, { name: 'AbortError', code: 'ABORT_ERR' })
}

/** A stream closed before its end. */
export function prematureClose(): Error {
  return Object.assign(new Error('Premature close'), { code: 'ERR_STREAM_PREMATURE_CLOSE' })
}

/**
 * The error with which a stream was destroyed. A cancelled write is not a reason, although since Node 22 it becomes the
 * stream's error.
 */
export function reasonOf(stream: { errored?: (Error & { code?: string }) | null }): Error | undefined {
  const error = stream.errored ?? undefined
  return error?.code === 'ECANCELED' ? undefined : error
}

/** The error for a frame that was not yet written when its stream was destroyed. */
export function destroyedBeforeWritten(): Error {
  const error = new Error('The stream was destroyed before the frame was written')
  return Object.assign(error, { code: 'ERR_STREAM_DESTROYED' })
}

/**
 * Node streams fail only with an Error. A callback may throw anything, even `undefined`, which would go unnoticed.
 */
export function toError(thrown: unknown): Error {
  if (thrown instanceof Error || Object.prototype.toString.call(thrown) === '[object Error]') return thrown as Error
  return new Error('A callback threw something that is not an Error: see the cause', { cause: thrown })
}
