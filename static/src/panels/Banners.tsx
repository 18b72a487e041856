import type { ReactNode } from "react";
import { useStore } from "zustand";

import { line } from "../api/line";
import { t } from "../i18n";
import { Button } from "../parts/Button";
import { Icon, type IconName } from "../parts/Icon";
import { useEditor } from "../store";
import { timeOf } from "./times";
import { useNews } from "./watching";

function Banner({ testId, icon, look = "", children }: { testId: string; icon: IconName; look?: string; children: ReactNode }) {
  return (
    <div className={`note banner ${look}`} data-testid={testId}>
      <Icon name={icon} />
      {children}
    </div>
  );
}

function PutAway({ onPress }: { onPress: () => void }) {
  return <Button label={t("Dismiss")} icon="x" iconOnly look="ghost sm" onPress={onPress} />;
}

function Offline() {
  return (
    <Banner testId="banner-offline" icon="warning" look="warn">
      <span className="grow">{t("Offline. Your changes are kept in this browser and can be saved when the line is back.")}</span>
    </Banner>
  );
}

function SessionEnded() {
  return (
    <Banner testId="banner-session" icon="lock" look="warn">
      <span className="grow">
        {t("Your session has ended. Log in in another tab, then save again; your draft stays here.")}
      </span>
      <a className="btn sm" href="/accounts/login/" target="_blank" rel="noreferrer">
        {t("Log in")}
      </a>
    </Banner>
  );
}

function Newer() {
  const newer = useNews((state) => state.newer);
  const dirty = useEditor((state) => state.can.edit && state.dirty());
  if (!newer) return null;
  const params = { author: newer.author, version: newer.version, time: timeOf(newer.created) };
  const told = dirty
    ? t("{author} saved v{version} at {time}. Your own changes are still here, not saved yet.", params)
    : t("{author} saved v{version} at {time}. You see an earlier version.", params);
  return (
    <Banner testId="banner-newer" icon="history">
      <span className="grow">{told}</span>
      <Button label={t("See what changed")} look="sm" testId="see-changes" onPress={() => { useNews.setState({ reading: true }); }} />
      <PutAway onPress={() => { useNews.setState({ putAway: newer.version }); }} />
    </Banner>
  );
}

function OtherTab() {
  return (
    <Banner testId="banner-other-tab" icon="info">
      <span className="grow">{t("This rule is open in another tab of this browser too. What is saved there is told here.")}</span>
      <PutAway onPress={() => { useNews.setState({ otherTab: false }); }} />
    </Banner>
  );
}

/** What concerns the whole page and lasts: no line, no session, somebody else's work. */
export function Banners() {
  const { reachable, signedIn } = useStore(line);
  const newer = useNews((state) => state.newer !== null && state.newer.version > state.putAway);
  const otherTab = useNews((state) => state.otherTab);
  return (
    <div role="status">
      {!reachable && <Offline />}
      {reachable && !signedIn && <SessionEnded />}
      {newer && <Newer />}
      {otherTab && <OtherTab />}
    </div>
  );
}
