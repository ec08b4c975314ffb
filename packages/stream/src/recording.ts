export { PcapngWriter, type RecordedConnection } from './recording/pcapng.ts'
export { eventLine, FORMAT, headerLine, type Direction, type RecordedEvent } from './recording/recording.ts'
