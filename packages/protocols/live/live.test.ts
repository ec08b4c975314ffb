// Starts each installed server and client, and checks their traffic like a recording.
//
//   npm run live              installs all that is missing, for as long as it runs (recordings/temporary-root.sh)
//   npx vitest run -c live/vitest.config.ts     skips what is not installed

import { afterAll, afterEach, expect, it } from 'vitest'
import { cleanUp, missingFor, programs, stopAll } from '../recordings/programs.js'
import { framesOfSide, replays, sidesOf } from '../test/replays.ts'

afterEach(stopAll)
afterAll(cleanUp)

for (const [name, start] of Object.entries(programs)) {
  const missing = missingFor(name)
  if (missing.length > 0) {
    it.skip(`${name}: not installed: ${missing.join(', ')}`)
    continue
  }
  it(`${name}: a live server and client exchange the same messages as in the recording`, async () => {
    const { saw, ...said } = await start()
    expect(said.chunks.length).toBeGreaterThan(0)
    for (const from of sidesOf(name)) {
      replays[name]!.check(framesOfSide(name, { ...said, saw }, from) as never, from, saw)
    }
  })
}
