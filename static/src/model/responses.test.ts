import { describe, expect, it } from "vitest";

import { documentText, draftOf, drawn } from "../testing/rules";
import { duplicate, paste, pieceOf, pieceText, readPiece, type Piece } from "./clipboard";
import { removeNodes } from "./commands";
import { diff } from "./diff";
import { begin, record, redo, undo } from "./history";
import { mend } from "./mend";
import { merged, partsOf, undecided } from "./merge";
import { handOver, goneCards, placeholdersIn, putResponse, readResponses, removeResponse, responsesAt, shiftResponse } from "./responses";
import type { Draft, PreparedResponse } from "./types";

const DRAFT = draftOf(drawn("s plain c1", "c1 true m1", "c1 false m2", "m1 plain e", "m2 plain e"));

function response(id: string, changes: Partial<PreparedResponse> = {}): PreparedResponse {
  return {
    id,
    title: `Restart ${id}`,
    task: { type: "SCRIPT", source: "CUSTOMIZATION", id: "SC20250711080000restart01", name: "restart" },
    parameters: { service: "${app}" },
    targets: { by: "attribute", attribute: "resource_id", placeholder: "${resource_id}" },
    ...changes,
  };
}

const A = response("aaaaaaaa");
const B = response("bbbbbbbb");
const WITH_BOTH = putResponse(putResponse(DRAFT, "m1", A), "m1", B);

function idsAt(draft: Draft, card: string): string[] {
  return responsesAt(draft, card).map(({ id }) => id);
}

describe("placeholders", () => {
  const cases = JSON.parse(documentText("placeholders.json")) as { text: string; attributes: string[] | null }[];
  it.each(cases)("are those that the server finds in “$text”", ({ text, attributes }) => {
    expect(placeholdersIn(text)).toEqual(attributes);
  });
});

describe("an edit of what is prepared", () => {
  const edits: [string, Draft, (draft: Draft) => Draft, string[]][] = [
    ["adds", DRAFT, (draft) => putResponse(draft, "m1", A), ["aaaaaaaa"]],
    ["replaces", WITH_BOTH, (draft) => putResponse(draft, "m1", { ...A, title: "Other" }), ["aaaaaaaa", "bbbbbbbb"]],
    ["removes", WITH_BOTH, (draft) => removeResponse(draft, "m1", "aaaaaaaa"), ["bbbbbbbb"]],
    ["moves down", WITH_BOTH, (draft) => shiftResponse(draft, "m1", "aaaaaaaa", 1), ["bbbbbbbb", "aaaaaaaa"]],
    ["hands over", WITH_BOTH, (draft) => handOver(draft, "m1", "m2"), []],
  ];
  it.each(edits)("%s, is undone and done again, and leaves the document alone", (_, draft, edit, ids) => {
    const edited = edit(draft);
    expect(idsAt(edited, "m1")).toEqual(ids);
    expect(edited.document).toBe(draft.document);
    const history = record(begin(draft), "edit", edited);
    expect(undo(history).present).toBe(draft);
    expect(redo(undo(history)).present).toBe(edited);
  });

  it("that changes nothing is the same draft", () => {
    expect(shiftResponse(WITH_BOTH, "m1", "aaaaaaaa", -1)).toBe(WITH_BOTH);
    expect(removeResponse(WITH_BOTH, "m1", "nowhere0")).toBe(WITH_BOTH);
    expect(handOver(WITH_BOTH, "m2", "m1")).toBe(WITH_BOTH);
  });

  it("leaves no empty member behind, so that equal drafts look alike", () => {
    expect(removeResponse(putResponse(DRAFT, "m1", A), "m1", A.id)).toEqual(DRAFT);
  });

  it("hands over under new ids where theirs are taken", () => {
    const both = putResponse(putResponse(DRAFT, "m1", A), "m2", A);
    const ids = idsAt(handOver(both, "m1", "m2"), "m2");
    expect(ids[0]).toBe(A.id);
    expect(new Set(ids).size).toBe(2);
  });
});

describe("cards that come, go and are copied", () => {
  it("leave what was prepared on them when they go", () => {
    const gone = removeNodes(WITH_BOTH, ["m1"]);
    expect(idsAt(gone, "m1")).toEqual(["aaaaaaaa", "bbbbbbbb"]);
    expect(goneCards(gone, ["s", "c1", "m2", "e"])).toEqual(["m1"]);
  });

  it("carry it along when they are copied, also as text", () => {
    const { draft, ids } = duplicate(WITH_BOTH, ["m1"]);
    expect(idsAt(draft, ids[0] ?? "")).toEqual(["aaaaaaaa", "bbbbbbbb"]);
    const pasted = paste(DRAFT, readPiece(pieceText(pieceOf(WITH_BOTH, ["m1", "m2"]))) as Piece, { x: 0, y: 900 });
    expect(pasted.ids.map((id) => idsAt(pasted.draft, id))).toEqual([["aaaaaaaa", "bbbbbbbb"], []]);
  });

  it("keep it when a fix gives them another id", () => {
    const at = (DRAFT.document.match_v3 as { nodes: { id: string }[] }).nodes.findIndex(({ id }) => id === "m1");
    const patch = [{ op: "replace" as const, path: `/match_v3/nodes/${at}/id`, value: "flow-abcdefgh" }];
    expect(idsAt(mend(WITH_BOTH, { title: "", patch }), "flow-abcdefgh")).toEqual(["aaaaaaaa", "bbbbbbbb"]);
  });
});

describe("responses from outside", () => {
  const broken: unknown[] = [
    null,
    { ...A, id: "short" },
    { ...A, title: "" },
    { ...A, task: { ...A.task, type: "ALARM" } },
    { ...A, parameters: { service: "${" } },
    { ...A, parameters: { service: 1 } },
    { ...A, parameters: { dbPassword: "hunter22" } },
    { ...A, timeout: 4 },
    { ...A, targets: { by: "all" } },
  ];
  it("lose only what could not be kept", () => {
    expect(readResponses({ m1: [A, ...broken, B], m2: broken, m3: "none" })).toEqual({ m1: [A, B] });
    expect(readResponses(undefined)).toEqual({});
  });
});

describe("what differs", () => {
  it("is told of the card that it is prepared on", () => {
    const after = putResponse(shiftResponse(WITH_BOTH, "m1", "aaaaaaaa", 1), "m1", { ...A, title: "Reload" });
    const [change] = diff(WITH_BOTH, after);
    expect(change).toMatchObject({ subject: "card", id: "m1", kind: "changed" });
    const told = change?.fields.map(({ label, old, new: now }) => [label, old?.slice(0, 16), now?.slice(0, 16)]);
    expect(told).toEqual([
      ["prepared response", "Restart aaaaaaaa", "Reload: script r"],
      ["order of prepared responses", "Restart aaaaaaaa", "Restart bbbbbbbb"],
    ]);
  });

  it("is told of the rule where the card is gone", () => {
    const after = putResponse(DRAFT, "flow-gone0001", A);
    expect(diff(DRAFT, after).map(({ subject, fields }) => [subject, fields.length])).toEqual([["rule", 1]]);
  });
});

describe("two people", () => {
  it("who prepared different responses get both", () => {
    const drafts = { base: DRAFT, mine: putResponse(DRAFT, "m1", A), theirs: putResponse(DRAFT, "m1", B) };
    const parts = partsOf(drafts);
    expect(undecided(parts, {})).toEqual([]);
    expect(idsAt(merged(drafts, parts, {}), "m1")).toEqual(["bbbbbbbb", "aaaaaaaa"]);
  });

  it("who changed the same response have to choose", () => {
    const mine = putResponse(WITH_BOTH, "m1", { ...A, title: "Mine" });
    const theirs = putResponse(WITH_BOTH, "m1", { ...A, title: "Theirs" });
    const drafts = { base: WITH_BOTH, mine, theirs };
    const parts = partsOf(drafts);
    expect(undecided(parts, {})).toHaveLength(1);
    const chosen = merged(drafts, parts, { [parts[0]?.key ?? ""]: "theirs" });
    expect(responsesAt(chosen, "m1")[0]?.title).toBe("Theirs");
    expect(chosen.document).toEqual(WITH_BOTH.document);
  });

  it("of whom one took the card out lose nothing that was prepared on it", () => {
    const drafts = { base: WITH_BOTH, mine: WITH_BOTH, theirs: removeNodes(WITH_BOTH, ["m1"]) };
    const both = merged(drafts, partsOf(drafts), {});
    expect(idsAt(both, "m1")).toEqual(["aaaaaaaa", "bbbbbbbb"]);
  });
});
