import type { Alarm } from "../model/alarm";
import type { Assume } from "../model/cases";
import type { Responses, RuleDocument } from "../model/types";
import type { Walk } from "../model/way";
import { Problem, request } from "./client";

/** Where each alarm goes, and each alarm as the server read it, in the published form; both in the order sent. */
export type Simulation = { results: Walk[]; alarms: Alarm[] };

async function asked(rule: RuleDocument, alarms: string, assume: Assume, signal: AbortSignal, responses: Responses = {}): Promise<Simulation> {
  const more = Object.keys(responses).length === 0 ? "" : `,"responses":${JSON.stringify(responses)}`;
  const text = `{"rule":${JSON.stringify(rule)},"alarms":${alarms},"assume":${JSON.stringify(assume)}${more}}`;
  return (await request<Simulation>("POST", "/api/simulate/", { text, signal })).data;
}

/**
 * Where the alarms go that a text of sound JSON holds, in any shape the server reads, and what `responses` has for them
 * there, filled. The text goes as it is: reading it here first would lose doubled members, silently. Throws Problem 400
 * with findings: below /alarms what is wrong with the alarms, else with the rule.
 */
export const simulateText = asked;

/** As `simulateText`, of alarms in the published form. What is too much for one answer is asked for in halves. */
export async function simulate(rule: RuleDocument, alarms: Alarm[], assume: Assume, signal: AbortSignal): Promise<Simulation> {
  try {
    return await asked(rule, JSON.stringify(alarms), assume, signal);
  } catch (error) {
    if (!(error instanceof Problem) || error.status !== 413 || alarms.length < 2) throw error;
    const middle = alarms.length >> 1;
    const first = await simulate(rule, alarms.slice(0, middle), assume, signal);
    const second = await simulate(rule, alarms.slice(middle), assume, signal);
    return { results: [...first.results, ...second.results], alarms: [...first.alarms, ...second.alarms] };
  }
}
