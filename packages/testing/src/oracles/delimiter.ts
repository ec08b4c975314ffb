// What `delimiter` has to make of a whole stream.

import { bytesOption } from '@unstick/core'
import type { Outcome } from '../outcome.ts'
import { anyOf, delimited, type DelimiterRules } from './delimited.ts'

export interface AnyDelimiterRules extends DelimiterRules {
  delimiter: string | Uint8Array | readonly (string | Uint8Array)[]
  stripDelimiter?: boolean
}

export function delimiter(rules: AnyDelimiterRules): (stream: Uint8Array) => Outcome {
  const { delimiter: given, stripDelimiter = true } = rules
  const list = typeof given === 'string' || given instanceof Uint8Array ? [given] : given
  const endings = anyOf(list.map((each) => [...bytesOption('delimiter', each)]))
  return (stream) =>
    delimited(stream, endings, rules, (content, ending) =>
      stripDelimiter ? content : new Uint8Array([...content, ...ending]),
    )
}
