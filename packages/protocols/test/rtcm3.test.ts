import { expect, it } from 'vitest'
import { rtcm3 } from '../src/rtcm3.ts'
import { bytesOf, payloads, testPreset } from './preset.ts'

testPreset('rtcm3', () => rtcm3({ corrupt: 'error' }), {
  frame: payloads,
  frameOf: (payload) => payload,
  examples: [
    {
      title: 'message 1005, the example of RTCM 10403',
      bytes: bytesOf('d3 00 13 3e d7 d3 02 02 98 0e de ef 34 b4 bd 62 ac 09 41 98 6f 33 36 0b 98'),
      frames: [bytesOf('3e d7 d3 02 02 98 0e de ef 34 b4 bd 62 ac 09 41 98 6f 33')],
    },
  ],
  refused: [
    { title: 'a wrong checksum', bytes: bytesOf('d3 00 00 47 ea 4c'), code: 'ERR_FRAME_CORRUPT' },
    {
      title: 'reserved bits that are set',
      bytes: bytesOf('d3 04 00 00 00 00'),
      code: 'ERR_FRAME_CORRUPT',
    },
  ],
  unencodable: [{ title: 'a message of 1024 bytes', frame: new Uint8Array(1024) }],
})

it('finds messages after noise', () => {
  const decoder = rtcm3().decoder()
  expect([...decoder.decode(bytesOf('"noise" d3 00 00 47 ea 4b'))]).toEqual([bytesOf('')])
})

it('has messages of up to 1023 bytes, both ways', () => {
  for (const corrupt of ['error', 'resync'] as const) {
    const message = new Uint8Array(1023).fill(0xd3)
    const codec = rtcm3({ corrupt })
    expect([...codec.decoder().decode(codec.encode(message))]).toEqual([message])
  }
})
