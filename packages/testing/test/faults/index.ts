// Every planted fault. Faults of a single codec have a file of their own, and are added here.

import type { Fault } from './fault.ts'
import { finderFaults } from './finder-faults.ts'
import { handMadeFaults } from './faults.ts'
import { ownershipFaults } from './ownership-faults.ts'

export const faults: Fault[] = [...handMadeFaults, ...finderFaults, ...ownershipFaults]
