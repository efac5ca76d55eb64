import type { PeerCertificate } from "node:tls";
import { type TlsCertificate, TlsError, type TlsProblem } from "../tls.ts";

/**
 * Failures by what OpenSSL and Node call them: first match. An `ALERT` is the peer's word, anything else is our own finding.
 * Names come as `CERT_HAS_EXPIRED`, `ERR_SSL_TLSV1_ALERT_UNKNOWN_CA`, or in the text of an `EPROTO`.
 */
const problems: readonly (readonly [RegExp, TlsProblem, string])[] = [
  [/ALERT CERTIFICATE REQUIRED/, "certificateRequired", "the peer wants a certificate and got none"],
  [
    /ALERT (BAD|UNSUPPORTED) CERTIFICATE|ALERT CERTIFICATE |ALERT UNKNOWN CA/,
    "certificateRefused",
    "the peer refused our certificate",
  ],
  [
    /ALERT PROTOCOL VERSION|UNSUPPORTED PROTOCOL|NO PROTOCOLS AVAILABLE|VERSION TOO LOW/,
    "versions",
    "no version of TLS in common",
  ],
  [/ALERT HANDSHAKE FAILURE|NO SHARED CIPHER|NO CIPHERS/, "ciphers", "the peer agreed to nothing that was offered"],
  [
    /WRONG VERSION NUMBER|PACKET LENGTH TOO LONG|HTTP REQUEST|RECORD TOO/,
    "notTls",
    "the peer answered with bytes that are not TLS",
  ],
  [/CERT HAS EXPIRED/, "expired", "the certificate has expired"],
  [/CERT NOT YET VALID/, "notYetValid", "the certificate is not valid yet"],
  [/DEPTH ZERO SELF SIGNED/, "selfSigned", "the certificate is signed by itself"],
  [/CERT REVOKED/, "revoked", "the certificate is revoked"],
  [/ALTNAME INVALID/, "nameMismatch", "the certificate is for another name"],
  [
    /SELF SIGNED CERT IN CHAIN|UNABLE TO (GET|VERIFY)|CERT UNTRUSTED|INVALID CA|CERT CHAIN/,
    "unknownAuthority",
    "nobody trusted has signed the certificate",
  ],
  [/ECONNRESET|EPIPE|SOCKET DISCONNECTED/, "closed", "the peer closed the connection during the handshake"],
];

/** @param code Node's or OpenSSL's name of the failure, or the error itself */
export function tlsFailure(failure: unknown, certificate: TlsCertificate | null): TlsError {
  const { code = "", message = "" } = failure instanceof Error ? (failure as NodeJS.ErrnoException) : { code: String(failure) };
  const text = `${code} ${message}`.replaceAll("_", " ").toUpperCase();
  for (const [pattern, problem, detail] of problems) {
    if (pattern.test(text)) return new TlsError(problem, `${detail} (${code})`, certificate, failure);
  }
  return new TlsError("other", message === "" ? code : message, certificate, failure);
}

/** Returns true if an error of a connection that was already in use comes from TLS. */
export function isTlsFailure(error: Error): boolean {
  const { code = "" } = error as NodeJS.ErrnoException;
  return /^ERR_(SSL|TLS|OSSL)_/.test(code) || code === "EPROTO";
}

/** Converts the peer's certificate from Node's form; null if the peer showed none. */
export function certificateOf(peer: PeerCertificate): TlsCertificate | null {
  if (Object.keys(peer).length === 0) return null;
  return {
    subject: commonName(peer.subject),
    issuer: commonName(peer.issuer),
    names: (peer.subjectaltname ?? "")
      .split(", ")
      .map((name) => name.replace(/^(DNS|IP Address):/, ""))
      .filter((name) => name !== ""),
    validFromMs: Date.parse(peer.valid_from),
    validToMs: Date.parse(peer.valid_to),
  };
}

function commonName(name: PeerCertificate["subject"] | undefined): string {
  const { CN, O } = name ?? {};
  const first = [CN ?? O ?? []].flat()[0];
  return first ?? "";
}
