import { expect, it } from 'vitest'
import { ubx, type UbxMessage } from '../src/ubx.ts'
import { byte, bytesOf, joined, payloads, record, testPreset } from './preset.ts'

testPreset<UbxMessage>('ubx', (limits) => ubx({ corrupt: 'error', ...limits }), {
  frame: record({ class: byte, id: byte, payload: payloads }),
  frameOf: (payload) => ({ class: 1, id: 7, payload }),
  examples: [
    {
      title: 'a poll of UBX-CFG-PRT, and an acknowledgement',
      bytes: bytesOf('b5 62 06 00 00 00 06 18   b5 62 05 01 02 00 06 00 0e 37'),
      frames: [
        { class: 6, id: 0, payload: bytesOf('') },
        { class: 5, id: 1, payload: bytesOf('06 00') },
      ],
    },
  ],
  refused: [
    { title: 'a wrong checksum', bytes: bytesOf('b5 62 06 00 00 00 06 19'), code: 'ERR_FRAME_CORRUPT' },
    {
      title: 'what does not begin with the sync characters',
      bytes: bytesOf('b5 61 06 00 00 00 06 18'),
      code: 'ERR_FRAME_CORRUPT',
    },
  ],
  unencodable: [{ title: 'a class of 256', frame: { class: 256, id: 0, payload: bytesOf('') } }],
})

it('takes the longest message that a receiver sends, RXM-RAWX of 255 measurements', () => {
  const message = { class: 2, id: 0x15, payload: new Uint8Array(16 + 32 * 255) }
  expect([...ubx().decoder().decode(ubx().encode(message))]).toEqual([message])
})

it('finds messages between NMEA sentences, and reports the sentences as gaps', () => {
  const gaps: number[] = []
  const decoder = ubx().decoder({ onSkip: ({ offset, length }) => gaps.push(offset, length) })
  const stream = joined([bytesOf('"$GPTXT*00" 0d 0a'), bytesOf('b5 62 06 00 00 00 06 18')])
  expect([...decoder.decode(stream)]).toEqual([{ class: 6, id: 0, payload: bytesOf('') }])
  expect(gaps).toEqual([0, 11])
})
