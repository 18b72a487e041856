import { Handle, Position, type Node, type NodeProps } from "@xyflow/react";

import { t } from "../i18n";
import { exitLeft } from "../model/boxes";
import { otherValues, type PictureCard, type TreeMark } from "../model/picture";
import { ATTRIBUTES, exitsOf, isGroup, kindOf } from "../model/rule";
import type { FlowNode, Leaf, NodeKind, TreeNode } from "../model/types";
import { groupWords, leafWords, settingLines } from "../model/words";
import { Glyph } from "../parts/Glyph";
import { Icon } from "../parts/Icon";
import { Severity } from "../parts/Severity";
import { MarkChip } from "./ChangeList";

export type DiffNode = Node<{ card: PictureCard; title: string; current: boolean }, "diff">;

const LOOKS: Record<NodeKind, string> = {
  start: "terminal",
  end: "terminal",
  condition: "condition",
  combine: "merge",
  unknown: "unknown",
};

function Value({ leaf, value, look = "" }: { leaf: Leaf; value: string; look?: string }) {
  const Tag = look === "old" ? "del" : look === "new" ? "ins" : "span";
  return (
    <Tag className="v">
      {leaf.match.key === "event_severity" && <Severity name={value} />}
      {value}
    </Tag>
  );
}

function Subject({ leaf }: { leaf: Leaf }) {
  const { subject, verb } = leafWords(leaf, t);
  return (
    <>
      {!ATTRIBUTES.includes(leaf.match.key) && <span className="k">{t("tag")}</span>}
      <span className="k">{subject}</span>
      <span className="op">{verb}</span>
      {leaf.type === "numerical" && <span className="chip">{t("numerical")}</span>}
    </>
  );
}

function Condition({ leaf, mark }: { leaf: Leaf; mark: string }) {
  const { values } = leafWords(leaf, t);
  return (
    <li className={`line-${mark}`}>
      <Subject leaf={leaf} />
      {values.map((value, index) => (
        // The same value may be listed twice in an imported rule.
        <Value key={`${value} ${index}`} leaf={leaf} value={value} />
      ))}
      {mark === "moved" && <MarkChip mark="moved" />}
    </li>
  );
}

/** One condition of which only the values differ: those that went are struck out, those that came set off. */
function Values({ before, after }: { before: Leaf; after: Leaf }) {
  const [old, now] = [leafWords(before, t).values, leafWords(after, t).values];
  return (
    <li className="line-changed">
      <Subject leaf={after} />
      {old
        .filter((value) => !now.includes(value))
        .map((value, index) => (
          <Value key={`old ${value} ${index}`} leaf={before} value={value} look="old" />
        ))}
      {now.map((value, index) => (
        <Value key={`${value} ${index}`} leaf={after} value={value} look={old.includes(value) ? "" : "new"} />
      ))}
    </li>
  );
}

function isLeaf(node: TreeNode | null): node is Leaf {
  return node !== null && !isGroup(node);
}

function ConditionMark({ tree }: { tree: TreeMark }) {
  const { before, after, mark } = tree;
  if (mark === "changed" && isLeaf(before) && isLeaf(after)) {
    if (otherValues(tree)) return <Values before={before} after={after} />;
    return (
      <>
        <Condition leaf={before} mark="removed" />
        <Condition leaf={after} mark="added" />
      </>
    );
  }
  const leaf = after ?? before;
  return isLeaf(leaf) ? <Condition leaf={leaf} mark={mark} /> : null;
}

function JoinWord({ before, after }: Pick<TreeMark, "before" | "after">) {
  const [old, now] = [before, after].map((node) => (node && isGroup(node) ? groupWords(node, t) : null));
  if (old && now && old !== now) {
    return (
      <>
        <del>{old}</del> <ins>{now}</ins>
      </>
    );
  }
  return now ?? old;
}

function isGroupMark({ before, after }: TreeMark): boolean {
  const item = after ?? before;
  return item !== null && isGroup(item);
}

function Items({ tree }: { tree: TreeMark }) {
  return tree.inside.map((child) =>
    isGroupMark(child) ? (
      <li key={child.key} className={`bracket line-${child.mark}`}>
        <span className="join">
          <JoinWord {...child} />
        </span>
        <ol>
          <Items tree={child} />
        </ol>
      </li>
    ) : (
      <ConditionMark key={child.key} tree={child} />
    ),
  );
}

/** Old and new of one line of a merge card: only the pieces that differ are struck out and set off. */
function Pieces({ old, now }: { old: string; now: string }) {
  const [before, after] = [old, now].map((text) => text.split(/(?<=[,，]\s?)(?=\S)/u)) as [string[], string[]];
  if (before.length !== after.length) {
    return (
      <>
        <del>{old}</del> <ins>{now}</ins>
      </>
    );
  }
  return after.map((piece, index) => (
    // Pieces stand in the order of the sentence.
    <span key={index}>
      {piece === before[index] ? (
        piece
      ) : (
        <>
          <del>{before[index]?.trimEnd()}</del> <ins>{piece.trimEnd()}</ins>{" "}
        </>
      )}
    </span>
  ));
}

function Settings({ card }: { card: PictureCard }) {
  const [old, now] = [card.before, card.after ?? card.before].map((node) => (node ? settingLines(node, t) : []));
  return (
    <ol className="lines">
      {now?.map((text, index) => (
        // Three lines, always in this order.
        <li key={index}>
          <span>{card.mark === "changed" && old?.[index] !== text ? <Pieces old={old?.[index] ?? ""} now={text} /> : text}</span>
        </li>
      ))}
    </ol>
  );
}

function Body({ card, node, kind }: { card: PictureCard; node: FlowNode; kind: NodeKind }) {
  if (kind === "combine") return <Settings card={card} />;
  if (kind === "condition" && card.tree) {
    return (
      <ol className="lines">
        <Items tree={card.tree} />
      </ol>
    );
  }
  return (
    <ol className="lines">
      <li>
        <span className="k">{typeof node.businessType === "string" ? node.businessType : node.type}</span>
      </li>
    </ol>
  );
}

function Marks({ card }: { card: PictureCard }) {
  return (
    <>
      {card.mark !== "same" && <MarkChip mark={card.mark} />}
      {card.moved && card.mark !== "moved" && <MarkChip mark="moved" />}
    </>
  );
}

function Head({ card, title, kind }: { card: PictureCard; title: string; kind: NodeKind }) {
  const { tree } = card;
  return (
    <header>
      <Glyph kind={kind} />
      <h3>{title}</h3>
      <span className="aside">
        {tree && tree.inside.length > 1 && (
          <span>
            <JoinWord {...tree} />
          </span>
        )}
        <Marks card={card} />
      </span>
    </header>
  );
}

/** A card as both versions have it: what went is struck out, what came is set off, and a word says which it is. */
export function DiffCard({ data }: NodeProps<DiffNode>) {
  const { card, title, current } = data;
  const node = card.after ?? card.before;
  if (!node) return null;
  const kind = kindOf(node);
  const terminal = kind === "start" || kind === "end";
  return (
    <article className={`node ${LOOKS[kind]} diff-${card.mark} ${current ? "is-selected" : ""}`} data-testid={`diff-${card.id}`}>
      {terminal ? (
        <>
          <Icon name={kind} />
          {title}
          <span className="beside">
            <Marks card={card} />
          </span>
        </>
      ) : (
        <>
          <Head card={card} title={title} kind={kind} />
          <Body card={card} node={node} kind={kind} />
        </>
      )}
      <Handle type="target" id="in" position={Position.Top} className="entry" isConnectable={false} />
      {exitsOf(kind).map((exit) => (
        <Handle
          key={exit}
          type="source"
          id={exit}
          position={Position.Bottom}
          className={`exit ${exit}`}
          style={{ left: exitLeft(node, exit) }}
          isConnectable={false}
        />
      ))}
    </article>
  );
}
