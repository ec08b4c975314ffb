// Options that all presets have, and how they are read.

import { choiceOption, integerOption, readOptions } from '@unstick/core'

/** The options of most presets. */
export interface PresetOptions {
  /**
   * The longest frame that is decoded or encoded, in bytes, header included.
   *
   * @defaultValue the limit of the protocol, or 8 MiB if it sets none
   */
  maxFrameLength?: number
  /**
   * What happens to a longer frame: 'error' is `ERR_FRAME_TOO_LONG`, 'skip' drops exactly that frame.
   *
   * @defaultValue 'error'
   */
  oversize?: 'error' | 'skip'
}

/** The options of presets whose frames are JSON values. */
export interface JsonPresetOptions extends PresetOptions {
  /**
   * What happens to a frame that is not JSON: 'error' is `ERR_FRAME_CORRUPT`, 'skip' drops exactly that frame.
   *
   * @defaultValue 'error'
   */
  corrupt?: 'error' | 'skip'
}

/** Options of protocols whose two directions differ. */
export interface DirectedOptions extends PresetOptions {
  /** Who writes the frames: a server decodes with `from: 'client'`. */
  from: 'client' | 'server'
}

/** The limit of protocols that set none. */
const DEFAULT_MAX_FRAME_LENGTH = 8 * 1024 * 1024

export interface Limits {
  readonly maxFrameLength: number
  readonly oversize: 'error' | 'skip'
}

/** Reads the limits that every preset has. `own` holds the protocol's limit, and the length of its shortest frame. */
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

/** Separates `from` from the other options. */
export function directionOf(
  name: string,
  options: DirectedOptions,
): [from: 'client' | 'server', limits: PresetOptions] {
  const { from, ...limits } = readOptions<DirectedOptions>(name, options, ['from', 'maxFrameLength', 'oversize'])
  return [choiceOption('from', from, ['client', 'server']), limits]
}
