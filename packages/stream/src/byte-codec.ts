import type { FrameCodec } from '@unstick/core'

/** A codec whose frames are bytes, of the class of the chunks. A codec of `any` does not match. */
export type ByteCodec<Bytes extends Uint8Array> = FrameCodec<Bytes> & (0 extends 1 & Bytes ? never : unknown)
