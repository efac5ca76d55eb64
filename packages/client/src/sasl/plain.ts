import { passwordAdvice, type SaslMechanism } from "./mechanism.ts";

/** RFC 4616: name and password as they are. */
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
