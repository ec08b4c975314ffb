import { describe, expect, it } from 'vitest'
import { codecFor, explainingCodecFor, type Choice } from '../../playground/codec-choice.ts'
import { chunksOf, withCuts } from '../../playground/cutting.ts'
import { explainFrame } from '../../playground/explain.ts'
import { bytesOfHex } from '../../playground/hex.ts'
import { readInput } from '../../playground/input.ts'
import { payloadsOf, piecesOf, traceOf } from '../../playground/trace.ts'

const hex = (digits: string): Uint8Array<ArrayBuffer> => bytesOfHex(digits.replaceAll(' ', ''))

describe('the steps of a trace', () => {
  it('show arriving chunks, frames given out, and the bytes in the accumulator', async () => {
    const { bytes, cuts } = readInput('00 02 68 69 00 | 03 61 62 63', 'hex')
    const trace = traceOf(await codecFor({ lengthField: '2' }), chunksOf({ bytes, cuts }))
    expect(trace.steps).toEqual([
      { kind: 'chunk', chunk: 0, received: 5, taken: 0 },
      { kind: 'frame', index: 0, chunk: 0, received: 5, taken: 4 },
      { kind: 'keep', chunk: 0, received: 5, taken: 4 },
      { kind: 'chunk', chunk: 1, received: 9, taken: 4 },
      { kind: 'frame', index: 1, chunk: 1, received: 9, taken: 9 },
      { kind: 'keep', chunk: 1, received: 9, taken: 9 },
      { kind: 'end', chunk: 1, received: 9, taken: 9 },
    ])
    expect(trace.frames.map(({ start, end, memory }) => [start, end, memory])).toEqual([
      [0, 4, 'view'],
      [4, 9, 'copy'],
    ])
  })

  it('show an error after the frames before it, at its offset', async () => {
    const codec = await codecFor({ lengthField: '2', maxFrameLength: '8' })
    const trace = traceOf(codec, [hex('0001 61 ffff 00')])
    expect(trace.error).toMatchObject({ code: 'ERR_FRAME_TOO_LONG', offset: 3 })
    expect(trace.steps.map(({ kind }) => kind)).toEqual(['chunk', 'frame', 'error'])
  })

  it('show gaps with their reason', async () => {
    const codec = await codecFor({ packet: 'aa55', size: '4' })
    const trace = traceOf(codec, [hex('00 01 aa55 0102')])
    expect(trace.gaps).toEqual([{ start: 0, end: 2, reason: 'garbage', message: undefined }])
    expect(trace.frames).toMatchObject([{ start: 2, end: 6 }])
  })

  it('distinguish values without bytes from frames of protocols with bytes', async () => {
    const lines = traceOf(await codecFor({ jsonLines: '' }), [new TextEncoder().encode('{"a":1}\n')])
    expect(lines.frames[0]!.memory).toBe('value')
    const postgres = await codecFor({ protocol: 'postgres', from: 'client' })
    const whole = traceOf(postgres, [hex('51 00000006 6100')])
    expect(whole.frames[0]!.memory).toBe('view')
    const cut = traceOf(postgres, [hex('51 000000'), hex('06 6100')])
    expect(cut.frames[0]!.memory).toBe('copy')
  })

  it('distinguish frames that were unescaped from copies of frames that were kept', async () => {
    const slip = await codecFor({ slip: '' })
    const memories = (...chunks: Uint8Array[]) => traceOf(slip, chunks).frames.map(({ memory }) => memory)
    expect(memories(hex('01 02 c0 01 db dc c0'))).toEqual(['new', 'new'])
    expect(memories(hex('01'), hex('02 c0'))).toEqual(['copy'])
    const lines = traceOf(await codecFor({ lines: '' }), [hex('61 0a 62')])
    expect(lines.frames.map(({ memory }) => memory)).toEqual(['view', 'copy'])
  })
})

describe('the payloads of frames', () => {
  const payloadsIn = async (choice: Choice, text: string) => {
    const codec = await codecFor(choice)
    const bytes = new TextEncoder().encode(text)
    const { frames } = traceOf(codec, [bytes])
    return payloadsOf(codec, bytes, frames).map((payload) => payload && text.slice(payload.start, payload.end))
  }

  it('lie where scan reports them', async () => {
    expect(await payloadsIn({ textLength: '', trailer: ',' }, '5:hello,0:,')).toEqual(['hello', ''])
  })

  it('belong to their frames, if a slice before them was no frame', async () => {
    expect(await payloadsIn({ jsonLines: '', corrupt: 'skip' }, '1\n{\n[2]\n')).toEqual(['1', '[2]'])
  })

  it('include that of a frame that only the end has completed', async () => {
    expect(await payloadsIn({ lines: '', atEnd: 'emit' }, 'a\n\nb')).toEqual(['a', '', 'b'])
  })
})

it('pieces of a range are split at chunk boundaries', () => {
  expect(piecesOf(2, 7, [1, 4, 6])).toEqual([
    { chunk: 1, start: 2, end: 4 },
    { chunk: 2, start: 4, end: 6 },
    { chunk: 3, start: 6, end: 7 },
  ])
})

describe('the bytes of a frame', () => {
  const explained = async (choice: Record<string, string>, bytes: Uint8Array<ArrayBuffer>, index = 0) => {
    const codec = await codecFor(choice)
    const { frames, error } = traceOf(codec, chunksOf(withCuts(bytes, [])))
    expect(error).toBeUndefined()
    const parts = explainFrame(codec, bytes, frames[index]!, payloadsOf(codec, bytes, frames)[index])
    expect(parts[0]!.start).toBe(frames[index]!.start)
    for (const [at, part] of parts.entries()) expect(part.end).toBe(parts[at + 1]?.start ?? frames[index]!.end)
    return parts.map(({ role, text }) => `${role}: ${text}`)
  }
  const payload = 'ab'.repeat(42)

  it('of a length field', async () => {
    expect(await explained({ lengthField: '4' }, hex(`0000002a ${payload}`))).toEqual([
      'length: 00 00 00 2a = 42, counts the payload: the frame ends at 46',
      'payload: payload, 42 bytes',
    ])
  })

  it('of a length field that counts the frame, after a type', async () => {
    const choice = { lengthField: '2', offset: '1', includes: 'frame', byteOrder: 'little' }
    expect(await explained(choice, hex(`07 2d00 ${payload}`))).toEqual([
      "header: 07: header, not needed to find the frame's end",
      'length: 2d 00 = 45, counts the whole frame: the frame ends at 45',
      'payload: payload, 42 bytes',
    ])
  })

  it('of a second frame, and of one without payload', async () => {
    expect(await explained({ lengthField: '2' }, hex('0001 61 0000'), 1)).toEqual([
      'length: 00 00 = 0, counts the payload: the frame ends at 5',
    ])
  })

  it('of varints', async () => {
    const long = 'cd'.repeat(300)
    expect(await explained({ varint: '' }, hex(`ac02 ${long}`))).toEqual([
      'length: ac 02 = 300, counts the payload: the frame ends at 302',
      'payload: payload, 300 bytes',
    ])
    expect(await explained({ varint: '', encoding: 'quic' }, hex(`412c ${long}`))).toEqual([
      'length: 41 2c = 300, counts the payload: the frame ends at 302',
      'payload: payload, 300 bytes',
    ])
    expect(await explained({ varint: '', encoding: 'vlq' }, hex(`822c ${long}`))).toEqual([
      'length: 82 2c = 300, counts the payload: the frame ends at 302',
      'payload: payload, 300 bytes',
    ])
  })

  it('of a length in digits', async () => {
    const bytes = new TextEncoder().encode('12:hello, world,')
    expect(await explained({ textLength: '', trailer: ',' }, bytes)).toEqual([
      'length: "12:" = 12, counts the payload: the frame ends at 16',
      'payload: payload, 12 bytes',
      'trailer: after the payload, not part of it',
    ])
  })

  it('of a line, and of a record', async () => {
    expect(await explained({ lines: '' }, new TextEncoder().encode('hello\r\n'))).toEqual([
      'payload: payload, 5 bytes; no header gives their number',
      'delimiter: 0d 0a ends the frame, at 7',
    ])
    expect(await explained({ fixedSize: '4' }, hex('01020304'))).toEqual([
      'payload: frames have a fixed size of 4 bytes, so this one ends at 4',
    ])
  })

  it('of a packet with sync bytes', async () => {
    const choice = { packet: 'aa55', lengthBytes: '1', offset: '2', corrupt: 'error' }
    const expected = [
      'mark: aa 55: checked, the decoder refuses any other value',
      'length: 03 = 3, counts the payload: the frame ends at 6',
      'payload: payload, 3 bytes',
    ]
    expect(await explained(choice, hex('aa55 03 010203'))).toEqual(expected)
    const codec = await explainingCodecFor({ ...choice, corrupt: 'resync' })
    const stream = hex('1337 aa55 03 010203')
    const parts = explainFrame(codec, stream, { start: 2, end: 8 }, { start: 2, end: 8 })
    expect(parts.map(({ role }) => role)).toEqual(['mark', 'length', 'payload'])
    expect(parts[1]!.text).toContain('the frame ends at 8')
  })

  it('of protocols, like those of any codec', async () => {
    expect(await explained({ protocol: 'postgres', from: 'client' }, hex('51 00000006 6100'))).toEqual([
      "header: 51: header, not needed to find the frame's end",
      'length: 00 00 00 06 = 6, counts itself and the bytes after it: the frame ends at 7',
      'payload: payload, 2 bytes',
    ])
    expect(await explained({ protocol: 'tpkt' }, hex('0300 0007 010203'))).toEqual([
      'mark: 03: checked, the decoder refuses any other value',
      "header: 00: header, not needed to find the frame's end",
      'length: 00 07 = 7, counts the whole frame: the frame ends at 7',
      'payload: payload, 3 bytes',
    ])
  })

  it('of content that escapes its end', async () => {
    expect(await explained({ slip: '' }, hex('c0 61 dbdc c0'))).toEqual([
      'delimiter: before the payload, not part of it',
      'payload: payload, 3 bytes; no header gives their number',
      'delimiter: c0 ends the frame, at 5',
    ])
  })
})
