/** Object identifiers by name. */

export const extensionOids = {
  subjectKeyId: "2.5.29.14",
  keyUsage: "2.5.29.15",
  subjectAltName: "2.5.29.17",
  issuerAltName: "2.5.29.18",
  basicConstraints: "2.5.29.19",
  crlNumber: "2.5.29.20",
  crlReason: "2.5.29.21",
  invalidityDate: "2.5.29.24",
  deltaCrlIndicator: "2.5.29.27",
  issuingDistributionPoint: "2.5.29.28",
  certificateIssuer: "2.5.29.29",
  nameConstraints: "2.5.29.30",
  crlDistributionPoints: "2.5.29.31",
  certificatePolicies: "2.5.29.32",
  policyMappings: "2.5.29.33",
  authorityKeyId: "2.5.29.35",
  policyConstraints: "2.5.29.36",
  extendedKeyUsage: "2.5.29.37",
  freshestCrl: "2.5.29.46",
  inhibitAnyPolicy: "2.5.29.54",
  authorityInfoAccess: "1.3.6.1.5.5.7.1.1",
  tlsFeature: "1.3.6.1.5.5.7.1.24",
  ocspNoCheck: "1.3.6.1.5.5.7.48.1.5",
} as const;

export const purposeOids = {
  any: "2.5.29.37.0",
  serverAuth: "1.3.6.1.5.5.7.3.1",
  clientAuth: "1.3.6.1.5.5.7.3.2",
  ocspSigning: "1.3.6.1.5.5.7.3.9",
} as const;

export const ocspOids = {
  basicResponse: "1.3.6.1.5.5.7.48.1.1",
  nonce: "1.3.6.1.5.5.7.48.1.2",
  /** RFC 6962 §3.3: says nothing about revocation. */
  certificateTimestamps: "1.3.6.1.4.1.11129.2.4.5",
} as const;

export const accessOids = {
  ocsp: "1.3.6.1.5.5.7.48.1",
  issuers: "1.3.6.1.5.5.7.48.2",
} as const;

export const nameOids = {
  commonName: "2.5.4.3",
  countryName: "2.5.4.6",
  localityName: "2.5.4.7",
  stateName: "2.5.4.8",
  organizationName: "2.5.4.10",
  organizationalUnitName: "2.5.4.11",
  emailAddress: "1.2.840.113549.1.9.1",
  domainComponent: "0.9.2342.19200300.100.1.25",
} as const;

/** The kinds of otherName that servers and people are known by in XMPP (RFC 6120 §13.7.1.4, RFC 4985). */
export const otherNameOids = {
  xmppAddr: "1.3.6.1.5.5.7.8.5",
  srvName: "1.3.6.1.5.5.7.8.7",
  /** RFC 8398: an address with letters beyond ASCII. */
  smtpUtf8Mailbox: "1.3.6.1.5.5.7.8.9",
} as const;

export const anyPolicyOid = "2.5.29.32.0";
