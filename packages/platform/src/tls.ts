/** A file's content: PEM text, or bytes. */
export type TlsMaterial = string | Uint8Array;

/** Versions of TLS, as Node calls them. */
export type TlsVersion = "TLSv1" | "TLSv1.1" | "TLSv1.2" | "TLSv1.3";

/** Certificates that one side of TLS shows, and the versions it speaks. Names and values are those of Node's `node:tls`. */
export interface TlsIdentity {
  /** The certificate to show, with those of the authorities between it and the root behind it, as PEM. */
  readonly cert?: TlsMaterial | readonly TlsMaterial[];
  /** The private key of `cert`, as PEM. */
  readonly key?: TlsMaterial | readonly TlsMaterial[];
  /** Certificate and key in one, as PKCS #12. */
  readonly pfx?: TlsMaterial;
  /** Opens `key` or `pfx`. */
  readonly passphrase?: string;
  /** Default: Node's, which is TLS 1.2. */
  readonly minVersion?: TlsVersion;
  /** Default: Node's, which is TLS 1.3. */
  readonly maxVersion?: TlsVersion;
  /** Ciphers in OpenSSL's notation. Default: Node's. */
  readonly ciphers?: string;
}

/** Security of an outgoing connection. */
export interface TlsOptions extends TlsIdentity {
  /** Certificates of the authorities to trust, as PEM. Default: those that Node trusts; given ones take their place. */
  readonly ca?: TlsMaterial | readonly TlsMaterial[];
  /** Revoked certificates, as PEM. */
  readonly crl?: TlsMaterial | readonly TlsMaterial[];
  /** The name that the certificate must have. Default: the host that is connected to. */
  readonly servername?: string;
  /** Ends the connection if the peer's certificate cannot be trusted. Default true; false lets anybody read along. */
  readonly rejectUnauthorized?: boolean;
  /** Replaces the comparison of names: an error refuses the certificate. */
  readonly checkServerIdentity?: (host: string, certificate: any) => Error | undefined;
}

/** An option of TLS that cannot be used, whatever the peer is. */
export interface TlsFault {
  /** Name of the option. */
  readonly option: keyof TlsOptions;
  /** Value that it must have, in words; completes "must be …". Holds no secret. */
  readonly needed: string;
}

/** Security of a listener. */
export interface TlsServerOptions extends TlsIdentity {
  /** Authorities whose certificates are taken of clients, as PEM. */
  readonly ca?: TlsMaterial | readonly TlsMaterial[];
  /** Requires a client to show a certificate of one of `ca`. Default false. */
  readonly requestCert?: boolean;
}

/** Content of a peer's certificate. */
export interface TlsCertificate {
  /** Name of the certificate's owner. */
  readonly subject: string;
  /** Name of the authority that signed it. */
  readonly issuer: string;
  /** Host names and addresses that it is for. */
  readonly names: readonly string[];
  /** First and last moment of its life; NaN: not known. */
  readonly validFromMs: number;
  /** Last moment of its life, milliseconds since the epoch; NaN: not known. */
  readonly validToMs: number;
}

/**
 * Kinds of failures of TLS.
 *
 * - `expired`, `notYetValid`, `selfSigned`, `unknownAuthority`, `nameMismatch`, `revoked`: about the peer's certificate.
 * - `certificateRequired`, `certificateRefused`: the peer wants a certificate and got none, or does not take the one shown.
 * - `versions`, `ciphers`: nothing in common.
 * - `notTls`: the peer answered in another protocol. `closed`: it closed the connection during the handshake.
 * - `options`: the own options cannot be used, such as a key that does not belong to the certificate.
 * - `other`: see the text.
 */
export type TlsProblem =
  | "expired"
  | "notYetValid"
  | "selfSigned"
  | "unknownAuthority"
  | "nameMismatch"
  | "revoked"
  | "certificateRequired"
  | "certificateRefused"
  | "versions"
  | "ciphers"
  | "notTls"
  | "closed"
  | "options"
  | "other";

/** A connection could not be secured, or was ended by the peer for what we showed. */
export class TlsError extends Error {
  readonly code = "PLATFORM_TLS_FAILED";
  /** Kind of the failure. */
  readonly problem: TlsProblem;
  /** The peer's, where the problem is about it. */
  readonly certificate: TlsCertificate | null;

  /** @param detail completes "TLS failed: …" */
  constructor(problem: TlsProblem, detail: string, certificate: TlsCertificate | null = null, cause?: unknown) {
    super(`TLS failed: ${detail}`, cause === undefined ? undefined : { cause });
    this.name = new.target.name;
    this.problem = problem;
    this.certificate = certificate;
  }
}
