import { afterEach, beforeEach, expect, test } from "vitest";

import type { Group, Leaf } from "../model/types";
import { mergeWords, formatSeconds, parseDuration, treeSentence } from "../model/words";
import { n, setCatalog, t } from ".";

const CHINESE = {
  "{count} error": "{count} 个错误",
  "{count} errors": "{count} 个错误",
  "{exit} leads to {card}": "{exit} 通向{card}",
  ", ": "、",
  severity: "告警级别",
  source: "告警源",
  is: "为",
  "{subject} {verb}": "{subject}{verb}",
  exists: "存在",
  or: "或",
  and: "且",
  "by {members}": "按{members}",
  "{most} and {last}": "{most}和{last}",
  "all tags": "全部标签",
  "first after {wait}, then every {interval}, repeat {repeat}": "首次等待 {wait}，之后每 {interval}，重复等待 {repeat}",
  "{count} s": "{count} 秒",
  "{count} min": "{count} 分钟",
  "{count} h": "{count} 小时",
  "{count} d": "{count} 天",
};

beforeEach(() => { setCatalog(CHINESE); });
afterEach(() => { setCatalog({}); });

function leaf(key: string, operate: "EQUALS" | "EXIST", value: string[]): Leaf {
  return { id: key, type: "text", match: { key, operate, value } };
}

test("places stand where the translation puts them", () => {
  expect(t("{exit} leads to {card}", { exit: "条件 1", card: "合并 2" })).toBe("条件 1 通向合并 2");
});

test("Chinese has one form for every count", () => {
  expect(n(1, "{count} error", "{count} errors")).toBe("1 个错误");
  expect(n(3, "{count} error", "{count} errors")).toBe("3 个错误");
});

test("a condition reads as Chinese, its values as they are", () => {
  const tree: Group = {
    id: "g",
    type: "bool",
    value: "and",
    nodes: [leaf("event_severity", "EQUALS", ["Critical", "Major"]), leaf("team", "EQUALS", ["支付 组"]), leaf("环境", "EXIST", []), leaf("resource_provider", "EXIST", [])],
  };
  expect(treeSentence(tree, t)).toBe("告警级别为 Critical 或 Major 且 team 为 支付 组 且 环境 存在 且 告警源存在");
});

test("a merge card reads as Chinese", () => {
  const config = {
    group_by: ["resource_provider", "event_severity", "tag"],
    group_wait: 15,
    group_interval: 60,
    group_repeat_waiting: 5400,
  };
  expect(mergeWords(config, t)).toEqual({
    by: "按告警源、告警级别和全部标签",
    waits: "首次等待 15 秒，之后每 1 分钟，重复等待 1 小时 30 分钟",
    tells: [],
  });
});

test("a duration that is shown can be typed in again", () => {
  for (const seconds of [1, 90, 600, 3600, 90061, 1296000]) expect(parseDuration(formatSeconds(seconds, t))).toBe(seconds);
});
