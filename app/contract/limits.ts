/** What may cross between the page and the main process at once. */

export const contractLimits = {
  rowsPerPageMax: 100,
  /** UTF-16 units of one message. */
  messageCharsMax: 65_536,
  callsInFlightMax: 32,
  addressCharsMax: 3_071,
  nameCharsMax: 256,
  statusCharsMax: 1_024,
  passwordCharsMax: 1_024,
  queryCharsMax: 256,
  /** One byte more than is read (trust/anchors.ts), so that a file that is too large is seen to be. */
  certificateFileBytesMax: 1_048_577,
  /** Keys of one file. */
  keysMax: 100,
} as const;
