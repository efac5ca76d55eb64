import { X509Certificate } from "node:crypto";
import { isIP, type Socket } from "node:net";
import {
  checkServerIdentity,
  connect as connectTls,
  createSecureContext,
  createServer as createTlsServer,
  type SecureContext,
  type Server as TlsServer,
  type TLSSocket,
} from "node:tls";
import { TlsError, type TlsFault, type TlsMaterial, type TlsOptions, type TlsServerOptions } from "../tls.ts";
import { certificateOf, isTlsFailure, tlsFailure } from "./tls-failure.ts";

/** Contexts by their options: authorities and keys are read once, not for each connection. */
const contexts = new WeakMap<TlsOptions | TlsServerOptions, SecureContext>();

/** @throws {TlsError} `options` */
export function secureContext(options: TlsOptions | TlsServerOptions): SecureContext {
  let context = contexts.get(options);
  if (context === undefined) {
    checkAuthorities(options);
    context = attempted(() => createSecureContext(mutable(options)));
    contexts.set(options, context);
  }
  return context;
}

const texts = "as a text in PEM, not the path of a file";

/** Options that can be looked at alone, with what they must be. Those behind one need it. */
const parts: readonly (readonly [option: "crl" | "cert" | "key" | "pfx" | "ciphers", needed: string])[] = [
  ["crl", `a list of revoked certificates ${texts}`],
  ["cert", `a certificate ${texts}`],
  ["key", `the private key of "ssl.cert" ${texts}, opened by "ssl.passphrase" if it is encrypted`],
  ["pfx", 'the bytes of a file in PKCS #12, opened by "ssl.passphrase" if it is encrypted'],
  ["ciphers", "names of ciphers in OpenSSL's notation"],
];

/** Looks for the first option that Node cannot use. */
export function tlsFault(options: TlsOptions): TlsFault | null {
  if (![options.ca ?? []].flat().every(isCertificate)) return { option: "ca", needed: `certificates ${texts}` };
  let tried: TlsOptions = options.passphrase === undefined ? {} : { passphrase: options.passphrase };
  for (const [option, needed] of parts) {
    if (options[option] === undefined) continue;
    tried = { ...tried, [option]: options[option] };
    try {
      createSecureContext(mutable(tried));
    } catch {
      return { option, needed };
    }
  }
  return null;
}

/** True if something can be read as a certificate; of several in one text, the first is read. */
function isCertificate(material: TlsMaterial): boolean {
  try {
    return isPem(material) && new X509Certificate(material).subject !== null;
  } catch {
    return false;
  }
}

/** Node passes over authorities that it cannot read, and would then trust nobody. @throws {TlsError} `options` */
function checkAuthorities({ ca = [] }: TlsOptions | TlsServerOptions): void {
  for (const material of [ca].flat()) {
    if (!isPem(material))
      throw new TlsError("options", '"ca" is no certificate in PEM; it takes the text, not the path of a file');
  }
}

function isPem(material: TlsMaterial): boolean {
  const text = typeof material === "string" ? material : Buffer.from(material).toString("latin1");
  return text.includes("-----BEGIN ");
}

/** Node's types want arrays that may be changed; it changes none. */
function mutable(options: TlsOptions | TlsServerOptions): Parameters<typeof createSecureContext>[0] {
  return { ...options } as Parameters<typeof createSecureContext>[0];
}

function attempted<T>(make: () => T): T {
  try {
    return make();
  } catch (error) {
    throw new TlsError("options", error instanceof Error ? error.message : String(error), null, error);
  }
}

/**
 * Speaks TLS on a connected socket. Resolves when the peer has shown a certificate that may be trusted; rejects with a TlsError, or
 * with the signal's reason. From here on only the TLS socket is destroyed, which destroys `raw`: the other order crashes Node.
 */
export function secured(
  raw: Socket,
  host: string,
  options: TlsOptions,
  context: SecureContext,
  signal: AbortSignal | undefined,
): Promise<TLSSocket> {
  return new Promise((resolve, reject) => {
    const name = options.servername ?? host;
    let refusal: Error | undefined;
    const socket = connectTls({
      socket: raw,
      secureContext: context,
      // Only names are told (RFC 6066): an address is no name.
      ...(isIP(name) === 0 ? { servername: name } : {}),
      checkServerIdentity(_host, certificate) {
        refusal = (options.checkServerIdentity ?? checkServerIdentity)(name, certificate);
        return refusal;
      },
      // The same decision is made below, where the certificate can still be asked for.
      rejectUnauthorized: false,
    });
    const settled = (): void => {
      socket.off("error", onError);
      socket.off("close", onClose);
      signal?.removeEventListener("abort", onAbort);
    };
    const failed = (error: Error): void => {
      settled();
      // Later events of an abandoned connection have no receiver.
      socket.on("error", () => undefined);
      socket.destroy();
      reject(error);
    };
    const onError = (error: Error): void => failed(refusedCertificate(tlsFailure(error, null), options));
    const onAbort = (): void => failed(signal?.reason as Error);
    const onClose = (): void => failed(new TlsError("closed", "the peer closed the connection during the handshake"));
    socket.on("error", onError);
    socket.on("close", onClose);
    signal?.addEventListener("abort", onAbort, { once: true });
    socket.once("secureConnect", () => {
      if (!socket.authorized && options.rejectUnauthorized !== false) {
        failed(tlsFailure(refusal ?? socket.authorizationError, certificateOf(socket.getPeerCertificate())));
        return;
      }
      settled();
      resolve(socket);
    });
  });
}

/** An error of a connection in use, as a TlsError where TLS is what failed. */
export function connectionFailure(error: Error, options: TlsOptions): Error {
  return isTlsFailure(error) ? refusedCertificate(tlsFailure(error, null), options) : error;
}

/** Servers that require a certificate say of none that it is bad. */
function refusedCertificate(error: TlsError, { cert, pfx }: TlsOptions): TlsError {
  if (error.problem !== "certificateRefused" || cert !== undefined || pfx !== undefined) return error;
  return new TlsError("certificateRequired", "the peer wants a certificate and got none", null, error.cause);
}

/** Secures accepted sockets, which are handed to it by `emit("connection", socket)`. @throws {TlsError} `options` */
export function tlsAcceptor(options: TlsServerOptions): TlsServer {
  return attempted(() =>
    createTlsServer({
      ...mutable(options),
      requestCert: options.requestCert ?? false,
      rejectUnauthorized: options.requestCert ?? false,
    }),
  );
}
