// What is not bytes is no payload, for every preset that has one: copied, it would become zeros.

import type { FrameCodec } from '@unstick/core'
import { expect, it } from 'vitest'
import * as protocols from '../src/index.ts'
import { bytesOf } from './preset.ts'

type Encode = (payload: unknown) => unknown

/** Not typed by the codec: frames of the wrong type are what this is about. */
function encodes(codec: object, frameOf: (payload: unknown) => unknown): Encode {
  return (payload) => (codec as FrameCodec<unknown>).encode(frameOf(payload))
}

const whole = (codec: FrameCodec): Encode => encodes(codec, (payload) => payload)

const presets: Record<string, Encode> = {
  amqp091: encodes(protocols.amqp091(), (payload) => ({ type: 1, channel: 0, payload })),
  bgp: encodes(protocols.bgp(), (payload) => ({ type: 2, payload })),
  bitcoin: encodes(protocols.bitcoin(), (payload) => ({ command: 'ping', checksum: 0, payload })),
  bittorrent: encodes(protocols.bittorrent(), (payload) => ({ type: 'message', id: 7, payload })),
  dnsTcp: whole(protocols.dnsTcp()),
  gitPktLine: encodes(protocols.gitPktLine(), (payload) => ({ type: 'data', payload })),
  http2: encodes(protocols.http2({ from: 'server' }), (payload) => ({ type: 0, flags: 0, streamId: 1, payload })),
  ldap: whole(protocols.ldap()),
  minecraft: encodes(protocols.minecraft(), (payload) => ({ id: 0, payload })),
  mllp: whole(protocols.mllp()),
  modbusRtu: encodes(protocols.modbusRtu({ from: 'client', payloadLengths: { 65: 3 } }), (payload) => ({
    unitId: 1,
    function: 65,
    payload,
  })),
  modbusTcp: encodes(protocols.modbusTcp(), (payload) => ({ transactionId: 0, unitId: 1, function: 3, payload })),
  mongodb: encodes(protocols.mongodb(), (payload) => ({ requestId: 1, responseTo: 0, opCode: 2013, payload })),
  mqtt: encodes(protocols.mqtt(), (payload) => ({ type: 3, flags: 0, payload })),
  mysql: encodes(protocols.mysql(), (payload) => ({ sequence: 0, payload })),
  nats: encodes(protocols.nats(), (payload) => ({ op: 'PUB', args: 'a 3', payload })),
  netstring: whole(protocols.netstring()),
  nntp: encodes(protocols.nntp({ from: 'server' }), (body) => ({ code: 220, text: '', body })),
  oncRpc: whole(protocols.oncRpc()),
  opcua: encodes(protocols.opcua(), (payload) => ({ type: 'MSG', chunk: 'F', payload })),
  pop3: encodes(protocols.pop3({ from: 'server' }), (body) => ({ type: 'body', body })),
  postgres: encodes(protocols.postgres({ from: 'client' }), (payload) => ({ type: 'Q', payload })),
  protobufDelimited: whole(protocols.protobufDelimited()),
  proxyProtocol: encodes(protocols.proxyProtocol(), (payload) => ({ version: 2, command: 0, family: 0, payload })),
  resp: encodes(protocols.resp(), (value) => ({ type: '$', value })),
  rtcm3: whole(protocols.rtcm3()),
  smpp: encodes(protocols.smpp(), (payload) => ({ commandId: 4, status: 0, sequence: 1, payload })),
  smtp: encodes(protocols.smtp({ from: 'client' }), (payload) => ({ verb: 'BDAT', args: '3', payload })),
  ssh: encodes(protocols.ssh(), (payload) => ({ type: 'packet', payload })),
  stomp: encodes(protocols.stomp(), (body) => ({ command: 'SEND', headers: [], body })),
  syslog: whole(protocols.syslog()),
  tds: encodes(protocols.tds(), (payload) => ({ type: 1, status: 1, spid: 0, packetId: 1, window: 0, payload })),
  thrift: whole(protocols.thrift()),
  tlsRecords: encodes(protocols.tlsRecords(), (payload) => ({ type: 23, version: 0x0303, payload })),
  tpkt: whole(protocols.tpkt()),
  ubx: encodes(protocols.ubx(), (payload) => ({ class: 1, id: 2, payload })),
  'websocket from the client': encodes(protocols.websocket({ from: 'client' }), (payload) => ({
    type: 'binary',
    payload,
  })),
  'websocket from the server': encodes(protocols.websocket({ from: 'server' }), (payload) => ({
    type: 'ping',
    payload,
  })),
  zookeeper: whole(protocols.zookeeper()),
}

it.each(Object.entries(presets))(
  '%s encodes no payload that was transferred, which would look empty',
  (_name, encode) => {
    const payload = bytesOf('"aaa"')
    structuredClone(payload, { transfer: [payload.buffer as ArrayBuffer] })
    expect(() => encode(payload)).toThrow(Error)
  },
)

it.each(Object.entries(presets))('%s encodes no payload that is not bytes', (_name, encode) => {
  for (const payload of ['\r\n', 'abc', [13, 10], [1, 2, 3], 3, undefined, new Uint16Array(3), new ArrayBuffer(3)]) {
    expect(() => encode(payload)).toThrow(Error)
  }
  expect(() => encode(bytesOf('"aaa"'))).not.toThrow(TypeError)
})
