import {
  ReactFlow,
  ReactFlowProvider,
  SelectionMode,
  useOnViewportChange,
  type Connection,
  type EdgeTypes,
  type NodeChange,
  type NodeTypes,
  type ReactFlowInstance,
} from "@xyflow/react";
import { useEffect, useLayoutEffect, useMemo, useRef, useState, type FocusEvent, type MouseEvent } from "react";

import { t } from "../i18n";
import { mayConnect } from "../model/connect";
import { hasFlow } from "../model/rule";
import type { Point } from "../model/types";
import { editor, useEditor } from "../store";
import { AddMenu } from "./AddMenu";
import { CardMenu } from "./CardMenu";
import { CardNode } from "./CardNode";
import { askWhatFollows, beginWire, dropWire, exitOfHandle, trackPointer } from "./connecting";
import { orderOf } from "./derived";
import { allowDrop, takeDrop } from "./drops";
import { endConnecting, tellSelection } from "./edits";
import { useFirstView, type FirstView } from "./firstView";
import { firstNodes, flowEdges, flowNodes, type RuleFlowEdge, type RuleFlowNode } from "./flow";
import { Guides } from "./Guides";
import { keepHover, leaveEdge } from "./hover";
import { onCardKey } from "./keys";
import { LegacyNote } from "./LegacyNote";
import { watchLongPress } from "./longPress";
import { dropDrag, followDrag } from "./moving";
import { MoveMenu } from "./MoveMenu";
import { Overview } from "./Overview";
import { notePointer } from "./pointer";
import { RuleEdge } from "./RuleEdge";
import { TargetNote } from "./TargetNote";
import { useUi } from "./ui";
import { attachView, FAR, FIT } from "./view";
import { useWay } from "./way";
import { Wire } from "./Wire";
import { pointAnchor } from "../parts/useFloating";

const NODE_TYPES: NodeTypes = { card: CardNode };
const EDGE_TYPES: EdgeTypes = { rule: RuleEdge };
/** Held while a card is pressed, these keys add it to the selection or take it out. */
const SEVERAL = ["Shift", "Meta", "Control"];

function selectChanged(changes: NodeChange<RuleFlowNode>[]): void {
  const picked = new Map(changes.flatMap((change) => (change.type === "select" ? [[change.id, change.selected]] : [])));
  if (picked.size === 0) return;
  const { selection, select, seal } = editor.getState();
  const kept = selection.nodes.filter((id) => picked.get(id) !== false);
  const added = [...picked].filter(([id, on]) => on && !kept.includes(id)).map(([id]) => id);
  seal();
  select({ nodes: [...kept, ...added], edge: added.length > 0 ? null : selection.edge });
}

function onNodesChange(changes: NodeChange<RuleFlowNode>[]): void {
  selectChanged(changes);
  followDrag(changes);
}

function followPointer(screen: Point): void {
  notePointer(screen);
  trackPointer(screen);
}

/** The menu of a card; of all that are selected when it is one of them. */
function openCardMenu(id: string, { x, y }: Point): void {
  const { selection, select } = editor.getState();
  if (!selection.nodes.includes(id)) select({ nodes: [id] });
  useUi.setState({ cardMenu: { id, anchor: pointAnchor(x, y) } });
}

function useFlow() {
  const draft = useEditor(({ history }) => history.present);
  const selection = useEditor((state) => state.selection);
  const findings = useEditor((state) => state.findings);
  const editable = useEditor(({ can }) => can.edit);
  const moving = useUi((state) => state.moving);
  const wished = useUi((state) => state.current);
  const way = useWay((state) => state.way);
  const all = orderOf(draft.document);
  const current = wished !== null && all.includes(wished) ? wished : (all[0] ?? null);
  const nodes = useMemo(
    () => flowNodes(draft, { selection, moving, current, findings, editable, way }),
    [draft, selection, moving, current, findings, editable, way],
  );
  const edges = useMemo(() => flowEdges(draft, selection.edge), [draft, selection.edge]);
  return { draft, nodes, edges, editable };
}

function init(flow: ReactFlowInstance<RuleFlowNode, RuleFlowEdge>): void {
  attachView(flow);
  useUi.setState({ zoom: flow.getZoom() });
}

function isValid({ source, sourceHandle, target }: Connection | RuleFlowEdge): boolean {
  const { document } = editor.getState().history.present;
  return mayConnect(document, { id: source, exit: exitOfHandle(sourceHandle) }, target).ok;
}

function onNodeClick(event: MouseEvent, { id }: RuleFlowNode): void {
  useUi.setState({ current: id });
  if (!event.shiftKey && !event.ctrlKey && !event.metaKey) editor.getState().select({ nodes: [id] });
  if (useUi.getState().connecting) endConnecting(id);
}

function onNodeContextMenu(event: MouseEvent, { id }: RuleFlowNode): void {
  event.preventDefault();
  openCardMenu(id, { x: event.clientX, y: event.clientY });
}

function onEdgeClick(_: MouseEvent, { id }: RuleFlowEdge): void {
  editor.getState().select({ edge: id });
}

function onEdgeMouseEnter(_: MouseEvent, { id }: RuleFlowEdge): void {
  keepHover(id);
}

function onPaneClick(event: MouseEvent): void {
  const { connecting } = useUi.getState();
  if (connecting) askWhatFollows(connecting.from, { x: event.clientX, y: event.clientY });
  else editor.getState().select({});
}

function onPaneContextMenu(event: MouseEvent | globalThis.MouseEvent): void {
  event.preventDefault();
  const { can, history } = editor.getState();
  if (can.edit && hasFlow(history.present.document)) askWhatFollows(null, { x: event.clientX, y: event.clientY });
}

function onFocus({ target }: FocusEvent): void {
  const id = target instanceof HTMLElement ? target.closest<HTMLElement>(".react-flow__node")?.dataset.id : undefined;
  if (id !== undefined) useUi.setState({ current: id });
}

/** Words on edges keep their size at every zoom; the style sheet learns the zoom from here. */
function ZoomWatch() {
  useOnViewportChange({ onChange: ({ zoom }) => { useUi.setState({ zoom }); } });
  return null;
}

function useZoomStyle() {
  const ref = useRef<HTMLDivElement>(null);
  const zoom = useUi((state) => state.zoom);
  // Before anything is drawn: later it would make the browser work out the style of every card anew.
  useLayoutEffect(() => { ref.current?.style.setProperty("--z", String(zoom)); }, [zoom]);
  return { ref, far: zoom < FAR };
}

/** React Flow with the rule in it, as it is and as it is edited. */
function Flow({ first, linked }: { first: FirstView; linked: string | null }) {
  const { draft, nodes, edges, editable } = useFlow();
  const name = useEditor(({ history }) => history.present.document.name);
  const [initial] = useState(() => firstNodes(draft, nodes));
  // The same objects as long as they are what they were: React Flow does not take them in anew.
  const cards = useMemo(() => nodes.map((card) => initial.get(card) ?? card), [nodes, initial]);
  return (
    <ReactFlowProvider
      initialNodes={cards}
      initialEdges={edges}
      initialWidth={first.width}
      initialHeight={first.height}
      fitView={linked === null}
      initialFitViewOptions={FIT}
      initialMinZoom={FIT.minZoom}
      initialMaxZoom={FIT.maxZoom}
    >
      <ReactFlow
        nodes={cards}
        edges={edges}
        nodeTypes={NODE_TYPES}
        edgeTypes={EDGE_TYPES}
        connectionLineComponent={Wire}
        role="application"
        aria-label={t("Flow of {name}", { name: typeof name === "string" && name !== "" ? name : t("the new rule") })}
        fitView
        defaultViewport={first.viewport}
        fitViewOptions={linked === null ? FIT : { ...FIT, nodes: [{ id: linked }] }}
        minZoom={FIT.minZoom}
        maxZoom={2}
        connectionRadius={24}
        connectOnClick={false}
        nodesConnectable={editable}
        edgesFocusable={false}
        deleteKeyCode={null}
        disableKeyboardA11y
        zoomOnDoubleClick={false}
        elevateNodesOnSelect={false}
        nodeDragThreshold={2}
        onInit={init}
        isValidConnection={isValid}
        onNodesChange={onNodesChange}
        onNodeDragStop={dropDrag}
        onSelectionDragStop={dropDrag}
        selectionMode={SelectionMode.Partial}
        multiSelectionKeyCode={SEVERAL}
        onSelectionEnd={tellSelection}
        onConnectStart={beginWire}
        onConnectEnd={dropWire}
        onNodeClick={onNodeClick}
        onNodeContextMenu={onNodeContextMenu}
        onEdgeClick={onEdgeClick}
        onEdgeMouseEnter={onEdgeMouseEnter}
        onEdgeMouseLeave={leaveEdge}
        onPaneClick={onPaneClick}
        onPaneContextMenu={onPaneContextMenu}
        onFocus={onFocus}
      >
        <ZoomWatch />
        <TargetNote />
        <Guides />
        <Overview />
      </ReactFlow>
    </ReactFlowProvider>
  );
}

/**
 * The rule as a picture that can be edited: cards, branches, and what is under way. Shows `linked` first; covered, it
 * takes no focus.
 */
export function Canvas({ linked, covered = false }: { linked: string | null; covered?: boolean }) {
  const { ref, far } = useZoomStyle();
  const first = useFirstView(ref);
  const editable = useEditor(({ can }) => can.edit);
  const legacy = useEditor(({ history }) => !hasFlow(history.present.document));
  useEffect(() => (ref.current ? watchLongPress(ref.current) : undefined), [ref]);
  const connecting = useUi((state) => state.connecting !== null);
  const tidying = useUi((state) => state.tidying);
  const looks = ["canvas", far ? "is-far" : "", connecting ? "is-connecting" : "", tidying ? "is-tidying" : ""];
  return (
    // The keys belong to the cards inside; the wrapper only hears them on their way up.
    // eslint-disable-next-line jsx-a11y/no-static-element-interactions
    <div
      ref={ref}
      className={looks.join(" ").trim()}
      data-testid="canvas"
      inert={covered}
      onKeyDown={onCardKey}
      onPointerMove={(event) => { followPointer({ x: event.clientX, y: event.clientY }); }}
      onPointerLeave={() => { notePointer(null); }}
      onDragOver={allowDrop}
      onDrop={takeDrop}
    >
      {first && <Flow first={first} linked={linked} />}
      {legacy && <LegacyNote />}
      {editable && <AddMenu />}
      <CardMenu />
      {editable && <MoveMenu />}
    </div>
  );
}
