import { webStreams } from './web-streams.js'

console.log(`${await webStreams()} Web streams right`)
