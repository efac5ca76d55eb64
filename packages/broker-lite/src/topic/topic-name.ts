const lengthMax = 249;

/** Why a topic cannot have this name, or null if it can. Kafka's rule: letters, digits, `.`, `_`, `-`, at most 249 of them. */
export function topicNameProblem(name: string): string | null {
  if (name === "") return "Topic name is invalid: the empty string is not allowed";
  if (name === "." || name === "..") return `Topic name is invalid: '${name}' is not allowed`;
  if (name.length > lengthMax)
    return `Topic name is invalid: the length of '${name}' is longer than the max allowed length ${lengthMax}`;
  if (!/^[a-zA-Z0-9._-]+$/.test(name)) {
    return `Topic name is invalid: '${name}' contains one or more characters other than ASCII alphanumerics, '.', '_' and '-'`;
  }
  return null;
}

/** Names that differ only in `.` and `_` collide in Kafka's metric names, which it refuses. */
export function collisionKey(name: string): string {
  return name.replaceAll(".", "_");
}

/** The topics that hold a cluster's own state in Kafka. */
export function isInternalTopic(name: string): boolean {
  return name === "__consumer_offsets" || name === "__transaction_state" || name === "__share_group_state";
}
