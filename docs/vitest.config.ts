import shared from '../vitest.shared.ts'

// Examples subscribe to diagnostics channels, and stay subscribed.
export default { ...shared, test: { ...shared.test, name: 'docs', isolate: true } }
