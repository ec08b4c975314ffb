// Writes the state of the page to the fragment of its URL, and reads it.

import { camelCase, isSwitch, spelled } from '../../packages/cli/src/flag.ts'
import { base64UrlOf, bytesOfBase64 } from './base64.ts'
import { flagOf, kindOf, KINDS, type Choice } from './codec-choice.ts'
import { limited, withCuts } from './cutting.ts'
import { EXHIBITS, FIRST_EXHIBIT, MESSAGE_KINDS } from './framers/exhibits.ts'
import type { ChunkedBytes, InputForm } from './input.ts'

export interface PlaygroundState {
  choice: Choice
  stream: ChunkedBytes
  /** How many steps have been played; `undefined` means all. */
  step: number | undefined
  form: InputForm
  /** The framer to compare with: 'chunk', the name of an example framer, or 'own'. */
  beside: string
  /** The framer under test: the name of an example framer, or source code. */
  framer: string
  /** The kind of messages for testing a pasted framer. */
  messages: string
}

const FORMS = ['hex', 'text', 'base64']
const FRAMERS = ['chunk', 'own', ...EXHIBITS.map(({ name }) => name)]

/** `#length-field=4&bytes=AAAAAmhp&cuts=3`: the flags are those of the `unstick` command. */
export function hashOf({ choice, stream, step, form, beside, framer, messages }: PlaygroundState): string {
  const parameters = new URLSearchParams()
  for (const [name, value] of Object.entries(choice)) parameters.append(spelled(name).slice(2), value)
  parameters.append('bytes', base64UrlOf(stream.bytes))
  const { cuts } = stream
  const isBytewise = cuts.length > 1 && cuts.length === stream.bytes.length - 1
  if (cuts.length > 0) parameters.append('cuts', isBytewise ? 'all' : cuts.join('.'))
  if (step !== undefined) parameters.append('step', `${step}`)
  if (form !== 'hex') parameters.append('form', form)
  if (beside !== 'chunk') parameters.append('beside', beside)
  if (framer !== FIRST_EXHIBIT) parameters.append('framer', framer)
  if (messages !== '') parameters.append('messages', messages)
  return `#${parameters.toString()}`
}

/** Undefined for a fragment without state. Unknown and malformed parameters are ignored. */
export function stateOf(hash: string): PlaygroundState | undefined {
  const parameters = new URLSearchParams(hash.replace(/^#/, ''))
  const encoded = parameters.get('bytes')
  if (encoded === null) return undefined
  const bytes = bytesOrNone(encoded)
  if (bytes === undefined) return undefined
  const cuts = parameters.get('cuts') ?? ''
  const positions = cuts === 'all' ? [...bytes.keys()] : cuts.split('.').map(Number)
  const step = Number.parseInt(parameters.get('step') ?? '', 10)
  const oneOf = (name: string, allowed: readonly string[], otherwise: string): string => {
    const value = parameters.get(name)
    return value !== null && allowed.includes(value) ? value : otherwise
  }
  return {
    choice: choiceIn(parameters),
    stream: limited(withCuts(bytes, positions.filter(Number.isInteger))),
    step: Number.isNaN(step) ? undefined : Math.max(0, step),
    form: oneOf('form', FORMS, 'hex') as InputForm,
    beside: oneOf('beside', FRAMERS, 'chunk'),
    framer: parameters.get('framer') ?? FIRST_EXHIBIT,
    messages: oneOf('messages', MESSAGE_KINDS, ''),
  }
}

function bytesOrNone(encoded: string): Uint8Array<ArrayBuffer> | undefined {
  try {
    return bytesOfBase64(encoded)
  } catch {
    return undefined
  }
}

/**
 * The first kind of codec that the parameters choose, with their options; a length field if they choose none. A module
 * of the user's (`codec`) cannot be loaded here, and must not get into the command to copy.
 */
function choiceIn(parameters: URLSearchParams): Choice {
  const given: Choice = {}
  for (const [spelling, value] of parameters) {
    const name = camelCase(spelling)
    const flag = flagOf(name)
    if (name === 'from') given[name] = value
    else if (flag !== undefined && name !== 'codec') given[name] = isSwitch(flag) ? '' : value
  }
  const kind = kindOf(given)
  if (!(kind in given)) return { lengthField: '4' }
  const isOption = (name: string): boolean => (name === 'from' ? kind === 'protocol' : !KINDS.includes(name))
  return Object.fromEntries(Object.entries(given).filter(([name]) => name === kind || isOption(name)))
}
