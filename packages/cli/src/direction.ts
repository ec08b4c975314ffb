import type { Direction } from '@unstick/stream/recording'

export type { Direction } from '@unstick/stream/recording'

export const DIRECTIONS: readonly Direction[] = ['client', 'server']
