import { PassThrough, Readable } from 'node:stream'
import { jsonLines, textLines } from '@unstick/delimiter'
import { lengthField } from '@unstick/length-field'
import fc from 'fast-check'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { reader } from '../src/index.ts'
import { collect, connection, listenersOf, turns } from './connection.ts'
import { fakeTimers, realTimers, timerCount } from './timers.ts'

afterEach(realTimers)

const frameOf = (text: string): Buffer => Buffer.from(lengthField({ lengthFieldLength: 1 }).encode(Buffer.from(text)))
const short = lengthField({ lengthFieldLength: 1, maxFrameLength: 20 })

/** The reason with which a promise is rejected. Handled at once, since it may be rejected before the test awaits it. */
async function failureOf(promise: Promise<unknown>): Promise<unknown> {
  try {
    await promise
  } catch (error) {
    return error
  }
  return undefined
}

/** A source of one-byte chunks. */
function* byteByByte(bytes: Buffer | string): Generator<Buffer> {
  for (const byte of Buffer.from(bytes)) yield Buffer.of(byte)
}

/** A Readable that gives `chunks` and ends. */
function ending(...chunks: (string | Buffer)[]): PassThrough {
  const source = new PassThrough()
  for (const chunk of chunks) source.write(chunk)
  return source.end()
}

describe('a reader', () => {
  it('answers requests for bytes, lines and frames in order, however the bytes are cut', async () => {
    const bytes = Buffer.concat([Buffer.from('HEADa line\r\n'), frameOf('one'), Buffer.from('skipped!{"a":1}\ntail')])
    await fc.assert(
      fc.asyncProperty(fc.array(fc.integer({ min: 0, max: bytes.length }), { maxLength: 8 }), async (cuts) => {
        const places = [0, ...cuts.toSorted((a, b) => a - b), bytes.length]
        const chunks = places.slice(1).map((end, index) => bytes.subarray(places[index], end))
        for (const source of [chunks, Readable.from(chunks, { objectMode: false })]) {
          const input = reader(source)
          expect(String(await input.peek(2))).toBe('HE')
          expect(String(await input.exactly(4))).toBe('HEAD')
          expect(String(await input.until('\r\n'))).toBe('a line')
          expect(input.offset).toBe(12)
          expect(String(await input.frame(short))).toBe('one')
          await input.skip(8)
          expect(await input.frame(jsonLines())).toEqual({ a: 1 })
          expect(String(await input.exactly(4))).toBe('tail')
          expect(input.offset).toBe(bytes.length)
          expect(input.stats.received).toMatchObject({ bytes: bytes.length })
        }
      }),
      { numRuns: 40 },
    )
  })

  it('answers concurrent requests one after another', async () => {
    const input = reader(byteByByte('abcdef'))
    const answers = await Promise.all([
      input.exactly(1),
      input.peek(1),
      input.exactly(2),
      input.skip(1),
      input.exactly(2),
    ])
    expect(answers.map((answer) => answer && String(answer))).toEqual(['a', 'b', 'bc', undefined, 'ef'])
  })

  it('answers requests for zero bytes at once', async () => {
    const source = new PassThrough()
    const input = reader(source)
    expect(await input.exactly(0)).toHaveLength(0)
    expect(await input.peek(0)).toHaveLength(0)
    await input.skip(0)
    expect(listenersOf(source)).toEqual(listenersOf(new PassThrough()))
  })

  it('loops over frames; a loop that is left leaves unread bytes to the next request', async () => {
    const input = reader([Buffer.concat([frameOf('a'), frameOf('b'), Buffer.from('x\n'), frameOf('c')])])
    for await (const frame of input.frames(short)) if (String(frame) === 'b') break
    expect(await input.frame(textLines())).toBe('x')
    expect((await collect(input.frames(short))).items.map(String)).toEqual(['c'])
  })

  it('refuses a request while one of its loops is open', async () => {
    const input = reader(byteByByte(Buffer.concat([frameOf('a'), frameOf('b')])))
    const loop = input.frames(short)
    await loop.next()
    await expect(input.exactly(1)).rejects.toThrow('must end, or be left, first')
    expect(() => input.frames(short)).toThrow(TypeError)
    await loop.return()
    expect(String(await input.frame(short))).toBe('b')
  })

  it('finds a delimiter that is cut in three, and nothing else', async () => {
    const input = reader(byteByByte('a-\r-\r\r\n.\r\n\r\n!'))
    expect(String(await input.until('\r\n\r\n'))).toBe('a-\r-\r\r\n.')
    expect(String(await input.until(Buffer.from('!')))).toBe('')
  })

  it('states what was expected and received at the end, and the offset', async () => {
    const input = reader(['abcd', 'ef'].map((text) => Buffer.from(text)))
    await input.exactly(3)
    await expect(input.exactly(10)).rejects.toMatchObject({
      code: 'ERR_FRAME_TRUNCATED',
      offset: 3,
      frameLength: 10,
      message: 'expected 10 bytes at offset 3, received 3 bytes and then the end',
    })
    await expect(reader([]).exactly(1)).rejects.toThrow(
      'expected 1 byte at offset 0, received 0 bytes and then the end',
    )
    await expect(reader([Buffer.from('ab')]).until('\n')).rejects.toThrow(
      'expected a delimiter within 65536 bytes at offset 0, received 2 bytes and then the end',
    )
    await expect(reader([Buffer.of(9, 1)]).frame(short)).rejects.toMatchObject({
      code: 'ERR_FRAME_TRUNCATED',
      frameLength: 10,
      message: 'expected a frame of lengthField at offset 0, received 2 bytes and then the end',
    })
    await expect(reader([Buffer.from('ab')]).skip(3)).rejects.toMatchObject({ code: 'ERR_FRAME_TRUNCATED', offset: 0 })
    await expect(reader([Buffer.from('ab')]).peek(3)).rejects.toMatchObject({ code: 'ERR_FRAME_TRUNCATED' })
  })

  it('refuses more than maxLength bytes before a delimiter as soon as they have arrived', async () => {
    const source = new PassThrough()
    const input = reader(source, { destroyOnError: false })
    source.write('abcd\r\nabcde\r')
    expect(String(await input.until('\r\n', { maxLength: 4 }))).toBe('abcd')
    await expect(input.until('\r\n', { maxLength: 4 })).rejects.toMatchObject({
      code: 'ERR_FRAME_TOO_LONG',
      offset: 6,
      maxFrameLength: 4,
    })
    expect(String(await input.exactly(6))).toBe('abcde\r')
  })

  it('counts the offset of an error in a frame from the beginning of the stream', async () => {
    const input = reader([Buffer.from('HEAD'), Buffer.of(1, 1, 99)])
    await input.exactly(4)
    const { items, error } = await collect(input.frames(short))
    expect(items).toHaveLength(1)
    expect(error).toMatchObject({ code: 'ERR_FRAME_TOO_LONG', offset: 6 })
  })

  it('skips far more than it keeps', async () => {
    const chunk = Buffer.alloc(1 << 20)
    let given = 0
    const source = (function* () {
      while (given < 512) {
        given++
        yield chunk
      }
      yield Buffer.from('end')
    })()
    const input = reader(source)
    await input.skip(512 << 20)
    expect(given).toBe(512)
    expect(String(await input.exactly(3))).toBe('end')
  })

  it('gives exactly the next byte back to the source, even if the source has ended meanwhile', async () => {
    const source = ending('hello\nworld')
    const input = reader(source)
    expect(String(await input.until('\n'))).toBe('hello')
    await turns(3)
    input.release()
    expect(listenersOf(source)).toEqual(listenersOf(new PassThrough()))
    expect((await collect(source)).items.map(String).join('')).toBe('world')
    await expect(input.exactly(1)).rejects.toThrow('released')
  })

  it('gives peeked bytes back', async () => {
    const source = ending('hello')
    const input = reader(source)
    await input.peek(5)
    input.release()
    expect((await collect(source)).items.map(String).join('')).toBe('hello')
  })

  it('rejects a waiting request if the source is given back, and loses none of its bytes', async () => {
    const source = new PassThrough()
    const input = reader(source)
    const waiting = input.exactly(5)
    source.write('abc')
    await turns(3)
    input.release()
    await expect(waiting).rejects.toThrow('released')
    expect(String(source.read())).toBe('abc')
  })

  it('gives every byte back that arrives after a waiting loop was left', async () => {
    const source = new PassThrough()
    const input = reader(source)
    const loop = input.frames(textLines())
    const waiting = loop.next()
    await turns(3)
    await loop.return()
    expect(await waiting).toEqual({ done: true, value: undefined })
    source.write('abc')
    await turns(3)
    input.release()
    expect(String(source.read())).toBe('abc')
  })

  it('gives other sources back only if nothing is unread or requested, and else continues', async () => {
    const asIs = <Chunks>(chunks: Chunks): Chunks => chunks
    const asStream = (chunks: AsyncIterable<Buffer>): ReadableStream<Buffer> => {
      return new ReadableStream({
        async start(controller) {
          for await (const chunk of chunks) controller.enqueue(chunk)
          controller.close()
        },
      })
    }
    for (const sourceOf of [asIs, asStream]) {
      let give = (_bytes: Buffer): void => {}
      const arriving = new Promise<Buffer>((resolve) => (give = resolve))
      async function* one(): AsyncGenerator<Buffer> {
        yield await arriving
      }
      const input = reader(sourceOf(one()))
      const waiting = input.exactly(3)
      await turns(3)
      expect(() => input.release()).toThrow('the source has been asked for its next bytes')
      give(Buffer.from('abc!'))
      expect(String(await waiting)).toBe('abc')
      expect(() => input.release()).toThrow('1 bytes of the source are unread')
      await expect(input.exactly(2)).rejects.toMatchObject({ code: 'ERR_FRAME_TRUNCATED' })
    }
  })

  it.each(['frames', 'batches', 'parts', 'bodies', 'exactly'] as const)(
    'that is aborted fails what is reading with an AbortError: %s',
    async (what) => {
      const source = new PassThrough()
      source.write(Buffer.concat([frameOf('ab'), frameOf('cdef').subarray(0, 3)]))
      const controller = new AbortController()
      const input = reader(source, { signal: controller.signal })
      const read = async (): Promise<void> => {
        if (what === 'exactly') await input.exactly(20)
        const loop = input.frames(short)
        if (what === 'frames') for await (const _frame of loop);
        if (what === 'batches') for await (const _batch of loop.batches());
        if (what === 'parts') for await (const _part of loop.parts());
        if (what === 'bodies') for await (const { body } of loop.parts()) await body.next().then(() => body.next())
      }
      const failing = failureOf(read())
      await turns(2)
      controller.abort('stop')
      expect(await failing).toMatchObject({ name: 'AbortError', cause: 'stop' })
      expect(source.destroyed).toBe(true)
    },
  )

  it.each([false, true])(
    'with exact: true gives all bytes that arrived before its source was destroyed (object mode: %s)',
    async (objectMode) => {
      const source = new PassThrough({ objectMode })
      source.write(Buffer.from('abc'))
      source.write(Buffer.from('def'))
      await turns(1)
      const input = reader(source, { exact: true })
      source.destroy()
      expect(String(await input.exactly(2))).toBe('ab')
      expect(String(await input.peek(3))).toBe('cde')
      expect(String(await input.exactly(4))).toBe('cdef')
      await expect(input.exactly(1)).rejects.toMatchObject({ code: 'ERR_STREAM_PREMATURE_CLOSE' })
    },
  )

  it('refuses to give an ended Readable in object mode back while bytes are unread', async () => {
    const source = Readable.from([Buffer.from('a'), Buffer.from('b')])
    const input = reader(source, { destroyOnError: false })
    await expect(input.exactly(3)).rejects.toMatchObject({ code: 'ERR_FRAME_TRUNCATED' })
    expect(() => input.release()).toThrow('2 bytes of the source are unread')
    expect(String(await input.exactly(2))).toBe('ab')
    input.release()
  })

  it('gives a Web stream back when nothing is unread', async () => {
    const web = new ReadableStream<Uint8Array>({
      pull(controller) {
        controller.enqueue(Buffer.from('ab'))
      },
    })
    const input = reader(web)
    await input.exactly(1)
    expect(() => input.release()).toThrow('1 bytes of the source are unread')
    await input.exactly(1)
    input.release()
    expect(web.locked).toBe(false)
  })

  it('with exact: true holds nothing between two requests', async () => {
    const source = new PassThrough()
    const input = reader(source, { exact: true })
    source.write('4321rest')
    expect(String(await input.exactly(2))).toBe('43')
    expect(listenersOf(source)).toEqual(listenersOf(new PassThrough()))
    expect(String(await input.peek(1))).toBe('2')
    expect(String(source.read(1))).toBe('2')
    expect(String(await input.until('1'))).toBe('')
    expect(String(source.read())).toBe('rest')
    const waiting = input.exactly(1)
    source.write('!')
    expect(String(await waiting)).toBe('!')
    source.end('end')
    await turns(3)
    expect(String(await input.exactly(3))).toBe('end')
    await expect(input.exactly(1)).rejects.toMatchObject({ code: 'ERR_FRAME_TRUNCATED' })
    expect(() => reader([], { exact: true })).toThrow('takes a Node Readable')
  })

  it('ends its source with an error; with destroyOnError: false the refused bytes stay unread', async () => {
    const { client, server } = await connection()
    client.end('abc')
    await expect(reader(server).exactly(4)).rejects.toMatchObject({ code: 'ERR_FRAME_TRUNCATED' })
    expect(server.destroyed).toBe(true)
    const kept = await connection(true)
    kept.client.end('abc')
    const input = reader(kept.server, { destroyOnError: false })
    await expect(input.exactly(4)).rejects.toMatchObject({ code: 'ERR_FRAME_TRUNCATED' })
    expect(String(await input.exactly(3))).toBe('abc')
    kept.server.end('too short\n')
    expect((await collect(kept.client)).items.map(String).join('')).toBe('too short\n')
  })

  it('ends the other side of a socket whose last byte was read by a loop', async () => {
    const { client, server } = await connection()
    client.end(frameOf('a'))
    expect((await collect(reader(server).frames(short))).items.map(String)).toEqual(['a'])
    expect((await collect(client)).error).toBeUndefined()
    expect(client.readableEnded).toBe(true)
  })

  it('can be cancelled while a request waits, or by disposing of it', async () => {
    const source = new PassThrough()
    const input = reader(source)
    const waiting = input.exactly(1)
    const failure = failureOf(waiting)
    await input.cancel()
    expect(await failure).toMatchObject({ code: 'ERR_STREAM_PREMATURE_CLOSE' })
    expect(source.destroyed).toBe(true)
    let isLeft = false
    const chunks = (function* () {
      try {
        yield Buffer.from('ab')
      } finally {
        isLeft = true
      }
    })()
    const disposed = reader(chunks)
    await disposed.exactly(1)
    await disposed[Symbol.asyncDispose]()
    expect(isLeft).toBe(true)
    await expect(disposed.exactly(1)).rejects.toMatchObject({ code: 'ERR_STREAM_PREMATURE_CLOSE' })
  })

  it.each(['before it asks', 'while it asks', 'between questions'])(
    'is aborted %s, and ends its source',
    async (when) => {
      const source = new PassThrough()
      const abort = new AbortController()
      const reason = new Error('enough')
      if (when === 'before it asks') abort.abort(reason)
      const input = reader(source, { signal: abort.signal })
      const failure = when === 'while it asks' ? failureOf(input.exactly(1)) : undefined
      await turns(2)
      abort.abort(reason)
      if (failure !== undefined) expect(await failure).toMatchObject({ code: 'ABORT_ERR', cause: reason })
      await expect(input.exactly(1)).rejects.toMatchObject({ code: 'ABORT_ERR', cause: reason })
      expect(source.destroyed).toBe(true)
    },
  )

  it('rejects a request whose bytes are late, by idleTimeout before the first one and frameTimeout after it', async () => {
    fakeTimers()
    const source = new PassThrough()
    const input = reader(source, { idleTimeout: 1000, frameTimeout: 500, destroyOnError: false })
    const none = failureOf(input.exactly(4))
    await vi.advanceTimersByTimeAsync(1010)
    expect(await none).toMatchObject({
      code: 'ERR_FRAME_TIMEOUT',
      message: 'expected 4 bytes at offset 0, received 0 bytes and no more in time',
    })
    source.write('abc')
    const some = failureOf(input.exactly(4))
    await turns(2)
    await vi.advanceTimersByTimeAsync(510)
    expect(await some).toMatchObject({
      code: 'ERR_FRAME_TIMEOUT',
      message: 'expected 4 bytes at offset 0, received 3 bytes and no more in time',
    })
    expect(timerCount()).toBe(0)
    source.write('d')
    expect(String(await input.exactly(4))).toBe('abcd')
  })

  it('accepts arrays of chunks, and passes on the error of its source', async () => {
    const broken = new Error('broken')
    const source = (async function* () {
      yield [Buffer.from('a'), Buffer.from('bc')]
      yield []
      yield [Buffer.from('d')]
      throw broken
    })()
    const input = reader(source)
    expect(String(await input.exactly(2))).toBe('ab')
    expect(String(await input.exactly(2))).toBe('cd')
    await expect(input.exactly(1)).rejects.toBe(broken)
  })

  it('refuses invalid arguments', async () => {
    const input = reader([])
    await expect(input.exactly(-1)).rejects.toThrow('length must be an integer of at least 0')
    await expect(input.until('')).rejects.toThrow('delimiter')
    await expect(input.until('a', { maxLength: 0 })).rejects.toThrow('maxLength')
    await expect(input.frame(undefined as never)).rejects.toThrow('codec must be a FrameCodec')
    expect(() => reader(7 as never)).toThrow(TypeError)
    expect(() => reader([], { exact: 1 as never })).toThrow('exact')
    await expect(reader(['text' as never]).exactly(1)).rejects.toThrow('chunks must be Uint8Arrays')
  })
})
