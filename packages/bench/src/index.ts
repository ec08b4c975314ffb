export { bench, type BenchOptions } from './session.ts'
