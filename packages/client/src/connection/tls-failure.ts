import type { TlsCertificate, TlsError } from "@millrace/platform";

import { SecureConnectionError } from "../errors.ts";

/** Translates a failure of TLS into advice about the settings. @param name host name that the certificate should be for */
export function secureConnectionError(broker: string, name: string, nowMs: number, error: TlsError): SecureConnectionError {
  return new SecureConnectionError(broker, error.problem, explanation(name, nowMs, error), error);
}

function explanation(name: string, nowMs: number, { problem, certificate, message }: TlsError): string {
  switch (problem) {
    case "expired":
      return `${whose(certificate)} ${ended(certificate, nowMs)}; have it renewed`;
    case "notYetValid":
      return `${whose(certificate)} is not valid before ${time(certificate?.validFromMs)}; look at the clocks of this machine and of the one that made it`;
    case "selfSigned":
      return `${whose(certificate)} is signed by itself, and nothing says that it may be trusted; give it as "ssl.ca" if it is the broker's`;
    case "unknownAuthority":
      return `${whose(certificate)} is signed by "${certificate?.issuer ?? "an unknown authority"}", who is not trusted here; give the certificate of that authority as "ssl.ca"`;
    case "nameMismatch":
      return `${whose(certificate)} is for ${certificate?.names.join(", ") ?? "another name"}, not for "${name}"; use one of its names in "brokers" and in the broker's advertised.listeners, or set "ssl.servername"`;
    case "revoked":
      return `${whose(certificate)} is revoked; have another one made`;
    case "certificateRequired":
      return 'the broker wants a certificate of its clients; give one as "ssl.cert" with its "ssl.key"';
    case "certificateRefused":
      return 'the broker does not take the certificate in "ssl.cert"; look at its end, and at the authorities that the broker trusts';
    case "versions":
      return 'client and broker have no version of TLS in common; look at "ssl.minVersion" and "ssl.maxVersion", and at the broker\'s ssl.enabled.protocols';
    case "ciphers":
      return 'the broker agrees to nothing that the client offers; look at "ssl.ciphers", and whether it wants a certificate of its clients, "ssl.cert"';
    case "notTls":
      return 'the listener does not speak TLS; leave "ssl" out, or use the port of a listener that does';
    case "closed":
      return 'the broker closed the connection during the handshake, as a listener without TLS does; leave "ssl" out, or use the port of a listener with TLS';
    case "options":
      return `"ssl" cannot be used: ${message.replace(/^TLS failed: /, "")}`;
    case "other":
      return message;
  }
}

function whose(certificate: TlsCertificate | null): string {
  return certificate === null ? "the broker's certificate" : `the broker's certificate ("${certificate.subject}")`;
}

/** Says which certificate has expired: this one, or one in its chain, which TLS does not name. */
function ended(certificate: TlsCertificate | null, nowMs: number): string {
  if (certificate === null) return "has expired";
  return certificate.validToMs < nowMs ? `expired at ${time(certificate.validToMs)}` : "hangs on one that has expired";
}

function time(ms: number | undefined): string {
  return ms === undefined || Number.isNaN(ms) ? "a later time" : new Date(ms).toISOString();
}
