// Prints the last line of the test command, from vitest's report.
import { readFileSync } from 'node:fs'

const report = JSON.parse(readFileSync('reports/vitest.json', 'utf8'))
const skipped = report.numPendingTests + report.numTodoTests
console.log(`${report.numPassedTests} passed, ${report.numFailedTests} failed, ${skipped} skipped`)
process.exitCode = report.success && report.numPassedTests > 0 ? 0 : 1
