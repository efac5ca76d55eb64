import { ErrorCode, listGroups } from "@millrace/protocol";
import type { ListGroupsRequest, ListGroupsResponseInput } from "@millrace/protocol";
import type { Handler, Services } from "./handler.ts";

/** ListGroups: all of them are classic. States and types are compared as Kafka does, whatever their case. */
export function listGroupsHandler({ groups }: Services): Handler<ListGroupsRequest, ListGroupsResponseInput> {
  return {
    api: listGroups,
    handle({ statesFilter, typesFilter }) {
      const states = statesFilter.map((state) => state.toLowerCase());
      const types = typesFilter.map((type) => type.toLowerCase());
      const listed = [...groups.all()]
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
  };
}
