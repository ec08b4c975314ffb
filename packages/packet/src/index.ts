/**
 * Packets with sync bytes and a checksum, for lines that damage bytes.
 *
 * @module @unstick/packet
 */

export type { ChecksumFunction, ChecksumOptions } from './checksum.ts'
export { crc, type Crc, type CrcName, type CrcParameters } from './crc.ts'
export type { ByteOrder } from './integers.ts'
export type { LengthOptions } from './packet-length.ts'
export { packet, type PacketOptions } from './packet.ts'
export type { SyncOptions } from './sync.ts'
