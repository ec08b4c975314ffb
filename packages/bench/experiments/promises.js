// Giving frames to `for await`: 1,000 frames of a chunk that has arrived.

import { alternatives } from './alternatives.js'

const COUNT = 1000
const items = Array.from({ length: COUNT }, (_, index) => index)

async function added(iterable) {
  let sum = 0
  for await (const item of iterable) sum += item
  return sum
}

function byHand() {
  let index = 0
  const done = { done: true, value: undefined }
  return {
    [Symbol.asyncIterator]() {
      return this
    },
    next: () => Promise.resolve(index < COUNT ? { done: false, value: items[index++] } : done),
  }
}

async function* generated() {
  for (const item of items) yield item
}

async function* nested() {
  for await (const item of generated()) yield item
}

await alternatives('a frame', COUNT, {
  'an iterator written by hand, with promises resolved already': () => added(byHand()),
  'an async generator': () => added(generated()),
  'an async generator around another': () => added(nested()),
})
