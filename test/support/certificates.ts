import { generateKeyPairSync } from "node:crypto";
import forge from "node-forge";

const dayMs = 24 * 60 * 60 * 1000;

export interface CertificateRequest {
  /** Its common name. */
  readonly subject: string;
  /** Host names and addresses. Default: the subject. */
  readonly names?: readonly string[];
  /** Days from now; negative ones are past. Default -1 and 30. */
  readonly validFromDays?: number;
  readonly validToDays?: number;
}

/** A certificate and its key, as PEM. */
export interface Identity {
  readonly cert: string;
  readonly key: string;
}

/** Who signs certificates; `ca` is its own. Real ones, that exist for one run of the tests. */
export class CertificateAuthority {
  readonly ca: string;
  readonly #certificate: forge.pki.Certificate;
  readonly #key: forge.pki.rsa.PrivateKey;
  #serial = 1;

  constructor(subject: string) {
    const keys = newKeys();
    this.#key = forge.pki.privateKeyFromPem(keys.privateKey);
    this.#certificate = unsigned(keys.publicKey, { subject, validToDays: 3650 }, "01", [
      { name: "basicConstraints", cA: true },
      { name: "keyUsage", keyCertSign: true, cRLSign: true },
    ]);
    this.#certificate.setIssuer(this.#certificate.subject.attributes);
    this.#certificate.sign(this.#key, forge.md.sha256.create());
    this.ca = forge.pki.certificateToPem(this.#certificate);
  }

  issue(request: CertificateRequest): Identity {
    const keys = newKeys();
    this.#serial += 1;
    const serial = this.#serial.toString(16).padStart(2, "0");
    const certificate = unsigned(keys.publicKey, request, serial, alternativeNames(request));
    certificate.setIssuer(this.#certificate.subject.attributes);
    certificate.sign(this.#key, forge.md.sha256.create());
    return { cert: forge.pki.certificateToPem(certificate), key: keys.privateKey };
  }
}

/** A certificate that nobody but itself has signed. */
export function selfSigned(request: CertificateRequest): Identity {
  const keys = newKeys();
  const certificate = unsigned(keys.publicKey, request, "01", alternativeNames(request));
  certificate.setIssuer(certificate.subject.attributes);
  certificate.sign(forge.pki.privateKeyFromPem(keys.privateKey), forge.md.sha256.create());
  return { cert: forge.pki.certificateToPem(certificate), key: keys.privateKey };
}

function newKeys(): { readonly publicKey: string; readonly privateKey: string } {
  return generateKeyPairSync("rsa", {
    modulusLength: 2048,
    publicKeyEncoding: { type: "spki", format: "pem" },
    privateKeyEncoding: { type: "pkcs8", format: "pem" },
  });
}

function unsigned(
  publicKey: string,
  { subject, validFromDays = -1, validToDays = 30 }: CertificateRequest,
  serial: string,
  extensions: readonly object[],
): forge.pki.Certificate {
  const certificate = forge.pki.createCertificate();
  const nowMs = Date.now();
  certificate.publicKey = forge.pki.publicKeyFromPem(publicKey);
  certificate.serialNumber = serial;
  certificate.validity.notBefore = new Date(nowMs + validFromDays * dayMs);
  certificate.validity.notAfter = new Date(nowMs + validToDays * dayMs);
  certificate.setSubject([{ name: "commonName", value: subject }]);
  certificate.setExtensions([...extensions]);
  return certificate;
}

function alternativeNames({ subject, names = [subject] }: CertificateRequest): readonly object[] {
  const altNames = names.map((name) => (/^[\d.]+$/.test(name) ? { type: 7, ip: name } : { type: 2, value: name }));
  return [{ name: "subjectAltName", altNames }];
}
