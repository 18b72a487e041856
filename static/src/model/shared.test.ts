import { describe, expect, it } from "vitest";

import { documentText } from "../testing/rules";
import { sizeOf } from "./lines";
import type { FlowNode, Group, JsonObject, Leaf } from "./types";
import { formatSeconds, leafWords, mergeWords, treeSentence } from "./words";

type Said = { kind: "leaf" | "tree" | "merge" | "seconds"; input: never; expected: unknown };
type Sized = { name: string; node: FlowNode; size: [number, number] };

const SAY: Record<Said["kind"], (input: never) => unknown> = {
  leaf: (input: Leaf) => leafWords(input),
  tree: (input: Group) => treeSentence(input),
  merge: (input: JsonObject) => mergeWords(input),
  seconds: (input: number) => formatSeconds(input),
};

describe("what the server says and draws too", () => {
  const said = JSON.parse(documentText("words.json")) as Said[];
  it.each(said.map((given, index) => [index, given] as const))("words, case %i", (_, given) => {
    expect(SAY[given.kind](given.input)).toEqual(given.expected);
  });

  const sized = JSON.parse(documentText("sizes.json")) as Sized[];
  it.each(sized.map((given) => [given.name, given] as const))("size, %s", (_, { node, size }) => {
    const { width, height } = sizeOf(node);
    expect([width, height]).toEqual(size);
  });
});
