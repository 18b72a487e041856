import type { AlarmFacts, Place } from "../api/alarms";
import { t } from "../i18n";
import { rowsOf, word } from "./facts";
import type { Fault } from "./request";

/** COC's levels, the gravest first; it numbers them as people call them. */
export const LEVELS = [
  ["level_10", "P1"],
  ["level_20", "P2"],
  ["level_30", "P3"],
  ["level_40", "P4"],
  ["level_50", "P5"],
] as const;
/** Keys of categories that are published; there are more, and COC takes them all. */
export const CATEGORIES = ["inc_type_p_function_issues", "inc_type_p_reliability_issues", "inc_type_p_security_issues", "inc_type_p_change_issues"];

/** An incident as typed; what is empty and may be left out is not sent. */
export type Incident = {
  title: string;
  description: string;
  level_id: string;
  current_cloud_service_id: string;
  mtm_type: string;
  is_service_interrupt: boolean;
  is_change_event: boolean;
  assignee: string;
  assignee_role: string;
  assignee_scene: string;
  mtm_region: string;
  enterprise_project_id: string;
  source_id: string;
};
export type TextName = { [Name in keyof Incident]: Incident[Name] extends string ? Name : never }[keyof Incident];

/** The shortest and the longest text of each. */
const LENGTHS: Readonly<Partial<Record<TextName, readonly [number, number]>>> = {
  title: [1, 255],
  description: [1, 600],
  current_cloud_service_id: [1, 255],
  mtm_type: [1, 255],
  assignee: [0, 255],
  assignee_role: [0, 255],
  assignee_scene: [0, 255],
  mtm_region: [0, 255],
  enterprise_project_id: [0, 100],
  source_id: [0, 255],
};
export const REMARKS = [0, 100] as const;
export const REASON = [0, 500] as const;

export const EMPTY: Incident = {
  title: "",
  description: "",
  level_id: "",
  current_cloud_service_id: "",
  mtm_type: "",
  is_service_interrupt: false,
  is_change_event: false,
  assignee: "",
  assignee_role: "",
  assignee_scene: "",
  mtm_region: "",
  enterprise_project_id: "",
  source_id: "",
};

/** The beginning of a text, in whole characters. */
function begun(text: string, most: number): string {
  const characters = Array.from(text);
  return characters.length <= most ? text : `${characters.slice(0, most - 1).join("")}…`;
}

/** An incident with what the alarm tells; how grave it is a person says. */
export function incidentOf(alarm: AlarmFacts, place: Place | null): Incident {
  const untold = new Set([t("state"), t("incident"), t("remarks")]);
  const facts = rowsOf(alarm).filter(([name]) => !untold.has(name)).map(([name, value]) => `${name}: ${value}`);
  const project = place?.enterprise_project_id ?? "";
  return {
    ...EMPTY,
    title: begun(word(alarm.name) || word(alarm.id), 255),
    description: begun([word(alarm.id), ...facts].join("; "), 600),
    enterprise_project_id: project === "all_granted_eps" ? "" : project,
  };
}

export function lengthFault(text: string, [least, most]: readonly [number, number]): string | null {
  const { length } = Array.from(text.trim());
  if (length < least) return t("This must be filled in.");
  return length > most ? t("At most {most} characters; this has {length}.", { most, length }) : null;
}

/** What keeps an incident from being sent, in the order of its fields. */
export function incidentFaults(incident: Incident): Fault[] {
  const level: Fault[] = incident.level_id === "" ? [{ field: "level_id", text: t("Choose a level.") }] : [];
  const texts = (Object.entries(LENGTHS) as [TextName, readonly [number, number]][]).flatMap(([field, lengths]) => {
    const text = lengthFault(incident[field], lengths);
    return text === null ? [] : [{ field, text }];
  });
  const [head, rest] = [texts.filter(({ field }) => field === "title" || field === "description"), texts.filter(({ field }) => field !== "title" && field !== "description")];
  return [...head, ...level, ...rest];
}

/** What is sent: texts without blanks at their ends, and none that is empty. */
export function incidentBody(incident: Incident): Partial<Incident> {
  const texts = Object.entries(incident).map(([name, value]) => [name, typeof value === "string" ? value.trim() : value] as const);
  return Object.fromEntries(texts.filter(([name, value]) => value !== "" && (value !== false || name === "is_service_interrupt")));
}
