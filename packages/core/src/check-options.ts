import { nearest } from "./nearest.ts";
import { shown } from "./shown.ts";
import { InvalidArgumentError } from "./errors.ts";

/**
 * Checks an object of options: it is one, has no unknown option, and each that is given passes `check`. undefined is not given.
 *
 * @param call name of the call in messages, such as `serde()`
 * @throws {InvalidArgumentError} `STREAMS_INVALID_ARGUMENT` with the nearest name for an unknown option
 */
export function checkOptions(
  call: string,
  value: unknown,
  known: readonly string[],
  check: (option: string, given: unknown) => void,
): void {
  if (typeof value !== "object" || value === null || Array.isArray(value))
    throw new InvalidArgumentError(`${call} needs an object as its options, such as { ${known[0]} }, but got ${shown(value)}.`);
  for (const [option, given] of Object.entries(value)) {
    if (!known.includes(option)) throw unknownOption(option, call, known);
    if (given !== undefined) check(option, given);
  }
}

function unknownOption(option: string, call: string, known: readonly string[]): InvalidArgumentError {
  const near = nearest(option, known);
  const hint = near === null ? ` ${call} knows ${known.map((one) => `\`${one}\``).join(", ")}.` : "";
  return new InvalidArgumentError(
    `There is no option \`${option}\` in ${call}${near === null ? "." : `; did you mean \`${near}\`?`}${hint}`,
  );
}
