/** The object identifiers of PKCS#12's own structure, for reading and writing. */

export const contentOids = {
  data: "1.2.840.113549.1.7.1",
  signedData: "1.2.840.113549.1.7.2",
  encryptedData: "1.2.840.113549.1.7.6",
} as const;

export const bagOids = {
  key: "1.2.840.113549.1.12.10.1.1",
  encryptedKey: "1.2.840.113549.1.12.10.1.2",
  certificate: "1.2.840.113549.1.12.10.1.3",
  bags: "1.2.840.113549.1.12.10.1.6",
} as const;

export const attributeOids = {
  friendlyName: "1.2.840.113549.1.9.20",
  localKeyId: "1.2.840.113549.1.9.21",
} as const;

export const x509CertificateOid = "1.2.840.113549.1.9.22.1";
