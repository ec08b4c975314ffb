// The states of a decoder.
//
// State     Position in the stream                    When a chunk arrives                              Left when
// --------  ----------------------------------------  ------------------------------------------------  ---------------------------------
// BETWEEN   Between two frames. There is no           Frames are found in the chunk and are views       The chunk ends inside a frame.
//           accumulator.                              of it.                                            A gap begins.
// INSIDE    In an incomplete frame. The accumulator   The bytes that the frame needs are appended, or   The frame ends.
//           begins with it.                           the accumulator is doubled; the finder is called.
// DROPPING  In a gap, or after one that is not        The bytes known to be dropped are dropped; then   The next frame follows the gap.
//           reported yet; in a skipped frame; in a    the finder searches for the end.                  The skipped frame or the frame
//           frame that is given out in parts.                                                           in parts ends.
// FAILED    At a faulty frame. It and all bytes       The same error is thrown again.                   reset() is called.
//           after it are kept.
// ENDED     At the end. No bytes are kept.            An error is thrown.                               reset() is called.

// This file has no imports: only then does the build write the constants as numbers where they are used. As variables,
// V8 would read them anew for every frame.

export const BETWEEN = 0
export const INSIDE = 1
export const DROPPING = 2
export const FAILED = 3
export const ENDED = 4
export type State = typeof BETWEEN | typeof INSIDE | typeof DROPPING | typeof FAILED | typeof ENDED
