import { kafka } from '../src/kafka.ts'
import { bytesOf, payloads, record, testPreset, uint16, uint32 } from './preset.ts'

testPreset('kafka from the client', (limits) => kafka({ from: 'client', ...limits }), {
  isHeaded: true,
  frame: record({ apiKey: uint16, apiVersion: uint16, correlationId: uint32, payload: payloads }),
  frameOf: (payload) => ({ apiKey: 0, apiVersion: 9, correlationId: 1, payload }),
  examples: [
    {
      title: 'ApiVersions',
      bytes: bytesOf('00 00 00 0a 00 12 00 00 00 00 00 05 ff ff'),
      frames: [{ apiKey: 18, apiVersion: 0, correlationId: 5, payload: bytesOf('ff ff') }],
    },
  ],
  refused: [
    { title: 'a request of 7 bytes', bytes: bytesOf('00 00 00 07'), code: 'ERR_FRAME_LENGTH_INVALID' },
    { title: 'a negative length', bytes: bytesOf('ff ff ff ff'), code: 'ERR_FRAME_LENGTH_INVALID' },
    { title: 'a request of more than 100 MiB: here it is HTTP', bytes: bytesOf('"GET "'), code: 'ERR_FRAME_TOO_LONG' },
  ],
})

testPreset('kafka from the server', (limits) => kafka({ from: 'server', ...limits }), {
  isHeaded: true,
  frame: record({ correlationId: uint32, payload: payloads }),
  frameOf: (payload) => ({ correlationId: 1, payload }),
  examples: [
    {
      title: 'a response',
      bytes: bytesOf('00 00 00 06 00 00 00 05 00 00'),
      frames: [{ correlationId: 5, payload: bytesOf('00 00') }],
    },
  ],
  refused: [{ title: 'a response of 3 bytes', bytes: bytesOf('00 00 00 03'), code: 'ERR_FRAME_LENGTH_INVALID' }],
})
