import { request } from "./client";

export type ConnectionId = string | number;
export type Connection = { id: ConnectionId; name: string; region: string; project_id: string };
export type NotificationRule = { name: string; desc: string };

/** The cloud projects rules can be sent to. */
export async function getConnections(): Promise<Connection[]> {
  return (await request<{ results: Connection[] }>("GET", "/api/connections/")).data.results;
}

/** The notification rules of a project, to suggest names from; the server remembers them for a minute unless `refresh`. */
export async function getNotificationRules(id: ConnectionId, refresh = false): Promise<NotificationRule[]> {
  const path = `/api/connections/${encodeURIComponent(id)}/notification-rules/${refresh ? "?refresh=1" : ""}`;
  return (await request<{ results: NotificationRule[] }>("GET", path)).data.results;
}
