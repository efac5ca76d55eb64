import { Simulation } from "@millrace/platform/sim";
import { expect, test } from "vitest";
import { openDataDirectory } from "./data-directory.ts";

test.for([1, 2, 3, 4, 5, 6, 7, 8])(
  "a data directory that was made with those it lies in survives a loss of power: seed %i",
  async (seed) => {
    const simulation = new Simulation(seed);
    const host = simulation.host("broker");
    const open = () => simulation.settle(openDataDirectory(host.platform.files, "var/lib/data", 1, host.platform.random));
    const { clusterId } = await open();
    host.crash();
    host.restart();
    expect(await open()).toMatchObject({ clusterId, closedCleanly: false });
  },
);
