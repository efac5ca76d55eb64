import { deleteTopics, ErrorCode, zeroUuid } from "@millrace/protocol";
import type { DeleteTopicsRequest, DeleteTopicsResponseInput } from "@millrace/protocol";
import { handler } from "./guard.ts";
import type { Handler, Services } from "./handler.ts";

type TopicResult = DeleteTopicsResponseInput["responses"][number];

/** DeleteTopics: by name, or from version 6 on by id; the groups' offsets for a topic go with it. */
export const deleteTopicsHandler: Handler = handler(
  deleteTopics,
  {
    where: "controller",
    refuse: (errorCode, request, version) => ({
      throttleTimeMs: 0,
      responses: askedTopics(request, version).map(({ name, topicId }) => result(name, topicId, errorCode, null)),
    }),
  },
  (services, request, { version }) => {
    const responses = askedTopics(request, version).map(({ name, topicId }) => remove(services, name, topicId));
    const response: DeleteTopicsResponseInput = { throttleTimeMs: 0, responses };
    const isChanged = responses.some(({ errorCode }) => errorCode === ErrorCode.NONE);
    return isChanged ? services.topics.persisted().then(() => response) : response;
  },
);

function askedTopics(request: DeleteTopicsRequest, version: number): readonly { name: string | null; topicId: string }[] {
  return version >= 6 ? request.topics : request.topicNames.map((name) => ({ name, topicId: zeroUuid }));
}

function remove({ topics, config, log }: Services, name: string | null, topicId: string): TopicResult {
  const topic = name === null ? topics.byId(topicId) : topics.get(name);
  if (!config.deleteTopicEnable) return result(name, topicId, ErrorCode.TOPIC_DELETION_DISABLED, "delete.topic.enable is false.");
  if (topic === undefined)
    return result(name, topicId, name === null ? ErrorCode.UNKNOWN_TOPIC_ID : ErrorCode.UNKNOWN_TOPIC_OR_PARTITION, null);
  try {
    topics.delete(topic);
  } catch (error) {
    log("error", `deleting topic ${topic.name} failed: ${String(error)}`);
    return result(topic.name, topic.id, ErrorCode.KAFKA_STORAGE_ERROR, "The deletion could not be written.");
  }
  return result(topic.name, topic.id, ErrorCode.NONE, null);
}

function result(name: string | null, topicId: string, errorCode: number, errorMessage: string | null): TopicResult {
  return { name, topicId, errorCode, errorMessage };
}
