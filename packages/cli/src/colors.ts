// Colours, on terminals only.

import { styleText } from 'node:util'

type Style = Parameters<typeof styleText>[0]

export type Paint = (style: Style, text: string) => string

/** NO_COLOR and FORCE_COLOR override the kind of stream. */
export function paintFor(stream: { isTTY?: boolean }, env: NodeJS.ProcessEnv = process.env): Paint {
  const isForced = env.FORCE_COLOR !== undefined && env.FORCE_COLOR !== '' && env.FORCE_COLOR !== '0'
  const isRefused = (env.NO_COLOR !== undefined && env.NO_COLOR !== '') || env.TERM === 'dumb'
  const isOn = isForced || (stream.isTTY === true && !isRefused)
  // Without this option `styleText` would check the process's own output instead of `stream`.
  return isOn ? (style, text) => styleText(style, text, { validateStream: false }) : (_, text) => text
}
