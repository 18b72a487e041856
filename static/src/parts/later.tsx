import { useEffect, type ComponentType } from "react";
import { useStore } from "zustand";
import { createStore } from "zustand/vanilla";

import { t } from "../i18n";
import { Button } from "./Button";
import { Dialog } from "./Dialog";
import { Icon } from "./Icon";

/** What stands in a part's place until its code is here. */
export type WaitProps = { failed: boolean; asking: boolean; onAgain: () => void };

export type Preloadable = {
  /** Brings the code in advance. Answers when that is over, well or not. */
  preload: () => Promise<void>;
};

/** A part of the page whose code is not in the first load: it comes when the part is first shown, or before by `preload`. */
export type Late<P> = ComponentType<P> & Preloadable & {
  /** Whether the code is here. */
  useIsHere: () => boolean;
};

type Stage<P> = { Part: ComponentType<P> | null; failed: boolean; asking: boolean };

function Retry({ asking, onAgain }: Pick<WaitProps, "asking" | "onAgain">) {
  return (
    <>
      <Button label={t("Reload the page")} look="ghost sm" onPress={() => { window.location.reload(); }} />
      <Button label={asking ? t("Loading…") : t("Try again")} look="sm primary" testId="load-again" onPress={onAgain} />
    </>
  );
}

/** What is told of a part whose code did not come. */
export function missingWords(): string {
  return t("This part of the page could not be loaded: there is no line, or Groupflow was updated. Nothing you drew is lost.");
}

/** Inside a panel, whose frame stays: that it is loading, shown after a moment; if it failed, why and the ways on. */
function PanelWait({ failed, ...retry }: WaitProps) {
  if (!failed) return <p className="late-wait dim">{t("Loading…")}</p>;
  return (
    <div className="note error late-failed" role="alert" data-testid="load-failed">
      <Icon name="error" />
      <span className="grow">{missingWords()}</span>
      <Retry {...retry} />
    </div>
  );
}

/** For a part that lies over the page: nothing while it loads, a dialog when it failed; `onClose` gives the part up. */
export function overWait(onClose: () => void): ComponentType<WaitProps> {
  return function OverWait({ failed, ...retry }: WaitProps) {
    if (!failed) return null;
    const footer = (
      <>
        <Button label={t("Close")} look="ghost" onPress={onClose} />
        <span className="grow" />
        <Retry {...retry} />
      </>
    );
    return (
      <Dialog title={t("Not loaded")} testId="load-failed" onClose={onClose} footer={footer}>
        <span className="grow">{missingWords()}</span>
      </Dialog>
    );
  };
}

/** Makes a late part of what `load` brings. A load that failed is told in the part's place and can be asked for again. */
export function later<P extends object>(load: () => Promise<ComponentType<P>>, Wait: ComponentType<WaitProps> = PanelWait): Late<P> {
  const stage = createStore<Stage<P>>()(() => ({ Part: null, failed: false, asking: false }));
  const ask = async (): Promise<void> => {
    const { Part, asking } = stage.getState();
    if (Part || asking) return;
    stage.setState({ asking: true });
    try {
      stage.setState({ Part: await load(), failed: false, asking: false });
    } catch {
      stage.setState({ failed: true, asking: false });
    }
  };
  function LatePart(props: P) {
    const { Part, failed, asking } = useStore(stage);
    useEffect(() => {
      if (!stage.getState().asking) stage.setState({ failed: false });
      void ask();
    }, []);
    return Part ? <Part {...props} /> : <Wait failed={failed} asking={asking} onAgain={() => void ask()} />;
  }
  return Object.assign(LatePart, { preload: ask, useIsHere: () => useStore(stage, ({ Part }) => Part !== null) });
}

/** Not every browser tells when it is idle; a moment after the first picture is as good. */
function whenIdle(run: () => void): void {
  if ("requestIdleCallback" in window) requestIdleCallback(run, { timeout: 2000 });
  else setTimeout(run, 500);
}

/** Brings parts in advance, one after the other, when the page has nothing else to do. */
export function preloadWhenIdle([first, ...rest]: readonly Preloadable[]): void {
  if (first) whenIdle(() => { void first.preload().then(() => { preloadWhenIdle(rest); }); });
}
