import type { DragEvent } from "react";

import { nodeById } from "../model/rule";
import type { Exit } from "../model/types";
import { importFile } from "../panels/importing";
import { editor } from "../store";
import { add, insertOn, underPointer, type NewKind } from "./edits";
import { toCanvas } from "./view";

/** What a tile of the palette carries while it is dragged. */
export const CARD_TYPE = "application/x-groupflow-card";

/** Lets the browser know that the canvas takes palette cards and files. */
export function allowDrop(event: DragEvent): void {
  const { types } = event.dataTransfer;
  if (!types.includes(CARD_TYPE) && !types.includes("Files")) return;
  event.preventDefault();
  event.dataTransfer.dropEffect = "copy";
}

function openBranchAt(target: Element): { id: string; exit: Exit } | null {
  const exit = target.closest<HTMLElement>("[data-open]")?.dataset.open;
  const id = target.closest<HTMLElement>(".react-flow__node")?.dataset.id;
  if (id === undefined || !nodeById(editor.getState().history.present.document, id)) return null;
  return exit === "true" || exit === "false" || exit === "plain" ? { id, exit } : null;
}

function edgeAt(x: number, y: number): string | null {
  const hit = document.elementsFromPoint(x, y).find((element) => element.closest(".react-flow__edge"));
  return hit?.closest<HTMLElement>(".react-flow__edge")?.dataset.id ?? null;
}

function dropCard(event: DragEvent, kind: NewKind): void {
  const branch = event.target instanceof Element ? openBranchAt(event.target) : null;
  const edge = edgeAt(event.clientX, event.clientY);
  if (branch) add(kind, branch);
  else if (edge !== null && kind === "condition") insertOn(edge);
  else add(kind, null, underPointer(toCanvas({ x: event.clientX, y: event.clientY })));
}

/** A palette card lands where it is let go, on an edge or at an open branch; a file is imported. */
export function takeDrop(event: DragEvent): void {
  const kind = event.dataTransfer.getData(CARD_TYPE);
  const file = event.dataTransfer.files[0];
  if (kind !== "condition" && kind !== "combine" && !file) return;
  event.preventDefault();
  if (file) void importFile(file);
  else if (kind === "condition" || kind === "combine") dropCard(event, kind);
}
