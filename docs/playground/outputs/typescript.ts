// Writes the chosen codec as TypeScript.

import { nestedPacketOptions } from '../../../packages/cli/src/codec-kinds.ts'
import { codecOptions } from '../../../packages/cli/src/codecs.ts'
import { camelCase } from '../../../packages/cli/src/flag.ts'
import { optionsIn } from '../../../packages/cli/src/protocol-choice.ts'
import { flagValues, type Choice } from '../codec-choice.ts'

/** For each flag, the function that makes the codec and its package. */
const FUNCTIONS: Record<string, readonly [name: string, from: string]> = {
  lengthField: ['lengthField', '@unstick/length-field'],
  varint: ['varintLength', '@unstick/length-field'],
  textLength: ['textLength', '@unstick/length-field'],
  contentLength: ['contentLength', '@unstick/length-field'],
  delimiter: ['delimiter', '@unstick/delimiter'],
  startMarker: ['markers', '@unstick/delimiter'],
  lines: ['lines', '@unstick/delimiter'],
  jsonLines: ['jsonLines', '@unstick/delimiter'],
  fixedSize: ['fixedSize', '@unstick/fixed-size'],
  sizeByType: ['sizeByType', '@unstick/fixed-size'],
  packet: ['packet', '@unstick/packet'],
  slip: ['slip', '@unstick/stuffing'],
  cobs: ['cobs', '@unstick/stuffing'],
  hdlc: ['hdlc', '@unstick/stuffing'],
  dotStuffed: ['dotStuffed', '@unstick/stuffing'],
  jsonValues: ['jsonValues', '@unstick/json'],
  jsonSequence: ['jsonSequence', '@unstick/json'],
}

export interface CodecCode {
  import: string
  /** The call that makes the codec. */
  expression: string
}

/** @throws {Misuse} The flags conflict. */
export function codecCode(choice: Choice): CodecCode {
  if (choice.protocol !== undefined) return protocolCode(choice.protocol, choice)
  const { kind, options } = codecOptions(flagValues(choice))
  const [name, from] = FUNCTIONS[camelCase(kind.name)]!
  const given = name === 'packet' ? nestedPacketOptions(options as never) : options
  return { import: `import { ${name} } from '${from}'`, expression: callOf(name, given) }
}

function protocolCode(protocol: string, choice: Choice): CodecCode {
  const name = camelCase(protocol)
  const { from } = choice
  const options = { ...(from === undefined ? {} : { from }), ...optionsIn(flagValues(choice)) }
  return { import: `import { ${name} } from '@unstick/protocols'`, expression: callOf(name, options) }
}

/** @throws {Misuse} The flags conflict. */
export function typescriptFor(choice: Choice): string {
  const code = codecCode(choice)
  return `${code.import}

const codec = ${code.expression}

const decoder = codec.decoder()
socket.on('data', (chunk) => {
  for (const frame of decoder.decode(chunk)) handle(frame)
})
socket.on('end', () => {
  // Throws ERR_FRAME_TRUNCATED if a frame was cut short.
  for (const frame of decoder.end()) handle(frame)
})
`
}

const LONGEST_LINE = 80

/** On one line if the options fit, otherwise one option per line. */
function callOf(name: string, options: object): string {
  const entries = Object.entries(options).map(([key, value]): [string, unknown] => [key, withoutList(value)])
  if (entries.length === 0) return `${name}()`
  const short = `${name}(${literal(Object.fromEntries(entries))})`
  if (short.length <= LONGEST_LINE) return short
  return `${name}({\n${entries.map(([key, value]) => `  ${key}: ${literal(value)},\n`).join('')}})`
}

/** An option that takes one value or a list of them. */
function withoutList(value: unknown): unknown {
  return Array.isArray(value) && value.length === 1 ? value[0] : value
}

/** JavaScript source for a value. */
export function literal(value: unknown): string {
  if (typeof value === 'string') return stringLiteral(value)
  if (typeof value === 'bigint') return `${value}n`
  if (value instanceof Uint8Array) return `Uint8Array.of(${[...value].map(hexByte).join(', ')})`
  if (Array.isArray(value)) return `[${value.map(literal).join(', ')}]`
  if (Object.is(value, -0)) return '-0'
  if (typeof value !== 'object' || value === null) return String(value)
  const members = Object.entries(value).map(([key, one]) => `${keyLiteral(key)}: ${literal(one)}`)
  return members.length === 0 ? '{}' : `{ ${members.join(', ')} }`
}

/** Digits stay digits only if JavaScript reads them as the same key. */
function keyLiteral(key: string): string {
  // Without brackets, it would set the prototype.
  if (key === '__proto__') return "['__proto__']"
  return /^[a-z_$][\w$]*$/i.test(key) || /^(?:0|[1-9]\d{0,14})$/.test(key) ? key : stringLiteral(key)
}

export function hexByte(byte: number): string {
  return `0x${byte.toString(16).padStart(2, '0')}`
}

const CONTROLS: Record<string, string> = { '\n': '\\n', '\r': '\\r', '\t': '\\t', '\\': '\\\\', "'": "\\'" }

/** In single quotes, with invisible characters escaped. */
export function stringLiteral(text: string): string {
  const escaped = text.replaceAll(/[\p{C}\p{Zl}\p{Zp}\\']/gu, (char) => CONTROLS[char] ?? escapeOf(char))
  return `'${escaped}'`
}

function escapeOf(char: string): string {
  const code = char.codePointAt(0)!
  if (code < 0x100) return `\\x${code.toString(16).padStart(2, '0')}`
  return `\\u{${code.toString(16)}}`
}
