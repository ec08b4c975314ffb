import shared from '../../vitest.shared.ts'

// The README's examples subscribe to diagnostics channels, and stay subscribed.
export default { ...shared, test: { ...shared.test, isolate: true } }
