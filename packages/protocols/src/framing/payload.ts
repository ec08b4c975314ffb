// Payloads that are copied into their frames. Those that are written as they are, core checks.

import { isBytes, kindOf } from '@unstick/core'

/** @throws {TypeError} It is no `Uint8Array`: copied, a string would become zeros, and numbers lose their high bits. */
export function checkPayload(name: string, payload: Uint8Array): void {
  if (!isBytes(payload)) throw new TypeError(`${name}: a payload must be a Uint8Array, received ${kindOf(payload)}`)
}
