// Runs in a page: the laws of every codec, and Web streams. It puts the result where the test looks for it.

import { keep } from './keep.js'
import { codecNames, lawsOfCodec } from './tools/fuzz/codecs.js'
import { webStreams } from './web-streams.js'

async function run() {
  let laws = 0
  for (const name of codecNames) laws += await keep(lawsOfCodec(name, 1), { seed: 1, numRuns: 10 })
  return { laws, streams: await webStreams() }
}

globalThis.result = run().catch((error) => ({ error: String(error?.stack ?? error) }))
