import { lines } from '@unstick/delimiter'
import { frames } from '@unstick/stream'
import { FrameDecoderStream } from '@unstick/stream/web'

export const all = [lines(), frames, FrameDecoderStream]
