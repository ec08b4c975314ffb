// Tests in a real browser, with a separate command: `npm run test:site`.
import shared from '../../vitest.shared.ts'

export default {
  ...shared,
  test: {
    ...shared.test,
    include: ['*.test.ts'],
    testTimeout: 400_000,
    hookTimeout: 900_000,
    expect: { poll: { timeout: 100_000 } },
  },
}
