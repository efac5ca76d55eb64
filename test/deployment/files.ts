import { readFileSync } from "node:fs";
import { parse } from "yaml";

/** One instruction of a Dockerfile: `RUN`, and what follows it. */
export interface Instruction {
  readonly keyword: string;
  readonly text: string;
}

/** Stages in order, each beginning with its `FROM`. */
export function dockerfile(): Instruction[][] {
  const whole = readFileSync("Dockerfile", "utf8")
    .replaceAll(/^#.*\n/gm, "")
    .replaceAll(/\\\n\s*/g, "");
  const stages: Instruction[][] = [];
  for (const line of whole.split("\n").filter((line) => line.trim() !== "")) {
    const [, keyword = "", text = ""] = /^([A-Z]+) (.*)$/.exec(line) ?? [];
    if (keyword === "FROM") stages.push([]);
    stages.at(-1)?.push({ keyword, text });
  }
  return stages;
}

/** What the image is that the Dockerfile ends with. */
export interface Image {
  /** Arguments of `CMD` and of the health check, both without a shell. */
  readonly command: readonly string[];
  readonly healthCheck: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
  readonly workingDirectory: string;
  readonly user: string;
  readonly port: string;
  readonly volume: string;
  readonly stopSignal: NodeJS.Signals;
}

export function image(): Image {
  const stage = dockerfile().at(-1) ?? [];
  const the = (keyword: string): string => {
    const found = stage.filter((instruction) => instruction.keyword === keyword);
    if (found.length !== 1) throw new RangeError(`the last stage has ${String(found.length)} instructions ${keyword}`);
    return found[0]!.text;
  };
  return {
    command: JSON.parse(the("CMD")) as string[],
    healthCheck: JSON.parse(/CMD (\[.*\])$/.exec(the("HEALTHCHECK"))?.[1] ?? "null") as string[],
    environment: Object.fromEntries(
      the("ENV")
        .split(" ")
        .map((pair) => pair.split("=") as [string, string]),
    ),
    workingDirectory: the("WORKDIR"),
    user: the("USER"),
    port: the("EXPOSE"),
    volume: the("VOLUME"),
    stopSignal: the("STOPSIGNAL") as NodeJS.Signals,
  };
}

export interface Service {
  readonly image: string;
  readonly init?: boolean;
  readonly pull_policy?: string;
  readonly build?: { readonly context: string; readonly args: { readonly EXAMPLE: string } };
  readonly entrypoint?: readonly string[];
  readonly command?: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
  readonly ports?: readonly string[];
  readonly volumes?: readonly string[];
  readonly healthcheck?: { readonly disable?: boolean; readonly test?: readonly string[] };
  readonly depends_on?: readonly string[] | Readonly<Record<string, { readonly condition: string }>>;
  readonly restart?: string;
  readonly stop_grace_period?: string;
}

export interface Compose {
  readonly services: Readonly<Record<string, Service>>;
  readonly volumes: Readonly<Record<string, null>>;
}

export function compose(): Compose {
  return yaml("docker-compose.yml") as Compose;
}

export function yaml(file: string): unknown {
  return parse(readFileSync(file, "utf8"));
}

/** Services that run the image of the Dockerfile as it is: the stream applications. */
export function applications(): [name: string, service: Service & Required<Pick<Service, "build">>][] {
  return Object.entries(compose().services).flatMap(([name, service]) =>
    service.build === undefined || service.command !== undefined ? [] : [[name, { ...service, build: service.build }]],
  );
}
