import { t } from "../i18n";
import { BranchWord } from "../parts/BranchWord";
import { Icon } from "../parts/Icon";
import { useWay } from "./way";

/** Which step of the lit way a card is. */
export function StepNumber({ id }: { id: string }) {
  const number = useWay(({ way }) => way?.numbers.get(id));
  return number === undefined ? null : <span className="stepno num">{number}</span>;
}

/** What became of the alarm at a card of the lit way: which branch it took, that it stays here, or that nothing leads on. */
export function StepResult({ id }: { id: string }) {
  const result = useWay(({ way }) => way?.steps.get(id)?.result ?? null);
  const isLeaf = useWay(({ way }) => way?.leaf === id);
  const breaks = useWay(({ way }) => way?.broken?.node === id);
  return (
    <>
      {result !== null && !breaks && <BranchWord exit={result ? "true" : "false"} />}
      {isLeaf && <span className="chip accent">{t("goes here")}</span>}
      {breaks && (
        <span className="chip warn">
          <Icon name="warning" />
          {t("stops here")}
        </span>
      )}
    </>
  );
}
