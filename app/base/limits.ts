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
  /** TCP connect and TLS handshake together, for each address tried. The decision about the certificate has
   *  its own time: trustLimits.fetchMs. */
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

export const crlLimits = {
  /** Everything but the list of revoked certificates, of which no object is made for each element. */
  frameBytesMax: 256 * 1024,
  /** The name of another issuer in an entry. */
  entryIssuerBytesMax: 16 * 1024,
  /** Names whose certificates one indirect CRL may list. */
  issuersMax: 10_000,
  /** Certificates of the CRL issuer's name that are tried as its signer: each try is a signature check. */
  signersMax: 16,
  /** How long a CRL that does not say when the next one comes is good for. */
  ageMsMax: 7 * 24 * 60 * 60 * 1_000,
};

export const revocationLimits = {
  /** How much the clocks of a responder or CRL issuer and of this machine may differ. */
  clockSkewMs: 5 * 60 * 1_000,
};

/** Files with keys and certificates. Firefox and GnuTLS derive keys in 600,000 rounds, others in up to
 *  a million, for each encrypted part and the check of the password. */
export const keyFileLimits = {
  bytesMax: 4 * 1024 * 1024,
  /** Elements of one structure. */
  elementsMax: 100_000,
  /** Rounds of hashing spent on one file with one password: below a microsecond each. */
  roundsMax: 20_000_000,
  scryptBytesMax: 256 * 1024 * 1024,
  keysMax: 100,
  certificatesMax: 1_000,
  /** Blocks of one PEM file. */
  blocksMax: 2_000,
  nameCharsMax: 1_000,
  /** SafeContents in SafeContents. */
  nestedBagsMax: 4,
  /** From a certificate up to its root. */
  chainMax: 10,
  /** Signatures tried to find who issued what. */
  signaturesMax: 300,
  /** Rounds for files that we write, of each of the two derivations. */
  exportRounds: 600_000,
};

/** Certificates with which people sign in. */
export const identityLimits = {
  /** Reading a file, making a key or writing a file: a hostile file must not keep a thread busy for ever. */
  jobMs: 60_000,
  identitiesMax: 200,
  /** Certificates read from one server's list (XEP-0257). */
  onServerMax: 200,
  selfSignedYears: 5,
  /** How many days before its end the person is told, from the first time to the last. */
  reminderDays: [30, 7, 1],
  /** How often the calendar is looked at. */
  reminderCheckMs: 60 * 60 * 1_000,
};

/** What building and checking one chain of certificates may cost, and how long a chain may be. */
export const pathLimits = {
  budget: {
    /** Signatures verified: a fraction of a millisecond each, a few for the largest keys. */
    signatures: 250,
    /** Issuers tried; a complete chain that is checked counts for several. */
    steps: 5_000,
    /** Names compared with name constraints. */
    nameComparisons: 250_000,
  },
  /** Steps that checking a complete chain counts for. */
  stepsOfOneCheck: 20,
  /** Policies and mappings on it that count for one more. */
  policiesOfOneStep: 20,
  /** Authorities between leaf and anchor where nothing else is said; those that issued themselves a new
   *  certificate do not count. */
  depthMax: 8,
  /** Certificates of a chain, all of them. */
  certificatesMax: 20,
  /** Signers of CRLs whose own CRL is signed by yet another. */
  signerDepthMax: 3,
};

export const ocspLimits = {
  responseBytesMax: 64 * 1024,
  /** Certificates in one response: each that has the responder's name costs two signature checks. */
  certificatesMax: 16,
  /** How long an answer that does not say when there is a newer one is good for. */
  ageMsMax: 7 * 24 * 60 * 60 * 1_000,
  /** RFC 9654 §2.1. */
  nonceBytes: 32,
};

export const trustLimits = {
  /** All that is fetched for one decision. */
  fetchMs: 5_000,
  crlBytesMax: 32 * 1024 * 1024,
  redirectsMax: 3,
  urlCharsMax: 2_048,
  /** Fetches at the same time. */
  flightsMax: 16,
  /** Certificates that one decision asks about, and places that are asked about each. */
  linksMax: 8,
  placesMax: 3,
  /** Times that a decision fetches: a CRL may need another one for its signer. */
  fetchRoundsMax: 2,
  /** CRLs kept of one address: parts of one list, and those of an authority's older key. */
  crlsOfOnePlaceMax: 4,
  crlsInMemoryMax: 16,
  /** Certificates that a server may present. */
  presentedMax: 20,
  questionsMax: 32,
  /** How long a sign-in form waits for the answer to one. */
  questionMs: 10 * 60 * 1_000,
  exceptionsMax: 1_000,
  pinsMax: 1_000,
  ocspAnswersMax: 1_000,
  /** How long anchors are read before something else gets its turn. */
  readingSliceMs: 10,
  /** Open connections are judged again: what was revoked since is noticed. */
  rejudgeMs: 60 * 60 * 1_000,
};
