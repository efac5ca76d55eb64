import { passwordAdvice, type SaslMechanism } from "./mechanism.ts";

/** Mechanism that sends name and password as they are (RFC 4616). */
export function plain(username: string, password: string): SaslMechanism {
  return {
    name: "PLAIN",
    begin: () => ({
      first: () => Buffer.from(`\0${username}\0${password}`),
      next: () => null,
      explain: (said) => passwordAdvice(username, said),
    }),
  };
}
