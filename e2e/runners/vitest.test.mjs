import { describe, it } from 'vitest'
import { register } from './kit.cjs'

register(describe, it)
