import { describeConfigs, ErrorCode } from "@millrace/protocol";
import type { DescribeConfigsRequest, DescribeConfigsResponseInput } from "@millrace/protocol";
import type { ConfigDefinition } from "../config/definition.ts";
import { describeBrokerConfig, describeTopicConfig } from "../config/topic-config.ts";
import type { ConfigEntry } from "../config/topic-config.ts";
import { topicNameProblem } from "../topic/topic-name.ts";
import { handler } from "./guard.ts";
import type { Handler, Services } from "./handler.ts";

type AskedResource = DescribeConfigsRequest["resources"][number];
type Result = DescribeConfigsResponseInput["results"][number];

const topicResource = 2;
const brokerResource = 4;
const typeCodes: Readonly<Record<ConfigDefinition["type"], number>> = {
  boolean: 1,
  string: 2,
  int: 3,
  long: 5,
  double: 6,
  list: 7,
};

/** DescribeConfigs: every setting of a topic or of this broker, with where its value comes from. */
export const describeConfigsHandler: Handler = handler(
  describeConfigs,
  {
    where: "any",
    refuse: (errorCode, { resources }) => ({
      throttleTimeMs: 0,
      results: resources.map((asked) => failed(asked, errorCode, "The request was refused.")),
    }),
  },
  (services, request) => ({
    throttleTimeMs: 0,
    results: request.resources.map((asked) => describe(services, asked, request.includeSynonyms, request.includeDocumentation)),
  }),
);

function describe(
  { topics, config, configGiven, nodeId }: Services,
  asked: AskedResource,
  synonyms: boolean,
  documentation: boolean,
): Result {
  const { resourceType, resourceName } = asked;
  if (resourceType === topicResource) {
    const problem = topicNameProblem(resourceName);
    if (problem !== null) return failed(asked, ErrorCode.INVALID_TOPIC_EXCEPTION, problem);
    const topic = topics.get(resourceName);
    if (topic === undefined) return failed(asked, ErrorCode.UNKNOWN_TOPIC_OR_PARTITION, `Topic "${resourceName}" is not known.`);
    return described(asked, describeTopicConfig(topic.overrides, config, configGiven), false, synonyms, documentation);
  }
  if (resourceType !== brokerResource)
    return failed(asked, ErrorCode.INVALID_REQUEST, `Resources of type ${resourceType} have no settings here.`);
  // The empty name asks for the settings that all brokers were given at run time; there are none.
  if (resourceName === "") return described(asked, [], true, synonyms, documentation);
  if (resourceName !== String(nodeId)) {
    return failed(asked, ErrorCode.INVALID_REQUEST, `This is broker ${nodeId}, and no broker is called "${resourceName}".`);
  }
  return described(asked, describeBrokerConfig(config, configGiven), true, synonyms, documentation);
}

function described(
  asked: AskedResource,
  entries: readonly ConfigEntry[],
  readOnly: boolean,
  synonyms: boolean,
  documentation: boolean,
): Result {
  const wanted = asked.configurationKeys;
  const chosen =
    wanted === null || wanted.length === 0 ? entries : entries.filter(({ definition }) => wanted.includes(definition.name));
  return {
    errorCode: ErrorCode.NONE,
    errorMessage: null,
    resourceType: asked.resourceType,
    resourceName: asked.resourceName,
    configs: chosen.map((entry) => ({
      name: entry.definition.name,
      value: entry.value,
      readOnly,
      configSource: entry.source,
      isSensitive: false,
      synonyms: synonyms ? [...entry.synonyms] : [],
      configType: typeCodes[entry.definition.type],
      documentation: documentation ? entry.definition.documentation : null,
    })),
  };
}

function failed({ resourceType, resourceName }: AskedResource, errorCode: number, errorMessage: string): Result {
  return { errorCode, errorMessage, resourceType, resourceName, configs: [] };
}
