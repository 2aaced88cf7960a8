/** Every queue, cache, retry and size has its limit here, so that one page shows them all. */

/** What one XML stream may contain before the server has proved who it is. */
export const openingXmlLimits = {
  stanzaCharsMax: 256 * 1024,
  textCharsMax: 64 * 1024,
  elementsMax: 2_000,
  attributesMax: 64,
  depthMax: 32,
};

/** What one XML stream may contain afterwards. A roster of 10,000 contacts is one stanza of about 2 MB
 *  and 40,000 elements; a picture in a vCard is one text of up to 4 MB. */
export const onlineXmlLimits = {
  stanzaCharsMax: 16 * 1024 * 1024,
  textCharsMax: 8 * 1024 * 1024,
  elementsMax: 200_000,
  attributesMax: 64,
  depthMax: 128,
};

export const streamLimits = {
  /** Stanzas handed to the chat layer whose commit is still awaited; above it the socket is not read. */
  stanzasUncommittedMax: 1_000,
  /** Answer to the stream header, to STARTTLS, to the TLS handshake, to each SASL step. */
  negotiationStepMs: 30_000,
  /** The server may take this long to answer `</stream:stream>` before the socket is closed anyway. */
  closeMs: 2_000,
  /** `<stream:features/>` that one connection may bring: TLS, SASL and binding need three. */
  negotiationRoundsMax: 8,
};

export const iqLimits = {
  requestMs: 30_000,
  pendingMax: 1_000,
};

export const netLimits = {
  dnsMs: 10_000,
  /** TCP connect, TLS handshake and certificate decision together, for each address tried. */
  candidateMs: 15_000,
  /** SRV records followed for one domain. */
  candidatesMax: 16,
};

export const scramLimits = {
  /** RFC 7677 §4: at least 4096. */
  iterationsMin: 4_096,
  /** A hostile server must not be able to keep this machine busy for minutes. */
  iterationsMax: 2_000_000,
  messageCharsMax: 4_096,
};

export const recoveryLimits = {
  firstDelayMs: 1_000,
  delayMsMax: 120_000,
};

export const rosterLimits = {
  contactsMax: 20_000,
  nameCharsMax: 256,
  groupsMax: 32,
  /** Devices of one contact whose presence is kept. */
  resourcesMax: 64,
  statusCharsMax: 1_024,
  requestsMax: 500,
};

export const messageLimits = {
  /** 64 KiB in UTF-16 units; longer bodies from others are kept up to here and marked as cut. */
  bodyCharsMax: 65_536,
  idCharsMax: 1_024,
  /** Received messages committed in one transaction. */
  batchMax: 500,
  /** Own messages waiting for the server, per account. */
  outboxMax: 10_000,
};

export const searchLimits = {
  queryCharsMax: 256,
  resultsMax: 50,
};

/** What any file or message in DER may contain; the size of the whole is limited by who fetches it. */
export const derLimits = {
  depthMax: 64,
  oidBytesMax: 128,
  /** RSA keys of 16,384 bits have numbers of 2 KiB. */
  integerBytesMax: 4_096,
};
