import type { IsAny, Misuse, Promised } from "../misuse.ts";

/** Values that JSON does not give back as they were: it refuses them, drops them, or makes texts or empty objects of them. */
type NotJson =
  | bigint
  | Date
  | ArrayBuffer
  | ArrayBufferView
  | ReadonlyMap<unknown, unknown>
  | ReadonlySet<unknown>
  | Promised
  | ((...given: never[]) => unknown)
  | (abstract new (...given: never[]) => unknown);

/** Levels below a value that are looked at, so that recursive types come to an end. */
type Below = { readonly 5: 4; readonly 4: 3; readonly 3: 2; readonly 2: 1; readonly 1: 0 };
type Depth = 0 | keyof Below;

/**
 * 1 is among the results if JSON does not give back the value, or one in it. Fields with symbols for names are not looked at: in
 * types they are brands, which no value has.
 */
type LosesInJson<T, Held, Levels extends Depth> = { readonly at: 0 } extends { readonly at: 1 & T }
  ? 0
  : T extends Held | string | number | boolean | null | undefined
    ? 0
    : T extends NotJson
      ? 1
      : Levels extends keyof Below
        ? T extends readonly (infer Item)[]
          ? LosesInJson<Item, Held, Below[Levels]>
          : T extends object
            ? { [Field in keyof T & (string | number)]-?: LosesInJson<T[Field], Held, Below[Levels]> }[keyof T &
                (string | number)]
            : 0
        : 0;

/** Sentences about the values that JSON does not give back, with their places, such as `.items[].price`. */
type LossesInJson<T, Held, Levels extends Depth, Place extends string> = { readonly at: 0 } extends { readonly at: 1 & T }
  ? never
  : T extends Held | string | number | boolean | null | undefined
    ? never
    : T extends NotJson
      ? JsonSentence<T, Place>
      : Levels extends keyof Below
        ? T extends readonly (infer Item)[]
          ? LossesInJson<Item, Held, Below[Levels], `${Place}[]`>
          : T extends object
            ? {
                [Field in keyof T & (string | number)]-?: LossesInJson<T[Field], Held, Below[Levels], `${Place}.${Field}`>;
              }[keyof T & (string | number)]
            : never
        : never;

/** Sentence about a value that JSON does not give back: what it is, where, and what to write instead. */
type JsonSentence<T, Place extends string> = T extends bigint
  ? `JSON cannot hold ${At<"the bigint", Place>}: use its text, the option integers of json(), or a serde that holds it`
  : T extends Date
    ? `JSON cannot hold ${At<"the Date", Place>}: use its text or its milliseconds, or a serde that holds it`
    : T extends ArrayBuffer | ArrayBufferView
      ? `JSON cannot hold ${At<"the bytes", Place>}: use the serde bytes, or a text such as base64`
      : T extends ReadonlyMap<unknown, unknown>
        ? `JSON cannot hold ${At<"the Map", Place>}: use Object.fromEntries(map), or a serde that holds it`
        : T extends ReadonlySet<unknown>
          ? `JSON cannot hold ${At<"the Set", Place>}: use [...set], or a serde that holds it`
          : T extends Promised
            ? `JSON cannot hold ${At<"the promise", Place>}: await it before the record is produced`
            : `JSON cannot hold ${At<"the function", Place>}: use a plain object without methods, or a serde that holds it`;

type At<What extends string, Place extends string> = Place extends "" ? What : `${What} at ${Place}`;

/**
 * `unknown`, which changes nothing in an intersection, if JSON, the default serde of values, gives back values of type T as they
 * were. `any`, `unknown` and type parameters of generic functions pass: then the serde decides when it writes. Values of type
 * `Held` pass, too.
 */
export type JsonHolds<T, Held = never> = [1, IsAny<T>] extends [LosesInJson<T, Held, 5>, false]
  ? LossesInJson<T, Held, 5, ""> extends infer Sentence extends string
    ? Misuse<Sentence>
    : never
  : unknown;
