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
  /** Keys of one file. */
  keysMax: 100,
} as const;
