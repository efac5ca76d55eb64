import { type AnyApi, apiVersions, type ApiVersionsResponse } from "@millrace/protocol";

import { UnsupportedVersionError } from "../errors.ts";

/** Versions of each API that a broker speaks. */
export class VersionRanges {
  readonly #address: string;
  readonly #ranges = new Map<number, { readonly min: number; readonly max: number }>();

  constructor(address: string, response: ApiVersionsResponse) {
    this.#address = address;
    for (const { apiKey, minVersion, maxVersion } of response.apiKeys) {
      this.#ranges.set(apiKey, { min: minVersion, max: maxVersion });
    }
  }

  has(api: AnyApi): boolean {
    return this.#ranges.has(api.key);
  }

  /**
   * Chooses the newest version that both sides speak, up to `maxVersion`.
   *
   * @throws {UnsupportedVersionError} when there is none
   */
  choose(api: AnyApi, maxVersion: number = api.maxVersion): number {
    const theirs = this.#ranges.get(api.key);
    const version = Math.min(api.maxVersion, maxVersion, theirs?.max ?? -1);
    if (theirs === undefined || version < Math.max(api.minVersion, theirs.min)) {
      const spoken = theirs === undefined ? "not at all" : `${theirs.min} to ${theirs.max}`;
      throw new UnsupportedVersionError(
        api.name,
        this.#address,
        `${api.minVersion} to ${Math.min(api.maxVersion, maxVersion)}`,
        spoken,
      );
    }
    return version;
  }
}

/** Version of ApiVersions to try after a refusal: the one that the refusal names (KIP-511), else 0, which every broker speaks. */
export function versionAfterRefusal(refusal: ApiVersionsResponse, refused: number): number {
  const named = refusal.apiKeys.find((range) => range.apiKey === apiVersions.key);
  return named === undefined ? 0 : Math.max(0, Math.min(named.maxVersion, refused - 1));
}
