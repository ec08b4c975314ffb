export { isolated as default } from '../vitest.shared.ts'
