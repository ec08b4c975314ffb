import fc from 'fast-check'
import { nativeMessaging } from '../src/native-messaging.ts'
import { bytesOf, testPreset } from './preset.ts'

testPreset<unknown>('nativeMessaging', (limits) => nativeMessaging({ from: 'browser', ...limits }), {
  frame: fc.jsonValue({ maxDepth: 2 }).map((value) => JSON.parse(JSON.stringify(value)) as unknown),
  frameOf: (payload) => 'a'.repeat(payload.length),
  isJson: true,
  examples: [{ title: 'a message', bytes: bytesOf('06 00 00 00 22 "ping" 22'), frames: ['ping'] }],
  refused: [
    { title: 'a payload that is not JSON', bytes: bytesOf('01 00 00 00 "{"'), code: 'ERR_FRAME_CORRUPT' },
    { title: 'a message of more than 64 MiB', bytes: bytesOf('01 00 00 04'), code: 'ERR_FRAME_TOO_LONG' },
  ],
})

testPreset<unknown>(
  'nativeMessaging from the host, on a big-endian machine',
  (limits) => nativeMessaging({ from: 'host', byteOrder: 'big', ...limits }),
  {
    frame: fc.string({ maxLength: 4 }),
    isJson: true,
    examples: [{ title: 'a message', bytes: bytesOf('00 00 00 02 "{}"'), frames: [{}] }],
    refused: [{ title: 'a message of more than 1 MiB', bytes: bytesOf('00 10 00 01'), code: 'ERR_FRAME_TOO_LONG' }],
  },
)
