// The method, as explained in every report.

import type { Report } from '../report.ts'

export function methodOf({ settings }: Report): string[] {
  const { rounds, sampleMs, warmUpMs, volume, clock } = settings
  return [
    'Every contender on every workload runs in a process of its own. In one process they would share call sites, which the compiler then cannot inline, and each would slow down the next.',
    'Before it is timed, each is checked in another process: the number of frames, their bytes and a checksum of all content and borders must be those of the workload, whose bytes are written without any of the codecs. Every timed pass is checked for frames and bytes again. A contender that fails is reported as wrong, and is not timed.',
    `Samples are taken round by round (${rounds} rounds), one contender after another, so that a drift of the machine affects all alike. A sample is as many passes over the stream (${volume >> 10} KiB unless the workload says otherwise) as take about ${sampleMs} ms, after ${warmUpMs} ms of warm-up and one pass that is not timed; a call is never timed by itself. A slow contender takes part in fewer rounds.`,
    'Garbage collection is part of a sample. Before each one the young generation is emptied.',
    'Times are medians with the 95 % bootstrap interval. Ratios are medians of the ratios within each round; one whose interval is wider than a quarter of itself is not printed. CPU time is that of all threads, the compiler and the collector among them.',
    'Growth is the cost of one frame at three lengths. For our own contenders it is counted: the blocks of code that were entered, and the bytes that functions of the runtime processed. So the exponent is the same in every run. Peers, whose work is partly in strings and streams, are timed.',
    `A budget is held when the whole interval${clock === 'cpu' ? ' of the CPU time' : ''} is within the limit, missed when the whole interval is beyond it, and else not decidable in this run.`,
  ]
}

export function machineOf({ machine, date, settings }: Report): string {
  const { cpu, cores, memoryGiB, os, runtime } = machine
  return `${cpu}, ${cores} cores, ${memoryGiB} GiB; ${os}; ${runtime}; ${date.slice(0, 10)}, ${settings.mode} run`
}
