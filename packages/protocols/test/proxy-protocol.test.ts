import fc from 'fast-check'
import { expect, it } from 'vitest'
import { proxyProtocol, type ProxyHeader } from '../src/proxy-protocol.ts'
import { ascii, byte, bytesOf, payloads, record, testPreset, uint16, outcomeOfAnyCut, withCode } from './preset.ts'

const ipv4 = record({ address: fc.constantFrom('192.0.2.1', '0.0.0.0', '255.255.255.255'), port: uint16 })
const ipv6 = record({
  address: fc.constantFrom('2001:db8::1', '::', '::ffff:192.0.2.1', '1:2:3:4:5:6:7:8'),
  port: uint16,
})
const addressesOf4 = fc.uint8Array({ minLength: 12, maxLength: 16 })

testPreset<ProxyHeader>('proxyProtocol', proxyProtocol, {
  frame: fc.oneof(
    record({
      version: fc.constant(1 as const),
      family: fc.constant('TCP4' as const),
      source: ipv4,
      destination: ipv4,
    }),
    record({
      version: fc.constant(1 as const),
      family: fc.constant('TCP6' as const),
      source: ipv6,
      destination: ipv6,
    }),
    record({ version: fc.constant(2 as const), command: fc.constant(0), family: byte, payload: payloads }),
    record({
      version: fc.constant(2 as const),
      command: fc.constant(1),
      family: fc.constantFrom(0, 0x11, 0x12),
      payload: addressesOf4,
    }),
  ),
  frameOf: (payload) => ({ version: 2, command: 1, family: 0, payload }),
  examples: [
    {
      title: 'a line of version 1',
      bytes: ascii('PROXY TCP4 192.0.2.1 198.51.100.1 56324 443\r\n'),
      frames: [
        {
          version: 1,
          family: 'TCP4',
          source: { address: '192.0.2.1', port: 56324 },
          destination: { address: '198.51.100.1', port: 443 },
        },
      ],
    },
    {
      title: 'UNKNOWN, with whatever follows it',
      bytes: ascii('PROXY UNKNOWN ffff::1 ffff::2 65535 65535\r\n'),
      frames: [{ version: 1, family: 'UNKNOWN', source: undefined, destination: undefined }],
      isRead: true,
    },
    {
      title: 'a header of version 2, TCP over IPv4',
      bytes: bytesOf('0d 0a 0d 0a 00 0d 0a 51 55 49 54 0a 21 11 00 0c c0 00 02 01 c6 33 64 01 dc 04 01 bb'),
      frames: [{ version: 2, command: 1, family: 0x11, payload: bytesOf('c0 00 02 01 c6 33 64 01 dc 04 01 bb') }],
    },
  ],
  refused: [
    { title: 'HTTP', bytes: ascii('GET / HTTP/1.1\r\n'), code: 'ERR_FRAME_CORRUPT' },
    { title: 'another family', bytes: ascii('PROXY UDP4 1.1.1.1 1.1.1.1 1 1\r\n'), code: 'ERR_FRAME_CORRUPT' },
    { title: 'addresses that are none', bytes: ascii('PROXY TCP4 a b 1 1\r\n'), code: 'ERR_FRAME_CORRUPT' },
    { title: 'IPv6 under TCP4', bytes: ascii('PROXY TCP4 ::1 ::1 1 1\r\n'), code: 'ERR_FRAME_CORRUPT' },
    { title: 'IPv4 under TCP6', bytes: ascii('PROXY TCP6 1.1.1.1 1.1.1.1 1 1\r\n'), code: 'ERR_FRAME_CORRUPT' },
    { title: 'an octet of 256', bytes: ascii('PROXY TCP4 256.1.1.1 1.1.1.1 1 1\r\n'), code: 'ERR_FRAME_CORRUPT' },
    { title: 'two times ::', bytes: ascii('PROXY TCP6 1::2::3 ::1 1 1\r\n'), code: 'ERR_FRAME_CORRUPT' },
    { title: 'nine groups', bytes: ascii('PROXY TCP6 1:2:3:4:5:6:7:8:9 ::1 1 1\r\n'), code: 'ERR_FRAME_CORRUPT' },
    { title: 'two spaces', bytes: ascii('PROXY TCP4  1.1.1.1 1.1.1.1 1 1\r\n'), code: 'ERR_FRAME_CORRUPT' },
    { title: 'a port of 65536', bytes: ascii('PROXY TCP4 1.1.1.1 1.1.1.1 1 65536\r\n'), code: 'ERR_FRAME_CORRUPT' },
    { title: 'a line of more than 107 bytes', bytes: ascii(`PROXY ${'a'.repeat(102)}`), code: 'ERR_FRAME_CORRUPT' },
    {
      title: 'an unknown address family',
      bytes: bytesOf('0d 0a 0d 0a 00 0d 0a 51 55 49 54 0a 21 41 00 00'),
      code: 'ERR_FRAME_CORRUPT',
    },
    {
      title: 'an unknown transport',
      bytes: bytesOf('0d 0a 0d 0a 00 0d 0a 51 55 49 54 0a 21 13 00 0c'),
      code: 'ERR_FRAME_CORRUPT',
    },
    {
      title: 'a length below that of the addresses',
      bytes: bytesOf('0d 0a 0d 0a 00 0d 0a 51 55 49 54 0a 21 21 00 0c'),
      code: 'ERR_FRAME_LENGTH_INVALID',
    },
    { title: 'version 3', bytes: bytesOf('0d 0a 0d 0a 00 0d 0a 51 55 49 54 0a 31'), code: 'ERR_FRAME_CORRUPT' },
  ],
  unencodable: [
    {
      title: 'addresses of an unknown family',
      frame: { version: 1, family: 'UNKNOWN', source: { address: '::1', port: 1 }, destination: undefined } as never,
    },
    {
      title: 'an address of another family',
      frame: {
        version: 1,
        family: 'TCP4',
        source: { address: '::1', port: 1 },
        destination: { address: '1.1.1.1', port: 1 },
      },
    },
    { title: 'version 3', frame: { version: 3, command: 1, family: 0, payload: new Uint8Array(0) } as never },
    { title: 'missing addresses', frame: { version: 2, command: 1, family: 0x11, payload: new Uint8Array(11) } },
    { title: 'an unknown family', frame: { version: 2, command: 1, family: 0x41, payload: new Uint8Array(0) } },
  ],
})

it('leaves the bytes after the header to the next protocol', () => {
  const decoder = proxyProtocol().decoder()
  const { value } = decoder.decode(ascii('PROXY UNKNOWN\r\nGET /')).next()
  expect(value).toMatchObject({ family: 'UNKNOWN' })
  expect(decoder.takeRemaining()).toEqual(ascii('GET /'))
})

it.each(['PROXY TCP4 1.1.1.1 2.2.2.2 0 65535', 'PROXY TCP6 ::1 ABCD::f 1 10', 'PROXY UNKNOWN'])(
  'reads and writes %j',
  (line) => {
    const bytes = ascii(`${line}\r\n`)
    const { frames } = outcomeOfAnyCut(proxyProtocol(), bytes)
    expect(frames).toHaveLength(1)
    expect(proxyProtocol().encode(frames[0] as ProxyHeader)).toEqual(bytes)
  },
)

it.each([
  'PROXY',
  'PROXY TCP5 1.1.1.1 2.2.2.2 1 2',
  'PROXY TCP4 1.1.1.1 2.2.2.2 1',
  'PROXY TCP4 1.1.1.1 2.2.2.2 1 2 3',
  'PROXY TCP4 1.1.1.1 2.2.2.2 01 2',
  'PROXY TCP4 1.1.1.1 2.2.2.2 1 02',
  'PROXY TCP4 1.1.1.1 2.2.2.2 65536 2',
  'PROXY TCP4 1.1.1.1 2.2.2.2 1 65536',
  'PROXY TCP4 1.1.1.1 2.2.2.2 123456 2',
  'PROXY TCP4 1.1.1.1 2.2.2.2 x1 2',
  'PROXY TCP4 1.1.1.1 2.2.2.2 1x 2',
  'PROXX TCP4 1.1.1.1 2.2.2.2 1 2',
])('refuses %j', (line) => {
  expect(outcomeOfAnyCut(proxyProtocol(), ascii(`${line}\r\n`))).toMatchObject({
    frames: [],
    error: { code: 'ERR_FRAME_CORRUPT', offset: 0 },
  })
})

it.each(['PROXY UNKNOWN\n', 'PROXY TCP4 1.1.1.1 2.2.2.2 1 2\n'])('refuses LF alone: %j', (text) => {
  expect(outcomeOfAnyCut(proxyProtocol(), ascii(text))).toMatchObject({
    error: { code: 'ERR_FRAME_CORRUPT', offset: 0 },
  })
})

it('has lines of up to 107 bytes', () => {
  const line = `PROXY UNKNOWN ${'a'.repeat(91)}\r\n`
  expect([...proxyProtocol().decoder().decode(ascii(line))]).toHaveLength(1)
  expect([
    ...proxyProtocol()
      .decoder()
      .decode(ascii(line.slice(0, 106))),
  ]).toEqual([])
  const long = line.replace('\r\n', 'a\r\n')
  expect(() => [
    ...proxyProtocol()
      .decoder()
      .decode(ascii(long.slice(0, 107))),
  ]).toThrow(withCode('ERR_FRAME_CORRUPT'))
})

it('checks each byte of the signature and command of version 2 as it comes', () => {
  const header = bytesOf('0d 0a 0d 0a 00 0d 0a 51 55 49 54 0a 20 00 00 01 07')
  expect(outcomeOfAnyCut(proxyProtocol(), header).frames).toEqual([
    { version: 2, command: 0, family: 0, payload: bytesOf('07') },
  ])
  for (let at = 1; at <= 12; at++) {
    const decoder = proxyProtocol().decoder()
    expect([...decoder.decode(header.subarray(0, at))]).toEqual([])
    expect(() => [...decoder.decode(bytesOf('22'))]).toThrow(withCode('ERR_FRAME_CORRUPT'))
  }
})

const local = { address: '::1', port: 1 }

it.each([
  { version: 1, family: 'UNKNOWN', source: undefined, destination: local },
  { version: 1, family: 'TCP4', source: undefined, destination: local },
  { version: 1, family: 'TCP4', source: local, destination: undefined },
  { version: 1, family: 'TCP5', source: local, destination: local },
  { version: 1, family: 'TCP6', source: { address: '', port: 1 }, destination: local },
  { version: 1, family: 'TCP6', source: local, destination: { address: '::g', port: 1 } },
  { version: 1, family: 'TCP6', source: { address: '1'.repeat(46), port: 1 }, destination: local },
  { version: 1, family: 'TCP6', source: { address: '::1', port: 65_536 }, destination: local },
  { version: 1, family: 'TCP6', source: local, destination: { address: '::1', port: 0.5 } },
  { version: 2, command: 2, family: 0, payload: bytesOf('') },
  { version: 2, command: -1, family: 0, payload: bytesOf('') },
  { version: 2, command: 0, family: 256, payload: bytesOf('') },
])('does not write %j', (header) => {
  expect(() => proxyProtocol().encode(header as ProxyHeader)).toThrow(withCode('ERR_FRAME_NOT_ENCODABLE'))
})
