// Compares presets whose frames have no length with naive oracles, and checks that the comparison finds planted faults.

import { mapCodec, type FrameCodec } from '@unstick/core'
import { codecLaws, oracles, testLaws, type Law, type Outcome } from '@unstick/testing'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { mavlink, modbusRtu, pop3, type MavlinkMessage, type Pop3Response } from '../src/index.ts'
import { ascii, bytesOf, joined } from './preset.ts'

interface Subject {
  name: string
  codec: FrameCodec<unknown>
  oracle: (stream: Uint8Array) => Outcome
  /** Pieces that streams are made of. */
  pieces: Uint8Array[]
}

/** The law that uses the oracle. Each preset's own test checks the others. */
function rulesOf({ name, codec, oracle, pieces }: Subject): Law[] {
  const piece = fc.oneof(
    { weight: 8, arbitrary: fc.constantFrom(...pieces) },
    { weight: 1, arbitrary: fc.uint8Array({ minLength: 1, maxLength: 2 }) },
  )
  const damaged = fc.tuple(fc.constantFrom(...pieces), fc.nat(30), fc.nat(255)).map(([bytes, at, byte]) => {
    return at < bytes.length ? bytes.with(at, byte) : bytes
  })
  const stream = fc
    .array(fc.oneof({ weight: 5, arbitrary: piece }, { weight: 1, arbitrary: damaged }), { maxLength: 8 })
    .map(joined)
  return codecLaws(codec, { name, oracle, stream, scan: 'slices' }).filter((law) => law.name === RULES)
}

const RULES = 'the rules'

const RESPONSES = [
  '+OK\r\n',
  '+OK 2 messages\r\n',
  '-ERR\r\n',
  '-ERR no\r\n',
  '+ \r\n',
  '+\r\n',
  '+OK a\n',
  '+OKAY',
  'a\r\n',
  '.\r\n',
  '..\r\n',
  '..b\r\n',
  '\r\n',
  '\r',
  '\n',
  '.',
  'a\r\n.\r\n',
  'Subject: b\r\n\r\n.\r\n',
].map(ascii)
const COMMANDS = ['USER a\r\n', 'retr 1\r\n', 'QUIT\r\n', '\r\n', 'A  b \r\n', 'NOOP\n', 'c', ' ', '\r', '\n'].map(
  ascii,
)

const HEARTBEAT_1 = bytesOf('fe 09 07 01 01 00 04 03 02 01 02 03 51 04 03 db 5f')
const HEARTBEAT_2 = bytesOf('fd 09 00 00 07 01 01 00 00 00 04 03 02 01 02 03 51 04 03 85 5e')
/** With the CRC extra 53. */
const UNKNOWN_SIGNED = joined([bytesOf('fd 00 01 00 07 01 01 01 00 00 98 63'), new Uint8Array(13).fill(0xfe)])
/** With a CRC extra other than HEARTBEAT's. */
const ALMOST_HEARTBEAT = HEARTBEAT_1.with(15, 0x52).with(16, 0x4e)
const MESSAGES = [
  HEARTBEAT_1,
  HEARTBEAT_2,
  ALMOST_HEARTBEAT,
  UNKNOWN_SIGNED,
  bytesOf('fe 02'),
  bytesOf('fd 00 02'),
  bytesOf('00'),
]

const REQUESTS = [
  bytesOf('11 03 00 6b 00 03 76 87'),
  bytesOf('01 10 00 01 00 02 04 00 0a 01 02 92 30'),
  bytesOf('01 07 41 e2'),
  bytesOf('11 03'),
  bytesOf('01 10 00 01 00 02 04'),
  bytesOf('01 2b 0e'),
  bytesOf('41'),
]
const ANSWERS = [
  bytesOf('11 03 06 ae 41 56 52 43 40 49 ad'),
  bytesOf('0a 81 02 b0 53'),
  bytesOf('01 41 07 08 52 3a'),
  bytesOf('01 2b 0e 01 01 00 00 01 00 01'),
  bytesOf('01 18 00 02'),
  bytesOf('11 03'),
  bytesOf('41'),
]

const crcExtras = { 0: 50 }
const payloadLengths = { 65: 2 }

const subjects: Subject[] = [
  ...[{}, { expect: 'body' as const }, { expect: 'status' as const }, { maxFrameLength: 9 }].map((options) => ({
    name: `pop3 from the server, ${JSON.stringify(options)}`,
    codec: pop3({ from: 'server', ...options }),
    oracle: oracles.pop3({ from: 'server', ...options }),
    pieces: RESPONSES,
  })),
  ...[{}, { maxFrameLength: 8 }].map((options) => ({
    name: `pop3 from the client, ${JSON.stringify(options)}`,
    codec: pop3({ from: 'client', ...options }),
    oracle: oracles.pop3({ from: 'client', ...options }),
    pieces: COMMANDS,
  })),
  ...[{}, { crcExtras }, { crcExtras, corrupt: 'error' as const }].map((options) => ({
    name: `mavlink(${JSON.stringify(options)})`,
    codec: mavlink(options),
    oracle: oracles.mavlink(options),
    pieces: MESSAGES,
  })),
  ...[
    { from: 'client' as const },
    { from: 'server' as const, payloadLengths },
    { from: 'server' as const, payloadLengths, corrupt: 'error' as const },
  ].map((options) => ({
    name: `modbusRtu(${JSON.stringify(options)})`,
    codec: modbusRtu(options),
    oracle: oracles.modbusRtu(options),
    pieces: options.from === 'client' ? REQUESTS : ANSWERS,
  })),
]

describe.each(subjects)('$name', (subject) => {
  testLaws(rulesOf(subject), it)
})

const responses = (codec: FrameCodec<Pop3Response>): Omit<Subject, 'name'> => ({
  codec,
  oracle: oracles.pop3({ from: 'server' }),
  pieces: RESPONSES,
})
const messages = (codec: FrameCodec<MavlinkMessage>): Omit<Subject, 'name'> => ({
  codec,
  oracle: oracles.mavlink({ crcExtras }),
  pieces: MESSAGES,
})
const frames = (codec: FrameCodec<unknown>, from: 'client' | 'server'): Omit<Subject, 'name'> => ({
  codec,
  oracle: oracles.modbusRtu(from === 'client' ? { from } : { from, payloadLengths }),
  pieces: from === 'client' ? REQUESTS : ANSWERS,
})

const faults: Subject[] = [
  {
    name: 'a body keeps the dots that were stuffed',
    ...responses(
      mapCodec(pop3({ from: 'server' }), {
        decode: (frame) => (frame.type === 'body' ? { ...frame, body: stuffedAgain(frame.body) } : frame),
      }),
    ),
  },
  {
    name: 'a status line begins a body',
    ...responses(pop3({ from: 'server', expect: 'body' })),
  },
  { name: 'no body is taken', ...responses(pop3({ from: 'server', expect: 'status' })) },
  {
    name: 'the text of a status line keeps its space',
    ...responses(
      mapCodec(pop3({ from: 'server' }), {
        decode: (frame) =>
          frame.type === 'status' && frame.text !== '' ? { ...frame, text: ` ${frame.text}` } : frame,
      }),
    ),
  },
  {
    name: 'the limit is one byte too high',
    codec: pop3({ from: 'server', maxFrameLength: 10 }),
    oracle: oracles.pop3({ from: 'server', maxFrameLength: 9 }),
    pieces: RESPONSES,
  },
  { name: 'the extra of a known message is not checked', ...messages(mapCodec(mavlink(), { decode: withoutExtra })) },
  { name: 'the extra of a known message is another one', ...messages(mavlink({ crcExtras: { 0: 51 } })) },
  { name: 'damage ends the stream of messages', ...messages(mavlink({ crcExtras, corrupt: 'error' })) },
  {
    name: 'a signature is dropped',
    ...messages(mapCodec(mavlink({ crcExtras }), { decode: (message) => ({ ...message, signature: undefined }) })),
  },
  { name: 'responses are read as requests', ...frames(modbusRtu({ from: 'client' }), 'server') },
  { name: 'functions of the caller are not known', ...frames(modbusRtu({ from: 'server' }), 'server') },
  {
    name: 'a function has a fixed length where it counts',
    ...frames(modbusRtu({ from: 'client', payloadLengths: { 16: 5 } }), 'client'),
  },
  {
    name: 'frames keep their checksum',
    ...frames(
      mapCodec(modbusRtu({ from: 'client' }), {
        decode: (frame) => ({ ...frame, payload: joined([frame.payload, new Uint8Array(2)]) }),
      }),
      'client',
    ),
  },
]

describe('finds the planted fault:', () => {
  const given = fc.readConfigureGlobal()
  // No need to shrink the counter-example.
  beforeAll(() => fc.configureGlobal({ ...given, endOnFailure: true }))
  afterAll(() => fc.configureGlobal(given))

  it.each(faults)('$name', async (fault) => {
    const [rules] = rulesOf(fault)
    await expect(rules!.run({ seed: 1, numRuns: 100 })).rejects.toThrow(RULES)
  })
})

function stuffedAgain(body: Uint8Array): Uint8Array {
  return ascii(Buffer.from(body).toString('latin1').replace(/^\./gm, '..'))
}

function withoutExtra(message: MavlinkMessage): MavlinkMessage {
  return message.messageId === 0 ? { ...message, crcExtra: undefined } : message
}
