import fc from 'fast-check'
import { expect, it } from 'vitest'
import { nmea0183, type NmeaSentence } from '../src/nmea0183.ts'
import { ascii, record, testPreset, withCode } from './preset.ts'

const field = fc.string({ unit: fc.constantFrom('0', '.', 'N'), maxLength: 4 })

testPreset<NmeaSentence>('nmea0183', nmea0183, {
  frame: record({
    start: fc.constantFrom('$' as const, '!' as const),
    address: field,
    fields: fc.array(field, { maxLength: 3 }),
  }),
  frameOf: (payload) => ({ start: '$', address: 'a'.repeat(payload.length), fields: [] }),
  examples: [
    {
      title: 'a position, and a sentence of AIS without checksum',
      bytes: ascii('$GPGLL,5057.970,N,00146.110,E,142451,A*27\r\n!AIVDM,1,1\r\n'),
      frames: [
        { start: '$', address: 'GPGLL', fields: ['5057.970', 'N', '00146.110', 'E', '142451', 'A'] },
        { start: '!', address: 'AIVDM', fields: ['1', '1'] },
      ],
      isRead: true,
    },
    {
      title: 'a sentence, whose line ends with CR LF',
      bytes: ascii('$GPGLL,,N*1E\r\n'),
      frames: [{ start: '$', address: 'GPGLL', fields: ['', 'N'] }],
    },
    {
      title: 'a line that ends with LF alone',
      bytes: ascii('$GPGLL\n'),
      frames: [{ start: '$', address: 'GPGLL', fields: [] }],
      isRead: true,
    },
  ],
  refused: [
    { title: 'a wrong checksum', bytes: ascii('$GPGLL,5057.970*27\r\n'), code: 'ERR_FRAME_CORRUPT' },
    { title: 'a checksum of one digit', bytes: ascii('$A*4\r\n'), code: 'ERR_FRAME_CORRUPT' },
    { title: 'a line that is not a sentence', bytes: ascii('GPGLL\r\n'), code: 'ERR_FRAME_CORRUPT' },
    { title: 'a bare CR', bytes: ascii('$A,b\rc\r\n'), code: 'ERR_FRAME_CORRUPT' },
    { title: 'an end inside a sentence', bytes: ascii('$GP'), code: 'ERR_FRAME_TRUNCATED' },
  ],
  unencodable: [
    { title: 'a comma in a field', frame: { start: '$', address: 'A', fields: ['a,b'] } },
    { title: 'a line end in a field', frame: { start: '$', address: 'A', fields: ['\r\n$B'] } },
    { title: 'another start', frame: { start: '#' as never, address: 'A', fields: [] } },
    { title: 'a field that is no text', frame: { start: '$', address: 'A', fields: [1 as never] } },
  ],
})

it.each<[text: string, fields: string[]]>([
  ['$A*41', []],
  ['$A,*6D', ['']],
  ['$AB,c,*60', ['c', '']],
  ['!A*41', []],
])('reads and writes %j', (text, fields) => {
  const sentence = { start: text[0] as '$', address: text.startsWith('$AB') ? 'AB' : 'A', fields }
  expect([
    ...nmea0183()
      .decoder()
      .decode(ascii(`${text}\n`)),
  ]).toEqual([sentence])
  expect(nmea0183().encode(sentence)).toEqual(ascii(`${text}\r\n`))
})

it.each(['$A*6d', '$A,*6d'])('takes digits in any case: %j', (text) => {
  const isRight = text.includes(',')
  const decode = () => [
    ...nmea0183()
      .decoder()
      .decode(ascii(`${text}\r\n`)),
  ]
  if (isRight) expect(decode()).toHaveLength(1)
  else expect(decode).toThrow(withCode('ERR_FRAME_CORRUPT'))
})

it.each(['A*41', '', '#A', '$A*', '$A*4', '$A*411', '$A*42', '$*41'])('refuses %j', (text) => {
  expect(() => [
    ...nmea0183()
      .decoder()
      .decode(ascii(`${text}\r\n`)),
  ]).toThrow(withCode('ERR_FRAME_CORRUPT'))
})

it.each([
  ['A,', []],
  ['A*', []],
  ['A', ['b,c']],
  ['A', ['*']],
  ['A', ['\r']],
  ['A\n', []],
  ['Ā', []],
])('does not write the address %j and the fields %j', (address, fields) => {
  expect(() => nmea0183().encode({ start: '$', address, fields })).toThrow(withCode('ERR_FRAME_NOT_ENCODABLE'))
})
