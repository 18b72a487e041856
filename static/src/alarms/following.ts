import { getRun, type RunDetail } from "../api/alarms";
import { Problem, Unreachable } from "../api/client";

/** Milliseconds until the first look, and the longest between two. */
const FIRST = 1_000;
const PAUSES = [5_000, 5_000, 5_000, 10_000, 15_000, 30_000];

/** Waits; a page that nobody sees waits until it is seen again. */
async function pause(milliseconds: number): Promise<void> {
  await new Promise((resolve) => { setTimeout(resolve, milliseconds); });
  if (!document.hidden) return;
  await new Promise<void>((resolve) => {
    const look = (): void => {
      if (document.hidden) return;
      document.removeEventListener("visibilitychange", look);
      resolve();
    };
    document.addEventListener("visibilitychange", look);
  });
}

/** Looks after a run until its work order is over, ever more seldom; `onSeen` answers whether to go on. */
export function follow(run: RunDetail, onSeen: (run: RunDetail) => boolean): void {
  if (run.state === "started" && run.work_order !== "" && !run.order_is_over) void look(run.id, onSeen);
}

async function look(id: string, onSeen: (run: RunDetail) => boolean): Promise<void> {
  for (let count = -1; ; count += 1) {
    await pause(count < 0 ? FIRST : (PAUSES[Math.min(count, PAUSES.length - 1)] ?? FIRST));
    try {
      const seen = await getRun(id);
      if (!onSeen(seen) || seen.order_is_over) return;
    } catch (error) {
      // An answer that does not come is no news: the next look comes all the same.
      if (!(error instanceof Unreachable || (error instanceof Problem && error.status >= 500))) return;
    }
  }
}
