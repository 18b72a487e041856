import type { Layout, RuleDocument } from "../model/types";
import { request } from "./client";

export type Converted = { text: string; notes: string[] };

/** The document as a picture (SVG), its cards where the layout has them. Throws Problem where there is nothing to draw. */
export async function drawRule(rule: RuleDocument, layout: Layout): Promise<string> {
  return (await request<Converted>("POST", "/api/convert/", { body: { rule, layout, to: "svg" } })).data.text;
}
