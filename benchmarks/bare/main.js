/* As many cards and edges as the flow beside this page has, as React Flow draws them by itself. */
import "@xyflow/react/dist/style.css";

import { ReactFlow } from "@xyflow/react";
import { createElement } from "react";
import { createRoot } from "react-dom/client";

const { nodes, edges } = await (await fetch("flow.json")).json();
const cards = nodes.map((id, index) => ({
  id,
  data: { label: id },
  position: { x: 320 * (index % 5), y: 160 * Math.floor(index / 5) },
}));
const app = document.getElementById("app");
createRoot(app).render(createElement(ReactFlow, { defaultNodes: cards, defaultEdges: edges, fitView: true, minZoom: 0.1 }));
