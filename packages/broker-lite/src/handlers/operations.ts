/** Bits of the operations that everyone may do, there being no authorizer: what Kafka answers then. */
export const topicOperations = 0b1101_1111_1000;
export const clusterOperations = 0b1_1111_1010_0000;
export const groupOperations = 0b1_0100_1000;
/** Value in a response if the operations were not asked for. */
export const notAsked = -2_147_483_648;
