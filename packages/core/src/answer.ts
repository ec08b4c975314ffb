// Checks the answers of finders. A forbidden answer is a bug of the codec.

import { shown } from './options.ts'
import { DROP, ENDLESS, GAP, hasBounds, UNKNOWN, UNSET, type FrameSearch, type Search } from './search.ts'

/**
 * The answer about `bytes[start, end)`, relative to `start`: a length, `UNKNOWN`, `ENDLESS`, `GAP` or `DROP`. Also
 * makes the fields of `search` relative, and sets the bounds if the answer is exact.
 *
 * @throws {Error} The answer makes no progress, a payload lies outside its frame, or a value is not a safe integer.
 */
export function checkedAnswer(name: string, search: Search, answer: number, start: number, end: number): number {
  checkTypes(name, search, answer, start)
  const isFrame = answer > start && answer <= end
  if (answer === GAP || answer === DROP) {
    if (!(Number.isSafeInteger(search.payloadEnd) && search.payloadEnd > start)) {
      throw bugOf(name, `a gap up to ${shown(search.payloadEnd)}, asked at ${start}`)
    }
    search.payloadEnd -= start
  } else if (answer === UNKNOWN || answer === ENDLESS || (!isFrame && !hasBounds(search, start))) {
    search.payloadStart = 0
    search.payloadEnd = UNSET
  } else {
    const { payloadStart } = search
    const payloadEnd = search.payloadEndIn(answer)
    const areIntegers = Number.isSafeInteger(payloadStart) && Number.isSafeInteger(payloadEnd)
    if (!(areIntegers && start <= payloadStart && payloadStart <= payloadEnd && payloadEnd <= answer)) {
      const payload = `a payload from ${shown(payloadStart)} to ${shown(payloadEnd)}`
      throw bugOf(name, `${payload} in a frame from ${start} to ${answer}`)
    }
    search.payloadEnd = payloadEnd - start
    search.payloadStart -= start
  }
  // After a whole frame, the next search begins at its end.
  if (!isFrame) {
    if (!(Number.isSafeInteger(search.resumeAt) && search.resumeAt >= start)) {
      throw bugOf(name, `resumeAt ${shown(search.resumeAt)}, asked at ${start}`)
    }
    search.resumeAt -= start
  }
  if (answer < 0 || answer === ENDLESS) {
    if (answer === UNKNOWN || answer === ENDLESS || answer === GAP || answer === DROP) return answer
  } else if (answer > start && Number.isSafeInteger(answer)) return answer - start
  throw bugOf(name, `${answer}, asked at ${start}: no progress`)
}

/** Throws unless the answer is a number, and the state a safe integer. */
export function checkTypes(name: string, search: FrameSearch, answer: unknown, start: number): void {
  if (typeof answer !== 'number') throw bugOf(name, `${shown(answer)}, asked at ${start}: not a number`)
  if (!Number.isSafeInteger(search.state)) throw wrongState(name, search)
}

/** The error for a state that is not a safe integer. */
export function wrongState(name: string, { state }: FrameSearch): Error {
  return bugOf(name, `the state ${shown(state)}`)
}

/** The error for a forbidden answer. */
function bugOf(name: string, what: string): Error {
  return new Error(`${name}: the finder answered ${what}`)
}

/** Whether the finder can continue this frame from small integers. */
export function hasSoundResumption(search: FrameSearch, start: number): boolean {
  const { resumeAt, state } = search
  return start <= resumeAt && isSmall(resumeAt) && isSmall(state)
}

/** Whether this is a 32-bit integer. */
export function isSmall(value: number): boolean {
  return (value | 0) === value
}
