// How the streams of Node's HTTP/2 differ from sockets.

import type { Http2Stream } from 'node:http2'
import type { Readable, Writable } from 'node:stream'

export function isHttp2(stream: Readable | Writable): stream is Http2Stream {
  return typeof (stream as Partial<Http2Stream>).rstCode === 'number'
}

/** Whether an HTTP/2 stream is about to close by itself, since both sides have ended. */
export function isClosingHttp2(stream: Readable | Writable): boolean {
  return isHttp2(stream) && stream.readableEnded && stream.writableFinished
}
