// Adds up the packages' vitest reports, so that the test command ends with one plain line.
import { readFileSync, readdirSync } from 'node:fs'

const total = { passed: 0, failed: 0, skipped: 0 }
for (const folder of readdirSync('packages')) {
  const report = JSON.parse(readFileSync(`packages/${folder}/reports/vitest.json`, 'utf8'))
  total.passed += report.numPassedTests
  total.failed += report.numFailedTests
  total.skipped += report.numPendingTests + report.numTodoTests
}
console.log(`${total.passed} passed, ${total.failed} failed, ${total.skipped} skipped`)
process.exitCode = total.failed === 0 && total.passed > 0 ? 0 : 1
