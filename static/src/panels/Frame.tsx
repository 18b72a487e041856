import { Canvas } from "../canvas/Canvas";
import { useUi } from "../canvas/ui";
import { t } from "../i18n";
import { usePictured } from "../parts/usePictured";
import { editor, useEditor } from "../store";
import { Banners } from "./Banners";
import { Drawer } from "./Drawer";
import { Inspector } from "./Inspector";
import { ConflictDialog, DraftOffer, Finder, NewsDialog, ShortcutsDialog, SubmitDialog } from "./late";
import { LayerHost } from "./layers";
import { LeftPanel } from "./LeftPanel";
import type { KeptDraft } from "./localDraft";
import { NoticeBar } from "./NoticeBar";
import { StatusBar } from "./StatusBar";
import { useDocked } from "./test/useDocked";
import { TopBar } from "./TopBar";
import { useClipboard } from "./useClipboard";
import { useGlobalKeys } from "./useGlobalKeys";
import { useKeptFocus } from "./useKeptFocus";
import { useLeaveWarning } from "./useLeaveWarning";
import { useNarrow, useViews } from "./views";
import { ViewTabs } from "./ViewTabs";
import { useNews } from "./watching";

function LiveRegion() {
  const spoken = useUi((state) => state.spoken);
  const times = useUi((state) => state.times);
  return (
    <div className="hide" aria-live="polite" data-testid="live">
      <span key={times}>{spoken}</span>
    </div>
  );
}

/** The first stop of the keyboard: over the bars straight to the card that is next in the tab order. */
function SkipLink() {
  return (
    <a
      className="skip"
      href="#canvas"
      onClick={(event) => {
        event.preventDefault();
        document.querySelector<HTMLElement>('.react-flow__node[tabindex="0"]')?.focus();
      }}
    >
      {t("Skip to the canvas")}
    </a>
  );
}

/** As high as the closed drawer. */
function EmptyDrawer() {
  return (
    <section className="drawer">
      <div className="tabs" />
    </section>
  );
}

/** The whole page: bars, panels, canvas, and the dialogs over them. `linked`: the card that it was opened for. */
export function Frame({ kept, linked }: { kept: KeptDraft | null; linked: string | null }) {
  const dialog = useUi((state) => state.dialog);
  const conflict = useEditor((state) => state.conflict !== null);
  const finding = useUi((state) => state.finding);
  const reading = useNews((state) => state.reading);
  useGlobalKeys();
  useClipboard();
  useKeptFocus();
  const docked = useDocked();
  useLeaveWarning(editor);
  const narrow = useNarrow();
  const drawn = usePictured() || narrow;
  const closed = useEditor(({ drawer }) => drawer === null);
  const view = useViews((state) => state.view);
  const looks = ["editor", docked ? "is-docked" : "", narrow ? `is-narrow view-${view}` : ""];
  return (
    <div className={looks.join(" ").trim()}>
      <SkipLink />
      {drawn ? <TopBar /> : <header className="topbar" />}
      {narrow && <ViewTabs />}
      {drawn && <LeftPanel />}
      <main id="canvas" className="middle" aria-label={t("Canvas")}>
        <div className="banners">
          <Banners />
          {kept && <DraftOffer kept={kept} />}
        </div>
        <Canvas linked={linked} covered={narrow && view !== "canvas"} />
        {finding && <Finder />}
        <NoticeBar />
      </main>
      {drawn || !closed ? <Drawer /> : <EmptyDrawer />}
      {drawn && !docked && <Inspector />}
      {drawn ? <StatusBar /> : <footer className="status" />}
      <LiveRegion />
      {dialog === "submit" && <SubmitDialog />}
      {dialog === "shortcuts" && <ShortcutsDialog />}
      <LayerHost />
      {conflict && <ConflictDialog />}
      {reading && <NewsDialog />}
    </div>
  );
}
