import { useStore } from "zustand";
import { createStore, type StoreApi } from "zustand/vanilla";
import { Problem, Unreachable } from "./api/client";
import type { ConnectionId } from "./api/connections";
import { checkRule, createRule, saveRule, type CurrentVersion, type RuleBody, type RuleId } from "./api/rules";
import { submitRule, type Submission } from "./api/submissions";
import { t } from "./i18n";
import type { Assumption } from "./model/cases";
import { replaceDocument } from "./model/commands";
import { deepEqual } from "./model/equal";
import { begin, record, redo, seal, undo, type History } from "./model/history";
import { once } from "./model/once";
import { openedDraft } from "./model/place";
import { edgeById, isObject, newRule, nodeById } from "./model/rule";
import type { Draft, Finding, Json, Layout, Point, RuleDocument } from "./model/types";

export type User = { username: string; role: string };
export type Can = { edit: boolean; submit: boolean };
export type Bootstrap = {
  rule: RuleBody | null;
  user: User;
  can: Can;
  language: string;
  /** What nothing published says about the service, by id. */
  assumptions?: Record<string, Assumption>;
  catalog: Record<string, string>;
};

export type Selection = { nodes: string[]; edge: string | null };
export type FindingsState = "current" | "checking" | "offline" | "unreadable";
export type DrawerName = "problems" | "test" | "json" | "history";
/** What the page tells; with an action it stays until it is taken, put away or out of date. */
export type Notice = { kind: "success" | "error" | "info"; text: string; action?: { label: string; run: () => void } };
/** What the server holds of this rule, as far as this page knows. */
export type Saved = Draft & { version: number; etag: string };

export type EditorData = {
  /** null until the rule is saved for the first time. */
  ruleId: RuleId | null;
  user: User;
  can: Can;
  history: History;
  selection: Selection;
  findings: Finding[];
  findingsState: FindingsState;
  saved: Saved | null;
  saving: boolean;
  /** Set when a save was refused because somebody else saved first. */
  conflict: CurrentVersion | null;
  submitting: boolean;
  submission: Submission | null;
  notice: Notice | null;
  drawer: DrawerName | null;
};

export type EditorActions = {
  /** Records one step: the draft `edit` makes of the present one. Steps with the same merge key in a row are one. */
  apply: (label: string, edit: (draft: Draft) => Draft, mergeKey?: string) => void;
  /** Ends a run of steps with one merge key: leaving a field. */
  seal: () => void;
  undo: () => void;
  redo: () => void;
  select: (selection: Partial<Selection>) => void;
  setDrawer: (drawer: DrawerName | null) => void;
  setNotice: (notice: Notice | null) => void;
  /** Stores the draft as the next version. Answers whether it was stored; if not, a notice or a conflict says why. */
  save: (message?: string) => Promise<boolean>;
  /** After a conflict: the next save goes on top of the other's version. */
  keepMine: () => void;
  /** After a conflict: the other's version becomes the draft, in one step that undo brings back. */
  takeTheirs: () => void;
  /** After a conflict: a draft put together of both is the draft, on top of the other's version, in one step. */
  takeMerged: (draft: Draft) => void;
  /** Checks the draft after a short pause; a newer call replaces an older one. */
  runCheck: () => void;
  /** Puts a document in place of the draft's, in one step. False, with a notice, when the text is no JSON object. */
  importDocument: (text: string, label?: string) => boolean;
  submit: (connection: ConnectionId, expected?: string) => Promise<Submission | null>;
  /** Ends what still runs for this rule: a check, or the pause before one. */
  close: () => void;
  /** Whether the draft differs from what the server holds. */
  dirty: () => boolean;
};

export type EditorState = EditorData & EditorActions;
export type EditorStore = StoreApi<EditorState>;

const CHECK_PAUSE = 150;
const NOTHING: Selection = { nodes: [], edge: null };

function isPoint(value: Json | undefined): value is Point {
  return isObject(value) && Number.isFinite(value.x) && Number.isFinite(value.y);
}

/** A layout from outside; whatever is no place is left out. */
export function readLayout(value: unknown): Layout {
  const layout = value as Json | undefined;
  if (!isObject(layout)) return { nodes: {} };
  const places = isObject(layout.nodes) ? Object.entries(layout.nodes) : [];
  const nodes = places.filter((entry): entry is [string, JsonPoint] => isPoint(entry[1]));
  return { ...layout, nodes: Object.fromEntries(nodes) };
}
type JsonPoint = Json & Point;

/** A version as the server gives it, as a draft. */
export function storedDraft({ document, layout, responses }: StoredParts): Draft {
  return openedDraft(document, readLayout(layout), responses);
}
type StoredParts = Pick<RuleBody, "document" | "layout" | "responses">;


function dataOf({ rule, user, can }: Bootstrap): EditorData {
  const draft = rule ? storedDraft(rule) : newRule();
  return {
    ruleId: rule?.id ?? null,
    user,
    can,
    history: begin(draft),
    selection: NOTHING,
    findings: rule?.findings ?? [],
    findingsState: rule ? "current" : "checking",
    // Places filled in on opening are not a change of the user's.
    saved: rule && { ...draft, version: rule.version, etag: rule.etag },
    saving: false,
    conflict: null,
    submitting: false,
    submission: null,
    notice: null,
    drawer: null,
  };
}

/** The selection without cards and edges the draft no longer has. */
function surviving(selection: Selection, { document }: Draft): Selection {
  const nodes = selection.nodes.filter((id) => nodeById(document, id));
  const edge = selection.edge !== null && edgeById(document, selection.edge) ? selection.edge : null;
  const same = nodes.length === selection.nodes.length && edge === selection.edge;
  return same ? selection : { nodes, edge };
}

function noticeOf(error: unknown): Notice {
  if (error instanceof Problem) {
    const text = error.detail === "" ? error.title : error.detail;
    return { kind: "error", text };
  }
  if (error instanceof Unreachable) return { kind: "error", text: error.message };
  throw error;
}

function parsed(text: string): RuleDocument | string {
  try {
    const value = JSON.parse(text) as Json;
    return isObject(value) ? value : t("A rule is a JSON object: it begins with { and ends with }.");
  } catch (error) {
    return t("This is no JSON: {reason}", { reason: error instanceof Error ? error.message : "" });
  }
}

/** The check of the draft: one at a time, after a pause, the newest wins. */
class Checker {
  private timer: ReturnType<typeof setTimeout> | undefined;
  private running: AbortController | undefined;

  constructor(private readonly store: EditorStore) {}

  stop(): void {
    clearTimeout(this.timer);
    this.running?.abort();
  }

  schedule(): void {
    this.stop();
    this.store.setState({ findingsState: "checking" });
    this.timer = setTimeout(() => void this.run(), CHECK_PAUSE);
  }

  private async run(): Promise<void> {
    const controller = new AbortController();
    this.running = controller;
    const result = await this.ask(controller.signal);
    if (!controller.signal.aborted) this.store.setState(result);
  }

  private async ask(signal: AbortSignal): Promise<Partial<EditorData>> {
    try {
      const { findings } = await checkRule(this.store.getState().history.present.document, signal);
      return { findings, findingsState: "current" };
    } catch (error) {
      if (error instanceof Problem && error.findings.length > 0) {
        return { findings: error.findings, findingsState: "unreadable" };
      }
      return { findingsState: "offline" };
    }
  }
}

/** Saving and submitting: what goes to the server, and what its answers mean for the page. */
class Courier {
  /** The submission no answer came for: sending it again with its key cannot send it twice. */
  private unanswered: { what: string; key: string } | undefined;

  constructor(private readonly store: EditorStore) {}

  async save(message: string): Promise<boolean> {
    const { saving, history } = this.store.getState();
    if (saving) return false;
    const draft = history.present;
    this.store.setState({ saving: true, notice: null });
    try {
      this.accept(await this.send(draft, message), draft);
      return true;
    } catch (error) {
      this.store.setState(this.refused(error));
      return false;
    } finally {
      this.store.setState({ saving: false });
    }
  }

  private send({ document, layout, responses = {} }: Draft, message: string): Promise<RuleBody> {
    const { ruleId, saved } = this.store.getState();
    const rule = { document, layout, responses, message };
    return ruleId === null || saved === null ? createRule(rule) : saveRule(ruleId, rule, saved.etag);
  }

  private accept(rule: RuleBody, draft: Draft): void {
    const { history } = this.store.getState();
    const saved = { ...draft, version: rule.version, etag: rule.etag };
    const checked = history.present === draft ? { findings: rule.findings, findingsState: "current" as const } : {};
    this.store.setState({ ruleId: rule.id, saved, conflict: null, history: seal(history), ...checked });
  }

  private refused(error: unknown): Partial<EditorData> {
    if (error instanceof Problem && error.status === 412 && isObject(error.body.current as Json)) {
      return { conflict: error.body.current as CurrentVersion };
    }
    // The page says that the session has ended, and how to go on, for as long as it lasts.
    if (error instanceof Problem && error.status === 401) return { notice: null };
    if (error instanceof Unreachable) {
      const text = t("Not saved: the server cannot be reached. Your draft stays here; save again when it answers.");
      return { notice: { kind: "error", text } };
    }
    return { notice: noticeOf(error) };
  }

  async submit(connection: ConnectionId, expected: string): Promise<Submission | null> {
    const { ruleId, saved, submitting, dirty } = this.store.getState();
    if (submitting) return null;
    if (ruleId === null || saved === null || dirty()) {
      this.store.setState({ notice: { kind: "error", text: t("Save first: only a saved version can be submitted.") } });
      return null;
    }
    this.store.setState({ submitting: true, submission: null, notice: null });
    try {
      const sending = { connection, version: saved.version, ...(expected === "" ? {} : { expected }) };
      const submission = await submitRule(ruleId, sending, this.keyFor(JSON.stringify([ruleId, sending])));
      this.unanswered = undefined;
      this.store.setState({ submission });
      return submission;
    } catch (error) {
      this.store.setState(this.notSubmitted(error));
      return null;
    } finally {
      this.store.setState({ submitting: false });
    }
  }

  private keyFor(what: string): string {
    if (this.unanswered?.what !== what) this.unanswered = { what, key: crypto.randomUUID() };
    return this.unanswered.key;
  }

  private notSubmitted(error: unknown): Partial<EditorData> {
    if (!(error instanceof Problem)) return { notice: noticeOf(error) };
    this.unanswered = undefined;
    const found = error.findings.length > 0 ? { findings: error.findings, findingsState: "current" as const } : {};
    return { notice: noticeOf(error), ...found };
  }
}

type Hands = { store: EditorStore; checker: Checker; courier: Courier };

function historyActions({ store, checker }: Hands): Pick<EditorActions, "apply" | "seal" | "undo" | "redo"> {
  const move = (history: History): void => {
    const before = store.getState().history;
    if (history === before) return;
    store.setState((state) => ({ history, selection: surviving(state.selection, history.present) }));
    if (history.present.document !== before.present.document) checker.schedule();
  };
  return {
    apply: (label, edit, mergeKey) => {
      const { history, can } = store.getState();
      if (can.edit) move(record(history, label, edit(history.present), mergeKey));
    },
    seal: () => {
      store.setState(({ history }) => ({ history: seal(history) }));
    },
    undo: () => {
      move(undo(store.getState().history));
    },
    redo: () => {
      move(redo(store.getState().history));
    },
  };
}

function conflictActions({ store }: Hands): Pick<EditorActions, "keepMine" | "takeTheirs" | "takeMerged"> {
  const settle = (): { theirs: Draft; version: number } | null => {
    const { conflict } = store.getState();
    if (!conflict) return null;
    const { version } = conflict;
    const theirs = storedDraft(conflict);
    // The refusal names the version only; its ETag is the version in quotes.
    store.setState({ conflict: null, saved: { ...theirs, version, etag: `"v${version}"` } });
    return { theirs, version };
  };
  return {
    keepMine: () => {
      settle();
    },
    takeTheirs: () => {
      const settled = settle();
      if (settled) store.getState().apply(t("Take the other version"), () => settled.theirs);
    },
    takeMerged: (draft) => {
      const settled = settle();
      if (settled) store.getState().apply(t("Put together with v{version}", { version: settled.version }), () => draft);
    },
  };
}

/** Many ask after every change whether the draft is saved; each two versions are compared once. */
const equals = once((draft: Draft) =>
  once((saved: Saved) => (["document", "layout", "responses"] as const).every((part) => deepEqual(draft[part], saved[part]))),
);

function viewActions({ store }: Hands): Pick<EditorActions, "select" | "setDrawer" | "setNotice" | "dirty"> {
  return {
    select: (selection) => {
      store.setState({ selection: { ...NOTHING, ...selection } });
    },
    setDrawer: (drawer) => {
      store.setState({ drawer });
    },
    setNotice: (notice) => {
      store.setState({ notice });
    },
    dirty: () => {
      const { history, saved } = store.getState();
      return saved === null || !equals(history.present)(saved);
    },
  };
}

function documentActions(
  hands: Hands,
): Pick<EditorActions, "save" | "submit" | "runCheck" | "close" | "importDocument"> {
  const { store, checker, courier } = hands;
  return {
    save: (message = "") => courier.save(message),
    submit: (connection, expected = "") => courier.submit(connection, expected),
    runCheck: () => {
      checker.schedule();
    },
    close: () => {
      checker.stop();
    },
    importDocument: (text, label = t("Import")) => {
      const document = parsed(text);
      if (typeof document === "string") {
        store.setState({ notice: { kind: "error", text: document } });
        return false;
      }
      store.getState().apply(label, (draft) => replaceDocument(draft, document));
      return true;
    },
  };
}

/** The state of one open rule and everything that can be done with it. */
export function createEditorStore(bootstrap: Bootstrap): EditorStore {
  return createStore<EditorState>()((_set, _get, store) => {
    const hands = { store, checker: new Checker(store), courier: new Courier(store) };
    return {
      ...dataOf(bootstrap),
      ...historyActions(hands),
      ...conflictActions(hands),
      ...viewActions(hands),
      ...documentActions(hands),
    };
  });
}

const NOBODY: Bootstrap = {
  rule: null,
  user: { username: "", role: "" },
  can: { edit: false, submit: false },
  language: "en",
  catalog: {},
};

/** The page's store: one rule is open at a time. */
export let editor: EditorStore = createEditorStore(NOBODY);

/** Opens the rule of the page; called once, before anything is drawn. */
export function openEditor(bootstrap: Bootstrap): EditorStore {
  editor.getState().close();
  editor = createEditorStore(bootstrap);
  if (bootstrap.rule === null) editor.getState().runCheck();
  return editor;
}

/** The part of the state `select` answers, kept current while a component is shown. */
export function useEditor<T>(select: (state: EditorState) => T): T {
  return useStore(editor, select);
}
