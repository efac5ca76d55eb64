import { ErrorCode, listGroups } from "@millrace/protocol";
import { handler } from "./guard.ts";
import type { Handler } from "./handler.ts";

/**
 * ListGroups: those that this node coordinates, all of them classic; an error while some are being loaded. States and types are
 * compared as Kafka does, whatever their case.
 */
export const listGroupsHandler: Handler = handler(
  listGroups,
  { where: "any", refuse: (errorCode) => ({ errorCode, groups: [] }) },
  ({ groups }, { statesFilter, typesFilter }) => {
    if (groups.isLoading) return { errorCode: ErrorCode.COORDINATOR_LOAD_IN_PROGRESS, groups: [] };
    const states = statesFilter.map((state) => state.toLowerCase());
    const types = typesFilter.map((type) => type.toLowerCase());
    const listed = [...groups.shards()]
      .flatMap(({ classic }) => [...classic.all()])
      .filter(({ state }) => states.length === 0 || states.includes(state.toLowerCase()))
      .filter(() => types.length === 0 || types.includes("classic"))
      .map(({ id, protocolType, state }) => ({
        groupId: id,
        protocolType: protocolType ?? "",
        groupState: state,
        groupType: "classic",
      }));
    return { errorCode: ErrorCode.NONE, groups: listed };
  },
);
