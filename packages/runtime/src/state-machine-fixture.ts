import type { Moves } from "./state-machine.ts";

/** The moves that the first drawing of a source shows, as `from>to`. */
export function movesDrawn(text: string): string[] {
  const lines = (/```\n([\s\S]*?) \* ```/.exec(text)?.[1] ?? "").split("\n").map((line) => line.replace(/^ \* ?/, ""));
  const moves = new Set<string>();
  for (const line of lines.filter((each) => each !== "")) {
    const parts = line.split(/ (◀?─▶) /);
    for (let i = 0; i + 2 < parts.length; i += 2) {
      for (const from of parts[i]!.split(", "))
        for (const to of parts[i + 2]!.split(", ")) {
          moves.add(`${from}>${to}`);
          if (parts[i + 1] === "◀─▶") moves.add(`${to}>${from}`);
        }
    }
  }
  return [...moves].toSorted();
}

/** The moves of a table, as `from>to`. */
export function movesOf<S extends string>(table: Moves<S>): string[] {
  const rows = Object.entries(table) as [S, readonly S[]][];
  return rows.flatMap(([from, next]) => next.map((to) => `${from}>${to}`)).toSorted();
}
