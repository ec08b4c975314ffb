// Headers of fixed layout: each field has bytes of its own, so that none can be taken for another.

import type { FrameCodec } from '@unstick/core'
import { describe, expect, it } from 'vitest'
import * as protocols from '../src/index.ts'
import { bytesOf, outcomeOfAnyCut, withCode } from './preset.ts'

type Make = (options?: object) => FrameCodec<unknown>
const makers = protocols as unknown as Record<string, Make>
const payload = bytesOf('f1 f2 f3 f4')

describe('each field is read and written at its place', () => {
  it.each<[name: string, options: object, bytes: string, frame: unknown]>([
    ['amqp091', {}, '01 02 03 00 00 00 04 f1 f2 f3 f4 ce', { type: 1, channel: 0x203, payload }],
    ['amqp091', {}, '"AMQP" f1 f2 f3 f4', { type: 65, channel: 0, payload }],
    [
      'amqp10',
      {},
      '00 00 00 10 03 05 06 07 08 09 0a 0b f1 f2 f3 f4',
      { type: 5, channel: 0x607, extended: bytesOf('08 09 0a 0b'), payload },
    ],
    ['amqp10', {}, '"AMQP" 03 01 02 04', { type: 'protocol', id: 3, version: [1, 2, 4] }],
    ['bgp', {}, `${'ff'.repeat(16)} 00 17 02 f1 f2 f3 f4`, { type: 2, payload }],
    [
      'bitcoin',
      { magic: 0x01020304 },
      '01 02 03 04 "version" 00 00 00 00 00 04 00 00 00 05 06 07 08 f1 f2 f3 f4',
      { command: 'version', checksum: 0x05060708, payload },
    ],
    [
      'bitcoin',
      {},
      'f9 be b4 d9 "abcdefghijkl" 04 00 00 00 05 06 07 08 f1 f2 f3 f4',
      { command: 'abcdefghijkl', checksum: 0x05060708, payload },
    ],
    [
      'cassandra',
      { from: 'client' },
      '03 02 04 05 06 00 00 00 04 f1 f2 f3 f4',
      { version: 3, flags: 2, stream: 0x405, opcode: 6, payload },
    ],
    [
      'cassandra',
      { from: 'server' },
      'ff 02 80 00 06 00 00 00 04 f1 f2 f3 f4',
      { version: 127, flags: 2, stream: -0x8000, opcode: 6, payload },
    ],
    [
      'diameter',
      {},
      '01 00 00 18 02 03 04 05 06 07 08 09 0a 0b 0c 0d 0e 0f 10 11 f1 f2 f3 f4',
      {
        flags: 2,
        command: 0x30405,
        applicationId: 0x06070809,
        hopByHopId: 0x0a0b0c0d,
        endToEndId: 0x0e0f1011,
        payload,
      },
    ],
    ['dicom', {}, '02 00 00 00 00 04 f1 f2 f3 f4', { type: 2, payload }],
    ['dockerStream', {}, '02 00 00 00 00 00 00 04 f1 f2 f3 f4', { type: 2, payload }],
    ['fastcgi', {}, '01 02 03 04 00 04 00 00 f1 f2 f3 f4', { type: 2, requestId: 0x304, payload }],
    ['grpc', {}, '01 00 00 00 04 f1 f2 f3 f4', { compressed: true, payload }],
    ['grpc', {}, '00 00 00 00 04 f1 f2 f3 f4', { compressed: false, payload }],
    ['grpcWeb', {}, '00 00 00 00 04 f1 f2 f3 f4', { type: 'message', compressed: false, payload }],
    ['grpcWeb', {}, '81 00 00 00 04 f1 f2 f3 f4', { type: 'trailers', compressed: true, payload }],
    ['iec104', {}, '68 08 02 03 04 05 f1 f2 f3 f4', { type: 'I', control: bytesOf('02 03 04 05'), payload }],
    ['iec104', {}, '68 04 01 03 04 05', { type: 'S', control: bytesOf('01 03 04 05'), payload: bytesOf('') }],
    ['iec104', {}, '68 04 03 03 04 05', { type: 'U', control: bytesOf('03 03 04 05'), payload: bytesOf('') }],
    [
      'kafka',
      { from: 'client' },
      '00 00 00 0c 01 02 03 04 05 06 07 08 f1 f2 f3 f4',
      { apiKey: 0x102, apiVersion: 0x304, correlationId: 0x05060708, payload },
    ],
    ['kafka', { from: 'server' }, '00 00 00 08 05 06 07 08 f1 f2 f3 f4', { correlationId: 0x05060708, payload }],
    ['ldap', {}, '30 04 f1 f2 f3 f4', bytesOf('30 04 f1 f2 f3 f4')],
    ['ldap', {}, '30 83 00 00 04 f1 f2 f3 f4', bytesOf('30 83 00 00 04 f1 f2 f3 f4')],
    [
      'memcachedBinary',
      { from: 'client' },
      '80 02 00 01 02 00 03 04 00 00 00 07 05 06 07 08 09 0a 0b 0c 0d 0e 0f 10 11 12 "k" f1 f2 f3 f4',
      {
        opcode: 2,
        dataType: 0,
        status: 0x304,
        opaque: 0x05060708,
        cas: bytesOf('09 0a 0b 0c 0d 0e 0f 10'),
        extras: bytesOf('11 12'),
        key: bytesOf('"k"'),
        value: payload,
      },
    ],
    ['modbusTcp', {}, '01 02 00 00 00 06 03 04 f1 f2 f3 f4', { transactionId: 0x102, unitId: 3, function: 4, payload }],
    [
      'mongodb',
      {},
      '14 00 00 00 01 02 03 04 05 06 07 08 09 0a 0b 0c f1 f2 f3 f4',
      { requestId: 0x04030201, responseTo: 0x08070605, opCode: 0x0c0b0a09, payload },
    ],
    ['opcua', {}, '"MSGC" 0c 00 00 00 f1 f2 f3 f4', { type: 'MSG', chunk: 'C', payload }],
    [
      'smpp',
      {},
      '00 00 00 14 01 02 03 04 05 06 07 08 09 0a 0b 0c f1 f2 f3 f4',
      { commandId: 0x01020304, status: 0x05060708, sequence: 0x090a0b0c, payload },
    ],
    [
      'tds',
      {},
      '01 02 00 0c 03 04 05 06 f1 f2 f3 f4',
      { type: 1, status: 2, spid: 0x304, packetId: 5, window: 6, payload },
    ],
    ['thrift', {}, '00 00 00 04 f1 f2 f3 f4', payload],
    ['tlsRecords', {}, '17 03 02 00 04 f1 f2 f3 f4', { type: 23, version: 0x302, payload }],
    ['tpkt', {}, '03 00 00 08 f1 f2 f3 f4', payload],
    ['zookeeper', {}, '00 00 00 04 f1 f2 f3 f4', payload],
  ])('%s %j: %s', (name, options, text, frame) => {
    const codec = makers[name]!(options)
    const bytes = bytesOf(text)
    expect(codec.encode(frame)).toEqual(bytes)
    expect(outcomeOfAnyCut(codec, new Uint8Array([...bytes, ...bytes])).frames).toEqual([frame, frame])
  })
})

describe('a header that no frame has is refused', () => {
  it.each<[name: string, options: object, bytes: string, code: string]>([
    ['amqp091', {}, '"AMQX"', 'ERR_FRAME_CORRUPT'],
    ['amqp091', {}, '01 00 00 00 00 00 00 cd', 'ERR_FRAME_CORRUPT'],
    ['amqp10', {}, '00 00 00 07 02 00 00 00', 'ERR_FRAME_LENGTH_INVALID'],
    ['amqp10', {}, '00 00 00 08 01 00 00 00', 'ERR_FRAME_CORRUPT'],
    ['amqp10', {}, '00 00 00 08 03 00 00 00', 'ERR_FRAME_CORRUPT'],
    ['bgp', {}, `${'ff'.repeat(15)} fe 00 13 04`, 'ERR_FRAME_CORRUPT'],
    ['bgp', {}, `fe ${'ff'.repeat(15)} 00 13 04`, 'ERR_FRAME_CORRUPT'],
    ['bgp', {}, `${'ff'.repeat(16)} 00 12 04`, 'ERR_FRAME_LENGTH_INVALID'],
    ['bitcoin', {}, `f9 be b4 d8 ${'00'.repeat(20)}`, 'ERR_FRAME_CORRUPT'],
    ['bitcoin', {}, `f9 be b4 d9 "a" 00 "b" ${'00'.repeat(17)}`, 'ERR_FRAME_CORRUPT'],
    ['bitcoin', {}, `f9 be b4 d9 7f ${'00'.repeat(19)}`, 'ERR_FRAME_CORRUPT'],
    ['cassandra', { from: 'client' }, '83 00 00 00 00 00 00 00 00', 'ERR_FRAME_CORRUPT'],
    ['cassandra', { from: 'server' }, '03 00 00 00 00 00 00 00 00', 'ERR_FRAME_CORRUPT'],
    ['cassandra', { from: 'server' }, '82 00 00 00 00 00 00 00 00', 'ERR_FRAME_CORRUPT'],
    ['diameter', {}, '02 00 00 14', 'ERR_FRAME_CORRUPT'],
    ['diameter', {}, '01 00 00 15', 'ERR_FRAME_LENGTH_INVALID'],
    ['diameter', {}, '01 00 00 10', 'ERR_FRAME_LENGTH_INVALID'],
    ['dnsTcp', {}, '00 0b', 'ERR_FRAME_LENGTH_INVALID'],
    ['dockerStream', {}, '01 00 00 01 00 00 00 00', 'ERR_FRAME_CORRUPT'],
    ['dockerStream', {}, '01 01 00 00 00 00 00 00', 'ERR_FRAME_CORRUPT'],
    ['fastcgi', {}, '00 01 00 01 00 00 00 00', 'ERR_FRAME_CORRUPT'],
    ['grpc', {}, '02 00 00 00 00', 'ERR_FRAME_CORRUPT'],
    ['grpcWeb', {}, '02 00 00 00 00', 'ERR_FRAME_CORRUPT'],
    ['grpcWeb', {}, '40 00 00 00 00', 'ERR_FRAME_CORRUPT'],
    ['iec104', {}, '68 05 00', 'ERR_FRAME_TRUNCATED'],
    ['iec104', {}, '68 03', 'ERR_FRAME_LENGTH_INVALID'],
    ['kafka', { from: 'client' }, '00 00 00 07', 'ERR_FRAME_LENGTH_INVALID'],
    ['kafka', { from: 'server' }, '80 00 00 00', 'ERR_FRAME_LENGTH_INVALID'],
    ['kafka', { from: 'server' }, '7f ff ff ff', 'ERR_FRAME_TOO_LONG'],
    ['ldap', {}, '31', 'ERR_FRAME_CORRUPT'],
    ['ldap', {}, '30 80', 'ERR_FRAME_LENGTH_INVALID'],
    ['ldap', {}, '30 85', 'ERR_FRAME_LENGTH_INVALID'],
    ['memcachedBinary', { from: 'client' }, `81 ${'00'.repeat(23)}`, 'ERR_FRAME_CORRUPT'],
    ['memcachedBinary', { from: 'server' }, `80 ${'00'.repeat(23)}`, 'ERR_FRAME_CORRUPT'],
    [
      'memcachedBinary',
      { from: 'server' },
      `81 00 00 01 01 00 00 00 00 00 00 01 ${'00'.repeat(12)}`,
      'ERR_FRAME_LENGTH_INVALID',
    ],
    ['modbusTcp', {}, '00 00 00 01 00 02', 'ERR_FRAME_CORRUPT'],
    ['modbusTcp', {}, '00 00 01 00 00 02', 'ERR_FRAME_CORRUPT'],
    ['modbusTcp', {}, '00 00 00 00 00 01', 'ERR_FRAME_LENGTH_INVALID'],
    ['mongodb', {}, `0f ${'00'.repeat(15)}`, 'ERR_FRAME_LENGTH_INVALID'],
    ['opcua', {}, '"MsGF" 08 00 00 00', 'ERR_FRAME_CORRUPT'],
    ['opcua', {}, '"MSGX" 08 00 00 00', 'ERR_FRAME_CORRUPT'],
    ['opcua', {}, '"MSGF" 07 00 00 00', 'ERR_FRAME_LENGTH_INVALID'],
    ['smpp', {}, '00 00 00 0f', 'ERR_FRAME_LENGTH_INVALID'],
    ['tds', {}, '01 00 00 07 00 00 00 00', 'ERR_FRAME_LENGTH_INVALID'],
    ['thrift', {}, '80 00 00 00', 'ERR_FRAME_LENGTH_INVALID'],
    ['thrift', {}, '7f ff ff ff', 'ERR_FRAME_TOO_LONG'],
    ['tlsRecords', {}, '17 02 00 00 00', 'ERR_FRAME_CORRUPT'],
    ['tpkt', {}, '04 00 00 07', 'ERR_FRAME_CORRUPT'],
    ['tpkt', {}, '03 00 00 06', 'ERR_FRAME_LENGTH_INVALID'],
    ['zookeeper', {}, '80 00 00 00', 'ERR_FRAME_LENGTH_INVALID'],
    ['zookeeper', {}, '7f ff ff ff', 'ERR_FRAME_TOO_LONG'],
  ])('%s %j: %s', (name, options, text, code) => {
    expect(outcomeOfAnyCut(makers[name]!(options), bytesOf(text))).toMatchObject({
      frames: [],
      error: { code, offset: 0 },
    })
  })
})

describe('a frame that no header can hold is not written', () => {
  const empty = bytesOf('')

  it.each<[name: string, options: object, what: string, frame: unknown]>([
    ['amqp091', {}, 'channel 65,536', { type: 1, channel: 65_536, payload: empty }],
    ['amqp091', {}, 'a protocol header with a channel', { type: 65, channel: 1, payload }],
    ['amqp091', {}, 'a protocol header of 5 bytes', { type: 65, channel: 0, payload: bytesOf('0102030405') }],
    [
      'amqp10',
      {},
      'an extended header of 3 bytes',
      { type: 0, channel: 0, extended: bytesOf('010203'), payload: empty },
    ],
    ['bitcoin', {}, 'a command of 13 characters', { command: 'abcdefghijklm', checksum: 0, payload: empty }],
    ['bitcoin', {}, 'a command with a zero byte', { command: 'a\0', checksum: 0, payload: empty }],
    ['bitcoin', {}, 'a command that is not ASCII', { command: 'é', checksum: 0, payload: empty }],
    ['cassandra', { from: 'client' }, 'version 2', { version: 2, flags: 0, stream: 0, opcode: 0, payload: empty }],
    ['cassandra', { from: 'client' }, 'version 128', { version: 128, flags: 0, stream: 0, opcode: 0, payload: empty }],
    [
      'cassandra',
      { from: 'client' },
      'stream -65,537',
      { version: 4, flags: 0, stream: -65_537, opcode: 0, payload: empty },
    ],
    [
      'diameter',
      {},
      'a payload of 3 bytes',
      { flags: 0, command: 0, applicationId: 0, hopByHopId: 0, endToEndId: 0, payload: bytesOf('010203') },
    ],
    ['iec104', {}, 'a control field of 3 octets', { type: 'I', control: bytesOf('000000'), payload: empty }],
    ['iec104', {}, 'a control field of another type', { type: 'U', control: bytesOf('01000000'), payload: empty }],
    ['ldap', {}, 'a SET', bytesOf('31 00')],
    ['ldap', {}, 'no length', bytesOf('30')],
    ['ldap', {}, 'a length that is too short', bytesOf('30 01 01 01')],
    ['ldap', {}, 'a length of no bytes', bytesOf('30 80')],
    ['ldap', {}, 'a length of 5 bytes', bytesOf('30 85 00 00 00 00 00')],
    ['ldap', {}, 'a length of one byte that is too long', bytesOf('30 81 02 01')],
    [
      'memcachedBinary',
      { from: 'client' },
      'cas of 7 bytes',
      { opcode: 0, status: 0, opaque: 0, cas: new Uint8Array(7), extras: empty, key: empty, value: empty },
    ],
    ['opcua', {}, 'a type of four letters', { type: 'MSGS', chunk: 'F', payload: empty }],
    ['opcua', {}, 'a type in lower case', { type: 'msg', chunk: 'F', payload: empty }],
    ['opcua', {}, 'a chunk of another kind', { type: 'MSG', chunk: 'X', payload: empty }],
    ['tlsRecords', {}, 'version 2', { type: 23, version: 0x200, payload: empty }],
    ['tpkt', {}, 'a TPDU of 2 bytes', bytesOf('01 02')],
    ['modbusTcp', {}, 'unit 256', { transactionId: 0, unitId: 256, function: 1, payload: empty }],
  ])('%s %j: %s', (name, options, _what, frame) => {
    expect(() => makers[name]!(options).encode(frame)).toThrow(withCode('ERR_FRAME_NOT_ENCODABLE'))
  })
})
