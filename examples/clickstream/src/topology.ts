// #region topology
import { json, StreamsBuilder, string, topic, type Topology } from "millrace";

/** Page views: the key is the user, the value the page. */
export const pageViews = topic("page-views", { key: string, value: string });
/** For each page the pages that users viewed next most often, the most frequent first. */
export const recommendations = topic("recommendations", { key: string, value: json<string[]>() });

/** The last two pages of a user. */
interface Step {
  readonly from: string | null;
  readonly to: string | null;
}
/** How often each page was the next one. */
type NextPages = Readonly<Record<string, number>>;

const recommendedMax = 3;

/** @param eachView called for each page view that is processed */
export function clickstream(eachView: () => void = () => undefined): Topology {
  const builder = new StreamsBuilder();
  builder
    .stream(pageViews)
    .peek(eachView)
    .groupByKey()
    // Without a cache: each step counts, not only a user's last one before a commit.
    .aggregate(
      (): Step => ({ from: null, to: null }),
      ({ to }, page) => ({ from: to, to: page }),
      {
        as: "last-steps",
        key: string,
        value: json<Step>(),
        caching: false,
      },
    )
    .toStream()
    .filter(({ from, to }) => from !== null && from !== to)
    .map(({ from, to }) => ({ key: from ?? "", value: to ?? "" }))
    .groupByKey({ name: "steps", key: string, value: string })
    .aggregate(
      (): NextPages => ({}),
      (counts, page) => ({ ...counts, [page]: (counts[page] ?? 0) + 1 }),
      {
        as: "next-pages",
        key: string,
        value: json<NextPages>(),
      },
    )
    .mapValues(mostFrequent)
    .toStream()
    .to(recommendations);
  return builder.build();
}

/** Of pages that are equally frequent, the first by name. */
export function mostFrequent(counts: NextPages): string[] {
  return Object.entries(counts)
    .toSorted(([page, count], [otherPage, otherCount]) => otherCount - count || (page < otherPage ? -1 : 1))
    .slice(0, recommendedMax)
    .map(([page]) => page);
}
// #endregion
