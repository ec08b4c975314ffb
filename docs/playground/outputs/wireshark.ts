// Writes the same framing as a Wireshark dissector in Lua.

import type { Choice } from '../codec-choice.ts'
import { framingOf, type Framing } from './layout.ts'

/**
 * A dissector that finds the frames of this framing, or a comment with the reason why there is none.
 *
 * @throws {Misuse} The flags conflict.
 */
export function wiresharkFor(choice: Choice, port = 4000): string {
  const framing = framingOf(choice)
  const body = bodyOf(framing)
  if (framing.kind === 'other' || body === undefined) return `-- ${reasonFor(framing)}`
  return `-- unstick.lua: put it into Wireshark's personal Lua plugins folder
-- (Help, About Wireshark, Folders), and set the port.
local PORT = ${port}
local LONGEST = ${framing.maxFrameLength}

local unstick = Proto("unstick", "Frames")
local f_frame = ProtoField.bytes("unstick.frame", "Frame")
local f_payload = ProtoField.bytes("unstick.payload", "Payload")
unstick.fields = { f_frame, f_payload }

-- The frame at \`at\`: its end, and where its payload starts and ends.
-- Nothing if more bytes are needed.
${body}
function unstick.dissector(tvb, pinfo, root)
  pinfo.cols.protocol = "unstick"
  local at, count = 0, 0
  while at < tvb:len() do
    local stop, from, to = frame_end(tvb, at)
    if stop ~= nil and (stop <= at or ${countedOf(framing)} > LONGEST) then
      root:add(unstick, tvb(at)):add_expert_info(PI_MALFORMED, PI_ERROR, "no frame begins here")
      return tvb:len()
    end
    if stop == nil or stop > tvb:len() then
      pinfo.desegment_offset = at
      pinfo.desegment_len = stop and stop - tvb:len() or DESEGMENT_ONE_MORE_SEGMENT
      break
    end
    local tree = root:add(unstick, tvb(at, stop - at))
    tree:add(f_frame, tvb(at, stop - at))
    if to > from then tree:add(f_payload, tvb(from, to - from)) end
    at, count = stop, count + 1
  end
  pinfo.cols.info = count .. " frames"
  return tvb:len()
end

DissectorTable.get("tcp.port"):add(PORT, unstick)
`
}

/** What the limit counts: the whole frame, or its content without the delimiter. */
function countedOf({ kind }: Framing): string {
  return kind === 'delimiter' || kind === 'lines' ? 'to - from' : 'stop - at'
}

function reasonFor(framing: Framing): string {
  if (framing.kind === 'other')
    return `Wireshark may have a dissector for ${framing.name} already: see Analyze, Decode As.`
  return 'The playground has no dissector for these options.'
}

/** The function \`frame_end\`. */
function bodyOf(framing: Framing): string | undefined {
  switch (framing.kind) {
    case 'lengthField': {
      const { offset, width, byteOrder, adjustment, strip } = framing
      const order = byteOrder === 'little' ? 'le_' : ''
      const read = width <= 4 ? `${order}uint()` : `${order}uint64():tonumber()`
      return `local function frame_end(tvb, at)
  local header = at + ${offset + width}
  if header > tvb:len() then return end
  local stop = header + tvb(at + ${offset}, ${width}):${read}${adjustment === 0 ? '' : ` + ${adjustment}`}
  return stop, at + ${strip}, stop
end
`
    }
    case 'varint':
      if (framing.encoding !== 'leb128') return undefined
      return `local function frame_end(tvb, at)
  local value, weight, place = 0, 1, at + ${framing.offset}
  while place < tvb:len() do
    local byte = tvb(place, 1):uint()
    value, weight, place = value + byte % 128 * weight, weight * 128, place + 1
    if byte < 128 then return place + value, ${framing.offset === 0 ? 'place' : 'at'}, place + value end
  end
end
`
    case 'textLength':
      return textLength(framing)
    case 'delimiter':
      if (framing.at === 'start') return undefined
      return `local DELIMITERS = { ${framing.delimiters.map((bytes) => luaString(bytes)).join(', ')} }

local function frame_end(tvb, at)
  local bytes = tvb:raw(at)
  local first, last
  for _, delimiter in ipairs(DELIMITERS) do
    local from, to = bytes:find(delimiter, 1, true)
    if from and (not first or from < first or (from == first and to > last)) then first, last = from, to end
  end
  if first then return at + last, at, at + first - 1 end
end
`
    case 'lines': {
      if (framing.ending === 'any') return undefined
      const ending = framing.ending === 'crlf' ? String.raw`"\r\n"` : String.raw`"\n"`
      const strip =
        framing.ending === 'auto'
          ? String.raw`  if from > 1 and bytes:sub(from - 1, from - 1) == "\r" then from = from - 1 end`
          : ''
      return `local function frame_end(tvb, at)
  local bytes = tvb:raw(at)
  local from, to = bytes:find(${ending}, 1, true)
  if not from then return end
${strip === '' ? '' : `${strip}\n`}  return at + to, at, at + from - 1
end
`
    }
    case 'fixedSize':
      return `local function frame_end(tvb, at)
  return at + ${framing.size}, at, at + ${framing.size}
end
`
    case 'contentLength':
      return String.raw`local function frame_end(tvb, at)
  local _, header = tvb:raw(at):find("\r\n\r\n", 1, true)
  if not header then return end
  local length = ("\r\n" .. tvb:raw(at, header)):lower():match("\r\ncontent%-length:%s*(%d+)%s*\r\n")
  if not length then return at end
  local from = at + header
  return from + tonumber(length), from, from + tonumber(length)
end
`
    default:
      return undefined
  }
}

function textLength({ radix, digits, terminator, trailer, includes }: Framing & { kind: 'textLength' }): string {
  const header =
    digits === undefined
      ? `  local from, to = bytes:find(${luaString(terminator)}, 1, true)
  if not from then return end
  local digits = bytes:sub(1, from - 1)`
      : `  if #bytes < ${digits} then return end
  local to, digits = ${digits}, bytes:sub(1, ${digits})`
  const base = { payload: 'at + to', lengthField: 'at', frame: 'at' }[includes] ?? 'at + to'
  const trailerLength = trailer.length
  const isWhole = includes === 'frame'
  const end = isWhole || trailerLength === 0 ? 'stop' : `stop + ${trailerLength}`
  const payloadEnd = isWhole && trailerLength > 0 ? `stop - ${trailerLength}` : 'stop'
  return `local function frame_end(tvb, at)
  local bytes = tvb:raw(at)
${header}
  local value = tonumber(digits, ${radix})
  if not value then return at end
  local stop = ${base} + value
  return ${end}, at + to, ${payloadEnd}
end
`
}

/** A Lua string literal, in ASCII. */
function luaString(bytes: Uint8Array): string {
  return `"${Array.from(bytes, (byte) => `\\x${byte.toString(16).padStart(2, '0')}`).join('')}"`
}
