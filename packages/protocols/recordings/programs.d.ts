import type { Recording } from '../test/recording.ts'

export const programs: Readonly<Record<string, () => Promise<Omit<Recording, 'saw'> & { saw?: unknown }>>>
export function missingFor(name: string): string[]
export function stopAll(): void
export function cleanUp(): void
