import { create } from "zustand";

import { line } from "../api/line";
import { getRuleSince, type RuleBody } from "../api/rules";
import type { EditorStore } from "../store";

/** What happens to the open rule outside of this page. */
export type News = {
  /** The version somebody saved after the one this page knows; null when there is none. */
  newer: RuleBody | null;
  /** The newest version whose message was put away. */
  putAway: number;
  /** Whether another tab of this browser has the rule open, and nobody put the message away. */
  otherTab: boolean;
  /** Whether the dialog that tells what somebody changed is open. */
  reading: boolean;
};

export const useNews = create<News>()(() => ({ newer: null, putAway: 0, otherTab: false, reading: false }));

/** How often the server is asked for a newer version, in ms; more often while it does not answer or knows nobody. */
const CALM = 30_000;
const ANXIOUS = 5_000;

type Message = { kind: "opened" | "here" | "saved" };

/** Listens to other tabs and asks the server, for as long as the rule is open. */
class Watch {
  private timer: ReturnType<typeof setTimeout> | undefined;
  private channel: BroadcastChannel | null = null;
  private readonly stops: (() => void)[] = [];

  constructor(private readonly store: EditorStore) {}

  start(): void {
    this.hear(window, "focus", () => void this.ask());
    this.hear(window, "online", () => void this.ask());
    this.hear(window, "offline", () => { line.setState({ reachable: false }); });
    if (!navigator.onLine) line.setState({ reachable: false });
    this.stops.push(
      this.store.subscribe((state, before) => {
        if (state.ruleId !== before.ruleId) this.tune();
        if (state.saving && state.saved !== before.saved) this.tell("saved");
        if (state.saved !== before.saved) this.settle();
      }),
      line.subscribe((now, before) => {
        if (now.reachable && !before.reachable) this.recheck();
        if (now !== before) this.schedule();
      }),
    );
    this.tune();
    this.schedule();
  }

  stop(): void {
    clearTimeout(this.timer);
    this.channel?.close();
    for (const stop of this.stops) stop();
  }

  private hear(target: Window, event: string, handle: () => void): void {
    target.addEventListener(event, handle);
    this.stops.push(() => { target.removeEventListener(event, handle); });
  }

  /** Other tabs with the same rule hear what is said here. */
  private tune(): void {
    this.channel?.close();
    const { ruleId } = this.store.getState();
    if (ruleId === null) return;
    this.channel = new BroadcastChannel(`groupflow.rule.${ruleId}`);
    this.channel.onmessage = ({ data }: MessageEvent<Message>) => { this.heard(data.kind); };
    this.tell("opened");
  }

  private tell(kind: Message["kind"]): void {
    this.channel?.postMessage({ kind } satisfies Message);
  }

  private heard(kind: Message["kind"]): void {
    if (kind === "saved") void this.ask();
    else useNews.setState({ otherTab: true });
    if (kind === "opened") this.tell("here");
  }

  private schedule(): void {
    clearTimeout(this.timer);
    const { reachable, signedIn } = line.getState();
    this.timer = setTimeout(() => void this.ask(), reachable && signedIn ? CALM : ANXIOUS);
  }

  private async ask(): Promise<void> {
    const { ruleId, saved } = this.store.getState();
    this.schedule();
    if (ruleId === null || saved === null) return;
    const known = Math.max(saved.version, useNews.getState().newer?.version ?? 0);
    try {
      const newer = await getRuleSince(ruleId, `"v${known}"`);
      if (newer) useNews.setState({ newer });
      this.settle();
    } catch {
      // That it could not be asked shows in `line`; there is no news then.
    }
  }

  /** What this page has taken in is no news any more. */
  private settle(): void {
    const version = this.store.getState().saved?.version ?? 0;
    const { newer } = useNews.getState();
    if (newer && newer.version <= version) useNews.setState({ newer: null, reading: false });
  }

  /** Findings that could not be asked for while nobody answered. */
  private recheck(): void {
    const { findingsState, runCheck } = this.store.getState();
    if (findingsState === "offline") runCheck();
  }
}

/** Watches what others do to the open rule. Answers how to stop. */
export function watchRule(store: EditorStore): () => void {
  const watch = new Watch(store);
  watch.start();
  return () => { watch.stop(); };
}
