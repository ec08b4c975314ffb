// Writes the state of the page to the fragment of its URL, and reads it.

import { camelCase, spelled } from '../../packages/cli/src/flag.ts'
import { base64UrlOf, bytesOfBase64 } from './base64.ts'
import { flagOf, kindOf, type Choice } from './codec-choice.ts'
import { limited, withCuts } from './cutting.ts'
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

const FORMS: ReadonlySet<string> = new Set(['hex', 'text', 'base64'])

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
  if (framer !== '') parameters.append('framer', framer)
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
  const form = parameters.get('form') ?? 'hex'
  return {
    choice: choiceIn(parameters),
    stream: limited(withCuts(bytes, positions.filter(Number.isInteger))),
    step: Number.isNaN(step) ? undefined : Math.max(0, step),
    form: (FORMS.has(form) ? form : 'hex') as InputForm,
    beside: parameters.get('beside') ?? 'chunk',
    framer: parameters.get('framer') ?? '',
    messages: parameters.get('messages') ?? '',
  }
}

function bytesOrNone(encoded: string): Uint8Array<ArrayBuffer> | undefined {
  try {
    return bytesOfBase64(encoded)
  } catch {
    return undefined
  }
}

/** Falls back to a length field if the parameters choose no codec. */
function choiceIn(parameters: URLSearchParams): Choice {
  const choice: Choice = {}
  for (const [name, value] of parameters) {
    const flag = camelCase(name)
    if (flag === 'from' || flagOf(flag) !== undefined) choice[flag] = value
  }
  return kindOf(choice) in choice ? choice : { lengthField: '4' }
}
