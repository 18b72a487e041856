import { HighlightStyle, syntaxHighlighting } from "@codemirror/language";
import type { Extension } from "@codemirror/state";
import { EditorView } from "@codemirror/view";
import { tags } from "@lezer/highlight";

const MARKER = { content: "normal", boxSizing: "border-box", width: "8px", height: "8px", margin: "5px 2px" };
const FOCUS = { outline: "2px solid var(--accent)", outlineOffset: "-1px" };
/** The looks of what the text editor brings along hold colours of its own; these take their place. */
const SMALL_BUTTON = {
  height: "var(--control-sm)",
  minWidth: "var(--control-sm)",
  padding: "0 8px",
  border: "0",
  borderRadius: "5px",
  backgroundColor: "var(--hover)",
  backgroundImage: "none",
  color: "var(--text)",
  font: "var(--t-12)",
  fontWeight: "500",
  cursor: "default",
};

const text = EditorView.theme({
  "&": { height: "100%", color: "var(--text)", backgroundColor: "var(--sunken)", font: "var(--t-mono)" },
  "&.cm-focused": { outline: "none" },
  ".cm-scroller": { font: "var(--t-mono)", lineHeight: "18px", overscrollBehavior: "contain" },
  ".cm-content": { padding: "6px 0", caretColor: "var(--text)" },
  ".cm-line": { padding: "0 8px" },
  ".cm-gutters": { borderRight: "1px solid var(--line)", backgroundColor: "var(--sunken)", color: "var(--text-3)" },
  ".cm-lineNumbers .cm-gutterElement": { minWidth: "28px", padding: "0 4px 0 2px" },
  ".cm-foldGutter .cm-gutterElement": { width: "16px", textAlign: "center", cursor: "default" },
  ".cm-activeLine": { backgroundColor: "transparent" },
  ".cm-activeLineGutter": { backgroundColor: "transparent" },
  "&.cm-focused .cm-activeLine": { backgroundColor: "var(--hover)" },
  "&.cm-focused .cm-activeLineGutter": { backgroundColor: "var(--hover)", color: "var(--text)" },
  ".cm-content ::selection, .cm-line::selection": { backgroundColor: "var(--code-selection)" },
  ".cm-foldPlaceholder": { padding: "0 6px", border: "1px solid var(--line-strong)", backgroundColor: "var(--surface)", color: "var(--text-2)" },
  "&.cm-focused .cm-matchingBracket, .cm-matchingBracket": { backgroundColor: "var(--accent-soft)", outline: "1px solid var(--accent)" },
  "&.cm-focused .cm-nonmatchingBracket, .cm-nonmatchingBracket": { backgroundColor: "var(--error-soft)", outline: "1px solid var(--error)" },
  ".cm-specialChar": { backgroundColor: "var(--error-soft)", color: "var(--error)" },
  ".cm-selectionMatch": { backgroundColor: "transparent", outline: "1px solid var(--line-strong)" },
  ".cm-searchMatch": { backgroundColor: "var(--accent-soft)", outline: "1px solid var(--line-strong)" },
  ".cm-searchMatch.cm-searchMatch-selected": { backgroundColor: "var(--accent-soft)", outline: "2px solid var(--accent)" },
});

const remarks = EditorView.theme({
  ".cm-gutter-lint": { width: "14px" },
  ".cm-gutter-lint .cm-gutterElement": { padding: "0 1px" },
  ".cm-lint-marker-error": { ...MARKER, borderRadius: "50%", backgroundColor: "var(--error)" },
  ".cm-lint-marker-warning": { ...MARKER, backgroundColor: "var(--warn)", clipPath: "polygon(50% 0, 100% 100%, 0 100%)" },
  ".cm-lint-marker-info": { ...MARKER, border: "2px solid var(--text-2)" },
  ".cm-lintRange": { paddingBottom: "0", textDecorationSkipInk: "none", textUnderlineOffset: "3px" },
  ".cm-lintRange-error": { backgroundImage: "none", textDecoration: "underline wavy var(--error)" },
  ".cm-lintRange-warning": { backgroundImage: "none", backgroundColor: "var(--warn-soft)", outline: "1px solid var(--warn-rim)" },
  ".cm-lintRange-info": { backgroundImage: "none", textDecoration: "underline dotted var(--text-2)" },
  ".cm-lintRange-active": { backgroundColor: "transparent" },
  ".cm-lintPoint-error:after": { borderBottomColor: "var(--error)" },
  ".cm-tooltip": { zIndex: "40", maxWidth: "480px", border: "1px solid var(--line-strong)", borderRadius: "var(--r-2)", backgroundColor: "var(--raised)", color: "var(--text)", boxShadow: "var(--shadow-2)", font: "var(--t-12)" },
  ".cm-tooltip.cm-tooltip-lint, .cm-tooltip-lint": { padding: "4px 0", listStyle: "none" },
  ".cm-diagnostic": { padding: "2px 10px", margin: "0" },
  ".cm-diagnostic-error": { borderLeft: "3px solid var(--error)" },
  ".cm-diagnostic-warning": { borderLeft: "3px solid var(--warn)" },
  ".cm-diagnostic-info": { borderLeft: "3px solid var(--text-2)" },
});

const panels = EditorView.theme({
  ".cm-panels": { zIndex: "5", backgroundColor: "var(--surface)", color: "var(--text)", font: "var(--t-12)" },
  ".cm-panels.cm-panels-top": { borderBottom: "1px solid var(--line)" },
  ".cm-panels.cm-panels-bottom": { borderTop: "1px solid var(--line)" },
  ".cm-panel.cm-search": { display: "flex", flexWrap: "wrap", alignItems: "center", gap: "4px", padding: "4px 32px 4px 8px" },
  ".cm-panel.cm-search br": { display: "none" },
  ".cm-panel.cm-search label": { display: "inline-flex", alignItems: "center", gap: "4px", height: "24px", padding: "0 4px", margin: "0", fontSize: "inherit" },
  ".cm-panel.cm-search input[type=checkbox]": { width: "16px", height: "16px", margin: "0", accentColor: "var(--accent-fill)" },
  ".cm-panel .cm-textfield": { width: "180px", height: "24px", boxSizing: "border-box", padding: "0 8px", margin: "0", border: "1px solid var(--line-strong)", borderRadius: "5px", backgroundColor: "var(--surface)", color: "var(--text)", font: "var(--t-12)" },
  ".cm-panel .cm-textfield::placeholder": { color: "var(--text-3)", opacity: "1" },
  ".cm-panel .cm-textfield:focus": { ...FOCUS, borderColor: "var(--accent)" },
  ".cm-panel .cm-button, .cm-panel.cm-search .cm-button": { ...SMALL_BUTTON, margin: "0" },
  ".cm-panel .cm-button:hover": { backgroundColor: "var(--press)" },
  ".cm-panel .cm-button:active": { backgroundImage: "none" },
  ".cm-panel .cm-button:focus-visible, .cm-panel [name=close]:focus-visible, .cm-panel input[type=checkbox]:focus-visible": { outline: "2px solid var(--accent)", outlineOffset: "1px" },
  ".cm-panel.cm-search [name=close], .cm-dialog [name=close]": { ...SMALL_BUTTON, top: "4px", right: "4px", padding: "0", backgroundColor: "transparent", color: "var(--text-2)", fontSize: "16px" },
  ".cm-panel [name=close]:hover": { backgroundColor: "var(--hover)" },
});

const words = HighlightStyle.define([
  { tag: tags.propertyName, color: "var(--code-name)" },
  { tag: tags.string, color: "var(--code-string)" },
  { tag: [tags.number, tags.bool, tags.null], color: "var(--code-number)" },
  { tag: [tags.separator, tags.squareBracket, tags.brace], color: "var(--text-2)" },
  { tag: tags.invalid, color: "var(--error)" },
]);

/** How the text looks: by the tokens of the page, which reach into the editor's own root. */
export const LOOK: Extension = [text, remarks, panels, syntaxHighlighting(words)];
