// Packets on a serial line, with two sync bytes, a length and a checksum. After noise, the codec finds the next good one.

import { Readable } from 'node:stream'
import { packet } from '@unstick/packet'
import { frames } from '@unstick/stream'

const codec = packet({
  sync: { bytes: Uint8Array.of(0xaa, 0x55) },
  lengthFieldLength: 1,
  lengthAdjustment: 2, // the length counts only the payload, not the checksum after it
  maxFrameLength: 64,
  checksum: { algorithm: 'CRC-16/MODBUS', byteOrder: 'little' },
})

/** `encode` fills in the length and the checksum; the payload is the temperature in tenths of a degree. */
const telegram = (tenths) => codec.encode(Uint8Array.of(0xaa, 0x55, 0, tenths >> 8, tenths & 0xff, 0, 0))

// With the serialport package, use `new SerialPort({ path: '/dev/ttyUSB0', baudRate: 9600 })`.
const damaged = telegram(222)
damaged[4] ^= 1
const port = Readable.from([
  Buffer.from([0x13, 0x00, ...telegram(215).subarray(0, 3)]), // the line was opened in the middle of a packet
  Buffer.from(telegram(215).subarray(3)),
  Buffer.from([...damaged, ...telegram(-35)]),
])

const onSkip = ({ offset, length, reason }) => console.log(`no packet: ${length} bytes at ${offset} (${reason})`)
for await (const frame of frames(port, codec, { onSkip })) console.log(`${frame.readInt16BE(3) / 10} degrees`)

// Prints:
// no packet: 2 bytes at 0 (garbage)
// 21.5 degrees
// no packet: 7 bytes at 9 (corrupt)
// -3.5 degrees
