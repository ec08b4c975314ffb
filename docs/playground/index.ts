// The functions that the playground's components use.

export {
  codecFor,
  explainingCodecFor,
  flagOf,
  KINDS,
  kindOf,
  optionsOf,
  protocolForm,
  protocolNames,
  type Choice,
  type ProtocolForm,
} from './codec-choice.ts'
export {
  bytewise,
  chunksOf,
  coalesced,
  corrupted,
  fragmented,
  startingAt,
  inserted,
  joined,
  limited,
  MOST_BYTES,
  moved,
  removed,
  replaced,
  toggled,
  withCuts,
} from './cutting.ts'
export { missingText } from './capture-stream.ts'
export { readDropped } from './dropped-file.ts'
export { explainFrame, type ExplainedPart } from './explain.ts'
export { EXHIBITS, FIRST_EXHIBIT, type MessageKind } from './framers/exhibits.ts'
export { shownFrame } from './framers/shown-frame.ts'
export type { TriedLaw } from './framers/try-framer.ts'
export type { ShownGuess } from './guessing.ts'
export { bytesOfHex, hexOf } from './hex.ts'
export { readInput, writeInput, type ChunkedBytes, type InputForm } from './input.ts'
export { commandLineFor } from './outputs/command-line.ts'
export { nettyFor } from './outputs/netty.ts'
export { tokioFor } from './outputs/tokio.ts'
export { typescriptFor } from './outputs/typescript.ts'
export { vitestTestFor } from './outputs/vitest-test.ts'
export { wiresharkFor } from './outputs/wireshark.ts'
export { SAMPLES } from './samples.ts'
export { runTask, TimeLimit, type TaskWorker } from './tasks.ts'
export {
  payloadsOf,
  piecesOf,
  traceOf,
  type FrameMemory,
  type Step,
  type Trace,
  type TracedFrame,
  type TracedGap,
} from './trace.ts'
export { hashOf, stateOf } from './url-state.ts'
