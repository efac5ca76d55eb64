import { TopologyTestDriver } from "@millrace/testkit";
import { expect, test } from "vitest";
import { clickstream, pageViews, recommendations } from "./topology.ts";

test("a page recommends the pages that users viewed next, the most frequent first", () => {
  // #region driver
  using driver = new TopologyTestDriver(clickstream());
  const views = driver.inputTopic(pageViews);
  const recommended = driver.outputTopic(recommendations);

  views.pipe("ann", "/home");
  views.pipe("ben", "/home");
  views.pipe("ann", "/shoes"); // /home → /shoes
  views.pipe("ben", "/hats"); //  /home → /hats
  views.pipe("cleo", "/home");
  views.pipe("ann", "/socks"); // /shoes → /socks
  views.pipe("cleo", "/hats"); // /home → /hats

  const table = recommended.readToMap();
  // #endregion
  expect(table).toEqual(
    new Map([
      ["/home", ["/hats", "/shoes"]],
      ["/shoes", ["/socks"]],
    ]),
  );
});

test("a page that is loaded again is no step", () => {
  using driver = new TopologyTestDriver(clickstream());
  const views = driver.inputTopic(pageViews);
  for (const page of ["/home", "/home", "/shoes"]) views.pipe("ann", page);
  expect(driver.outputTopic(recommendations).readKeyValues()).toEqual([{ key: "/home", value: ["/shoes"] }]);
});

test("three pages are recommended at most", () => {
  using driver = new TopologyTestDriver(clickstream());
  const views = driver.inputTopic(pageViews);
  for (const [index, page] of ["/d", "/c", "/b", "/a", "/a"].entries()) {
    views.pipe(`user ${String(index)}`, "/home");
    views.pipe(`user ${String(index)}`, page);
  }
  expect(driver.outputTopic(recommendations).readToMap().get("/home")).toEqual(["/a", "/b", "/c"]);
});
