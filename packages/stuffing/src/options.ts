// The options that stuffed framings share.

import { choiceOption, integerOption } from '@unstick/core'

/** The options of `slip` and `cobs`; `hdlc` and `dotStuffed` share them. */
export interface StuffingOptions {
  /**
   * The longest content decoded or encoded, in bytes, without stuffing.
   *
   * @defaultValue 8 MiB
   */
  maxFrameLength?: number
  /**
   * What happens to a frame over the limit: `'error'` is `ERR_FRAME_TOO_LONG`, `'skip'` drops exactly that frame.
   *
   * @defaultValue 'error'
   */
  oversize?: 'error' | 'skip'
  /**
   * What happens to a corrupt frame: `'error'` is `ERR_FRAME_CORRUPT`, `'skip'` drops exactly that frame.
   *
   * @defaultValue 'error'
   */
  corrupt?: 'error' | 'skip'
}

/** The names of the options, for `readOptions`. */
export const STUFFING_OPTIONS = ['maxFrameLength', 'oversize', 'corrupt'] as const

/** The options, checked, with their defaults. */
export function stuffingOptions(options: StuffingOptions): Required<StuffingOptions> {
  return {
    maxFrameLength: integerOption('maxFrameLength', options.maxFrameLength ?? 8 * 1024 * 1024, 1),
    oversize: choiceOption('oversize', options.oversize ?? 'error', ['error', 'skip']),
    corrupt: choiceOption('corrupt', options.corrupt ?? 'error', ['error', 'skip']),
  }
}
