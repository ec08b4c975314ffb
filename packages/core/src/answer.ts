// Checks the answers of finders. A forbidden answer is a bug of the codec.

import { DROP, ENDLESS, GAP, hasBounds, UNKNOWN, type FrameSearch, type Search } from './search.ts'

/**
 * The answer about `bytes[start, end)`, relative to `start`: a length, `UNKNOWN`, `ENDLESS`, `GAP` or `DROP`. Also
 * makes the fields of `search` relative, and sets the bounds if the answer is exact.
 *
 * @throws {Error} The answer makes no progress, a payload lies outside its frame, or a number is not a safe integer.
 */
export function checkedAnswer(name: string, search: Search, answer: number, start: number, end: number): number {
  const isFrame = answer > start && answer <= end
  if (answer === GAP || answer === DROP) {
    if (!(Number.isSafeInteger(search.payloadEnd) && search.payloadEnd > start)) {
      throw bugOf(name, `a gap up to ${search.payloadEnd}, asked at ${start}`)
    }
    search.payloadEnd -= start
  } else if (isFrame || hasBounds(search, start)) {
    const { payloadStart } = search
    const payloadEnd = search.payloadEndIn(answer)
    if (answer !== UNKNOWN && answer !== ENDLESS) {
      const areIntegers = Number.isSafeInteger(payloadStart) && Number.isSafeInteger(payloadEnd)
      if (!(areIntegers && start <= payloadStart && payloadStart <= payloadEnd && payloadEnd <= answer)) {
        throw bugOf(name, `a payload from ${payloadStart} to ${payloadEnd} in a frame from ${start} to ${answer}`)
      }
    }
    search.payloadEnd = payloadEnd - start
    search.payloadStart -= start
  } else search.payloadStart = 0
  if (!Number.isSafeInteger(search.state)) throw bugOf(name, `the state ${search.state}`)
  if (!isFrame && !(Number.isSafeInteger(search.resumeAt) && search.resumeAt >= start)) {
    throw bugOf(name, `resumeAt ${search.resumeAt}, asked at ${start}`)
  }
  search.resumeAt -= start
  if (answer < 0 || answer === ENDLESS) {
    if (answer === UNKNOWN || answer === ENDLESS || answer === GAP || answer === DROP) return answer
  } else if (answer > start && Number.isSafeInteger(answer)) return answer - start
  throw bugOf(name, `${answer}, asked at ${start}: no progress`)
}

/** The error for a forbidden answer. */
export function bugOf(name: string, what: string): Error {
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
