// The options that `jsonValues` and `jsonSequence` share.

import { choiceOption, integerOption, readOptions } from '@unstick/core'

export interface JsonOptions {
  /**
   * The longest value decoded or encoded, in bytes of its text. Bytes between values do not count.
   *
   * @defaultValue 8 MiB
   */
  maxFrameLength?: number
  /**
   * How deeply arrays and objects may be nested: `[[1]]` has a depth of 2. It is checked before anything is parsed. A
   * deeper value is `ERR_FRAME_CORRUPT`.
   *
   * @defaultValue 512
   */
  maxDepth?: number
  /**
   * What happens to a longer value: 'error' is `ERR_FRAME_TOO_LONG`, 'skip' drops exactly that value.
   *
   * @defaultValue 'error'
   */
  oversize?: 'error' | 'skip'
  /**
   * What happens to a value that is not JSON, not UTF-8 or nested too deeply: 'error' is `ERR_FRAME_CORRUPT`, 'skip'
   * drops exactly that value if its end is known.
   *
   * @defaultValue 'error'
   */
  corrupt?: 'error' | 'skip'
}

/** Reads the options once, with their defaults. */
export function readJsonOptions<Options extends JsonOptions>(
  by: string,
  options: Options | undefined,
  otherNames: readonly (keyof Options & string)[] = [],
): Options & Required<JsonOptions> {
  const names = ['maxFrameLength', 'maxDepth', 'oversize', 'corrupt', ...otherNames] as const
  const given = readOptions<Options>(by, options, names)
  return {
    ...given,
    maxFrameLength: integerOption('maxFrameLength', given.maxFrameLength ?? 8 * 1024 * 1024, 1),
    maxDepth: integerOption('maxDepth', given.maxDepth ?? 512, 1),
    oversize: choiceOption('oversize', given.oversize ?? 'error', ['error', 'skip']),
    corrupt: choiceOption('corrupt', given.corrupt ?? 'error', ['error', 'skip']),
  }
}
