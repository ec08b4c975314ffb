// The errors that are not the codec's, as Node calls them.

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
 * The error with which a stream was destroyed. That a write was cancelled only says that the stream was destroyed: since
 * Node 22 it becomes the stream's error.
 */
export function reasonOf(stream: { errored?: (Error & { code?: string }) | null }): Error | undefined {
  const error = stream.errored ?? undefined
  return error?.code === 'ECANCELED' ? undefined : error
}

/** A frame was still on its way out when its stream was destroyed. */
export function destroyedBeforeWritten(): Error {
  const error = new Error('The stream was destroyed before the frame was written')
  return Object.assign(error, { code: 'ERR_STREAM_DESTROYED' })
}

/** Node streams fail with an Error only. A callback may throw anything, `undefined` included, which would go unnoticed. */
export function toError(thrown: unknown): Error {
  if (thrown instanceof Error || Object.prototype.toString.call(thrown) === '[object Error]') return thrown as Error
  return new Error('A callback threw something that is not an Error: see the cause', { cause: thrown })
}
