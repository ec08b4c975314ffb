// The process that counts work. Code is counted only if it is loaded after counting has begun.

import { countingWork } from './work.ts'

const workDone = countingWork()
void import('./answering.ts').then(({ Answering, serve }) => serve(new Answering(workDone)))
