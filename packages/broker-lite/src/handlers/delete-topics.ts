import { deleteTopics, ErrorCode, zeroUuid } from "@millrace/protocol";
import type { DeleteTopicsRequest, DeleteTopicsResponseInput } from "@millrace/protocol";
import type { Handler, Services } from "./handler.ts";

type TopicResult = DeleteTopicsResponseInput["responses"][number];

/** DeleteTopics: by name, or from version 6 on by id; the groups' offsets for a topic go with it. */
export function deleteTopicsHandler({
  topics,
  offsets,
  config,
  log,
}: Services): Handler<DeleteTopicsRequest, DeleteTopicsResponseInput> {
  const remove = (name: string | null, topicId: string): TopicResult => {
    const topic = name === null ? topics.byId(topicId) : topics.get(name);
    if (!config.deleteTopicEnable)
      return result(name, topicId, ErrorCode.TOPIC_DELETION_DISABLED, "delete.topic.enable is false.");
    if (topic === undefined)
      return result(name, topicId, name === null ? ErrorCode.UNKNOWN_TOPIC_ID : ErrorCode.UNKNOWN_TOPIC_OR_PARTITION, null);
    try {
      topics.delete(topic);
    } catch (error) {
      log("error", `deleting topic ${topic.name} failed: ${String(error)}`);
      return result(topic.name, topic.id, ErrorCode.KAFKA_STORAGE_ERROR, "The deletion could not be written.");
    }
    offsets.forgetTopic(topic.name);
    return result(topic.name, topic.id, ErrorCode.NONE, null);
  };
  return {
    api: deleteTopics,
    handle(request, { version }) {
      const responses =
        version >= 6
          ? request.topics.map(({ name, topicId }) => remove(name, topicId))
          : request.topicNames.map((name) => remove(name, zeroUuid));
      const response: DeleteTopicsResponseInput = { throttleTimeMs: 0, responses };
      return responses.some(({ errorCode }) => errorCode === ErrorCode.NONE) ? topics.persisted().then(() => response) : response;
    },
  };
}

function result(name: string | null, topicId: string, errorCode: number, errorMessage: string | null): TopicResult {
  return { name, topicId, errorCode, errorMessage };
}
