// Tests in a real browser, in a command of their own: `npm run test:site`.
import shared from '../../vitest.shared.ts'

export default {
  ...shared,
  test: { ...shared.test, include: ['*.test.ts'], hookTimeout: 600_000, expect: { poll: { timeout: 20_000 } } },
}
