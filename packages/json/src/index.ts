/**
 * JSON values from a stream.
 *
 * @module @unstick/json
 */

export { jsonSequence, type JsonSequenceOptions } from './json-sequence.ts'
export { jsonValues, type JsonValuesOptions } from './json-values.ts'
