// The options that all presets have, and how they are read.

import { choiceOption, integerOption, readOptions } from '@unstick/core'

/** The options that every codec has whose protocol sets no others. */
export interface PresetOptions {
  /**
   * The longest frame taken or written, in bytes, header included.
   *
   * @defaultValue the protocol's own limit, else 8 MiB
   */
  maxFrameLength?: number
  /**
   * What happens to a longer frame: 'skip' drops exactly that frame.
   *
   * @defaultValue 'error'
   */
  oversize?: 'error' | 'skip'
}

/** For protocols whose two directions differ. */
export interface DirectedOptions extends PresetOptions {
  /** Who writes the frames: a server decodes what comes from the client. */
  from: 'client' | 'server'
}

/** The limit of protocols that state none. */
const DEFAULT_MAX_FRAME_LENGTH = 8 * 1024 * 1024

export interface Limits {
  readonly maxFrameLength: number
  readonly oversize: 'error' | 'skip'
}

/** The limits that every preset has. `own` are the protocol's: its limit, and the shortest frame there is. */
export function limitsOf(
  name: string,
  options: PresetOptions | undefined,
  own: { maxFrameLength?: number | undefined; minFrameLength: number },
): Limits {
  const given = readOptions<PresetOptions>(name, options, ['maxFrameLength', 'oversize'])
  return {
    maxFrameLength: integerOption(
      'maxFrameLength',
      given.maxFrameLength ?? own.maxFrameLength ?? DEFAULT_MAX_FRAME_LENGTH,
      own.minFrameLength,
    ),
    oversize: choiceOption('oversize', given.oversize ?? 'error', ['error', 'skip']),
  }
}

/** Takes `from` out of the options. */
export function directionOf(
  name: string,
  options: DirectedOptions,
): [from: 'client' | 'server', limits: PresetOptions] {
  const { from, ...limits } = readOptions<DirectedOptions>(name, options, ['from', 'maxFrameLength', 'oversize'])
  return [choiceOption('from', from, ['client', 'server']), limits]
}
