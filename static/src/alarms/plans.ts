import type { TaskSource } from "../api/alarms";

/** A plan that was named before. COC has no list of plans, so this browser keeps those that were used. */
export type Plan = { id: string; name: string; source: TaskSource };

const MOST = 20;

function keyOf(connection: string): string {
  return `groupflow.plans.${connection}`;
}

function isPlan(value: unknown): value is Plan {
  const plan = value as Partial<Plan> | null;
  return typeof plan?.id === "string" && typeof plan.name === "string" && (plan.source === "CUSTOMIZATION" || plan.source === "COMMUNAL");
}

/** The plans used over a connection, the last one first; none where storage is closed or holds something odd. */
export function plansOf(connection: string): Plan[] {
  try {
    const kept = JSON.parse(localStorage.getItem(keyOf(connection)) ?? "[]") as unknown;
    return Array.isArray(kept) ? kept.filter(isPlan) : [];
  } catch {
    return [];
  }
}

function keep(connection: string, plans: Plan[]): void {
  try {
    localStorage.setItem(keyOf(connection), JSON.stringify(plans.slice(0, MOST)));
  } catch {
    // Full or closed: the plan is typed again next time.
  }
}

export function rememberPlan(connection: string, { id, name, source }: Plan): void {
  keep(connection, [{ id, name, source }, ...plansOf(connection).filter((plan) => plan.id !== id)]);
}

export function forgetPlan(connection: string, id: string): void {
  keep(connection, plansOf(connection).filter((plan) => plan.id !== id));
}
