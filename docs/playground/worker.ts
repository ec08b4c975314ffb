// The worker of the page: runs one task and posts its result.

import { perform, type TaskRequest } from './tasks.ts'

/** The members of a worker's global scope used here. */
declare const self: {
  addEventListener(type: 'message', listener: (event: { data: TaskRequest }) => void): void
  postMessage(answer: unknown): void
}

self.addEventListener('message', ({ data }) => {
  // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a worker's has none
  void perform(data).then((answer) => self.postMessage(answer))
})
