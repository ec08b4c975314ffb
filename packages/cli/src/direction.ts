/** Who wrote the bytes of a connection. */
export type Direction = 'client' | 'server'

export const DIRECTIONS = ['client', 'server'] as const
