import { PassThrough, Readable } from 'node:stream'
import { jsonLines, lines } from '@unstick/delimiter'
import { lengthField } from '@unstick/length-field'
import { describe, expect, it } from 'vitest'
import { frames } from '../src/index.ts'
import { codec, collect, connection, cut, encoded, listenersOf, message, messages, pause } from './connection.ts'

/** A source that gives `chunks` and then waits for ever. */
function stalling(...chunks: Buffer[]): PassThrough {
  const source = new PassThrough()
  for (const chunk of chunks) source.write(chunk)
  return source
}

describe('frames', () => {
  it('come whole and in order over a socket, as Buffers, empty ones too, however the bytes were written', async () => {
    const { client, server } = await connection()
    client.setNoDelay(true)
    const bytes = encoded(500)
    void (async () => {
      for (let at = 0; at < bytes.length;) {
        const size = 1 + (at % 11)
        client.write(bytes.subarray(at, at + size))
        at += size
        if (at % 5 === 0) await new Promise(setImmediate)
      }
      client.end()
    })()
    const { items, error } = await collect(frames(server, codec))
    expect(error).toBeUndefined()
    expect(items).toEqual(messages(500))
    expect(items.every((frame) => Buffer.isBuffer(frame))).toBe(true)
  })

  it('in batches are those that one chunk completed, none empty', async () => {
    const bytes = encoded(6)
    const { items } = await collect(
      frames([bytes.subarray(0, 1), bytes.subarray(1, 9), bytes.subarray(9)], codec).batches(),
    )
    expect(items.map((batch) => batch.length)).toEqual([3, 3])
    expect(items.flat()).toEqual(messages(6))
  })

  it('before an error are given first, and a FIN inside a frame is ERR_FRAME_TRUNCATED', async () => {
    const { client, server } = await connection()
    client.end(Buffer.concat([encoded(3), cut]))
    const { items, error } = await collect(frames(server, codec))
    expect(items).toEqual(messages(3))
    expect(error).toMatchObject({ code: 'ERR_FRAME_TRUNCATED', offset: encoded(3).length })
    expect(server.destroyed).toBe(true)
  })

  it('before an error are given first in batches as well', async () => {
    const short = lengthField({ lengthFieldLength: 1, maxFrameLength: 3 })
    const { items, error } = await collect(frames([Buffer.from([1, 5, 1, 6, 9])], short).batches())
    expect(items).toEqual([[Buffer.from([5]), Buffer.from([6])]])
    expect(error).toMatchObject({ code: 'ERR_FRAME_TOO_LONG', offset: 4 })
  })

  it('that arrived before the source failed are given before its error', async () => {
    const source = stalling(encoded(3), encoded(2))
    const failure = new Error('broken')
    const received: unknown[] = []
    const reading = (async () => {
      for await (const frame of frames(source, codec)) if (received.push(frame) === 1) source.destroy(failure)
    })()
    await expect(reading).rejects.toBe(failure)
    expect(received).toEqual([...messages(3), ...messages(2)])
  })

  it('that the end completes are given before the error of the end', async () => {
    const strict = lines({ atEnd: 'error' })
    const { items, error } = await collect(frames([Buffer.from('a\nb\nrest')], strict))
    expect(items.map(String)).toEqual(['a', 'b'])
    expect(error).toMatchObject({ code: 'ERR_FRAME_TRUNCATED' })
  })

  it('throw an error once, and are over after it', async () => {
    const iteration = frames([cut], codec)
    await expect(iteration.next()).rejects.toMatchObject({ code: 'ERR_FRAME_TRUNCATED' })
    expect(await iteration.next()).toEqual({ done: true, value: undefined })
  })

  it('may be any value, even null', async () => {
    const { items } = await collect(frames([Buffer.from('null\n{"a":1}\n')], jsonLines()))
    expect(items).toEqual([null, { a: 1 }])
  })

  it('are given to overlapping calls of next in order', async () => {
    const bytes = encoded(20)
    const source = stalling()
    const iteration = frames(source, codec)
    const asked = Array.from({ length: 22 }, () => iteration.next())
    for (let at = 0; at < bytes.length; at += 3) {
      source.write(bytes.subarray(at, at + 3))
      await new Promise(setImmediate)
    }
    source.end()
    const answers = await Promise.all(asked)
    expect(answers.map((answer) => answer.value)).toEqual([...messages(20), undefined, undefined])
    expect(answers.map((answer) => answer.done === true)).toEqual(Array.from({ length: 22 }, (_, index) => index >= 20))
  })

  it('left while a call of next waits end for that call, and the source is destroyed', async () => {
    const source = stalling(cut)
    const iteration = frames(source, codec)
    const waiting = [iteration.next(), iteration.next()]
    await pause(5)
    expect(await iteration.return()).toEqual({ done: true, value: undefined })
    expect(await Promise.all(waiting)).toEqual([
      { done: true, value: undefined },
      { done: true, value: undefined },
    ])
    expect(source.destroyed).toBe(true)
  })

  it('left while a call waits do not wait for an async iterable that never answers', async () => {
    const never = { [Symbol.asyncIterator]: () => ({ next: () => new Promise<never>(() => {}) }) }
    const iteration = frames(never, codec)
    const waiting = iteration.next()
    await iteration.return()
    expect(await waiting).toEqual({ done: true, value: undefined })
  })

  it('into which an error is thrown reject with it, and end the source', async () => {
    const source = stalling(encoded(2))
    const iteration = frames(source, codec)
    await iteration.next()
    const error = new Error('no more')
    await expect(iteration.throw(error)).rejects.toBe(error)
    expect(source.destroyed).toBe(true)
    expect(await iteration.next()).toEqual({ done: true, value: undefined })
  })

  it('left early destroy the source', async () => {
    const { client, server } = await connection()
    client.write(encoded(3))
    for await (const _frame of frames(server, codec)) break
    expect(server.destroyed).toBe(true)
  })

  it('left early survive a late error', async () => {
    const source = stalling(encoded(3))
    for await (const _frame of frames(source, codec)) {
      source.destroy(new Error('late'))
      break
    }
    await pause(1)
    expect([source.closed, listenersOf(source)]).toEqual([true, listenersOf(new PassThrough().destroy())])
  })

  it('end with an AbortError, the reason as its cause, when the signal aborts', async () => {
    const { client, server } = await connection()
    const controller = new AbortController()
    client.write(encoded(2))
    const received: unknown[] = []
    const reason = new Error('enough')
    const work = (async () => {
      for await (const frame of frames(server, codec, { signal: controller.signal })) {
        if (received.push(frame) === 2) setImmediate(() => controller.abort(reason))
      }
    })()
    await expect(work).rejects.toMatchObject({ name: 'AbortError', code: 'ABORT_ERR', cause: reason })
    expect(received).toHaveLength(2)
    expect(server.destroyed).toBe(true)
  })

  it('end with an AbortError at once if the signal has aborted before, even between two calls', async () => {
    const source = stalling(encoded(5))
    const controller = new AbortController()
    const iteration = frames(source, codec, { signal: controller.signal })
    await iteration.next()
    controller.abort()
    expect(source.destroyed).toBe(true)
    await expect(iteration.next()).rejects.toMatchObject({ name: 'AbortError' })
    const late = await collect(frames(stalling(encoded(1)), codec, { signal: AbortSignal.abort() }))
    expect(late).toMatchObject({ items: [], error: { name: 'AbortError' } })
  })

  it('end with ERR_FRAME_TIMEOUT when a started frame is not completed, and never between frames', async () => {
    const { client, server } = await connection()
    client.write(encoded(2))
    const received: unknown[] = []
    const work = (async () => {
      for await (const frame of frames(server, codec, { frameTimeout: 20 })) {
        received.push(frame)
        if (received.length === 2) setTimeout(() => client.write(Buffer.concat([encoded(1), cut])), 60)
      }
    })()
    await expect(work).rejects.toMatchObject({
      code: 'ERR_FRAME_TIMEOUT',
      offset: encoded(2).length + encoded(1).length,
    })
    expect(received).toHaveLength(3)
    expect(server.destroyed).toBe(true)
  })

  it('end with ERR_FRAME_TIMEOUT even if the peer keeps sending single bytes of the frame', async () => {
    const { client, server } = await connection()
    client.setNoDelay(true)
    client.write(codec.encode(Buffer.alloc(60_000)).subarray(0, 2))
    const dripping = setInterval(() => client.write('x'), 5)
    try {
      const { error } = await collect(frames(server, codec, { frameTimeout: 60 }))
      expect(error).toMatchObject({ code: 'ERR_FRAME_TIMEOUT', offset: 0 })
    } finally {
      clearInterval(dripping)
    }
  })

  it('do not time out for bytes that had arrived while the program was busy', async () => {
    const { client, server } = await connection()
    const bytes = encoded(4).subarray(-5)
    const iteration = frames(server, codec, { frameTimeout: 20 })
    client.write(bytes.subarray(0, 1))
    const waiting = iteration.next()
    await pause(5)
    client.write(bytes.subarray(1))
    for (const until = performance.now() + 60; performance.now() < until;);
    expect((await waiting).value).toEqual(message(3))
    await iteration.return()
  })

  it('of a chunk are decoded as they are requested', async () => {
    const skipped: number[] = []
    const skipping = lengthField({ lengthFieldLength: 1, maxFrameLength: 3, oversize: 'skip' })
    const iteration = frames([Buffer.from([1, 5, 4, 0, 0, 0, 0, 1, 6])], skipping, {
      onSkip: ({ offset }) => skipped.push(offset),
    })
    expect((await iteration.next()).value).toEqual(Buffer.from([5]))
    expect(skipped).toEqual([])
    expect((await iteration.next()).value).toEqual(Buffer.from([6]))
    expect(skipped).toEqual([2])
  })

  it('own their bytes with copy: true', async () => {
    const chunk = encoded(4)
    const [views, copies] = [frames([chunk], codec), frames([chunk], codec, { copy: true })]
    const [view, copy] = [await collect(views), await collect(copies)]
    expect(view.items[3]?.buffer).toBe(chunk.buffer)
    expect(copy.items[3]?.buffer).not.toBe(chunk.buffer)
    expect(copy.items).toEqual(view.items)
  })

  it('at the end also end the writable side of a half-open socket, after the bytes written to it', async () => {
    const { client, server } = await connection(true)
    client.end(encoded(2))
    for await (const frame of frames(server, codec)) server.write(codec.encode(frame))
    expect((await collect(frames(client, codec))).items).toHaveLength(2)
    expect([client.writableEnded, server.writableEnded]).toEqual([true, true])
  })

  it.each([
    ['a source that gives no chunks', () => frames(5 as never, codec), TypeError, /source/],
    ['a chunk for a source', () => frames(Buffer.alloc(3) as never, codec), TypeError, /source/],
    ['no codec', () => frames([], {} as never), TypeError, /codec/],
    ['a wrong frameTimeout', () => frames([], codec, { frameTimeout: 0 }), RangeError, /frameTimeout .* received 0/],
    ['a wrong signal', () => frames([], codec, { signal: 1 as never }), TypeError, /signal/],
    ['a wrong onSkip', () => frames([], codec, { onSkip: 1 as never }), TypeError, /onSkip/],
    ['a wrong copy', () => frames([], codec, { copy: 1 as never }), TypeError, /copy/],
    ['a wrong destroyOnReturn', () => frames([], codec, { destroyOnReturn: 1 as never }), TypeError, /destroyOnReturn/],
    [
      'destroyOnReturn: false for a source that takes nothing back',
      () => frames([], codec, { destroyOnReturn: false }),
      TypeError,
      /destroyOnReturn/,
    ],
  ])('%s is misuse, thrown at the call', (_what, call, kind, text) => {
    expect(call).toThrow(kind)
    expect(call).toThrow(text)
  })

  it('refuse chunks that are not bytes', async () => {
    const { error } = await collect(frames(Readable.from(['text']), codec))
    expect(error).toBeInstanceOf(TypeError)
  })
})
