import { testLaws, vectorLaws } from '@unstick/testing'
import mavlinks from '@unstick/testing/vectors/mavlink.json' with { type: 'json' }
import modbusRtus from '@unstick/testing/vectors/modbus-rtu.json' with { type: 'json' }
import pop3s from '@unstick/testing/vectors/pop3.json' with { type: 'json' }
import { describe, it } from 'vitest'
import { mavlink, modbusRtu, pop3, type Pop3Options } from '../src/index.ts'

describe('conformance vectors', () => {
  testLaws(vectorLaws(mavlinks, mavlink), it)
  testLaws(vectorLaws(modbusRtus, modbusRtu), it)
  testLaws(
    vectorLaws<unknown>(pop3s, ({ from, ...rest }: Pop3Options) =>
      from === 'client' ? pop3({ from, ...rest }) : pop3({ from, ...rest }),
    ),
    it,
  )
})
