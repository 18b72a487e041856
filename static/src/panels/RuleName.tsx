import { useUi } from "../canvas/ui";
import { t } from "../i18n";
import { useEditor } from "../store";

/** The rule's name in the top bar; pressing it opens its field in the inspector. */
export function RuleName() {
  const name = useEditor(({ history }) => history.present.document.name);
  const select = useEditor((state) => state.select);
  const shown = typeof name === "string" && name !== "" ? name : t("Unnamed rule");
  return (
    <h1 className="name">
      <button
        type="button"
        className="name-button clip"
        title={t("Edit the name")}
        onClick={() => {
          select({});
          useUi.setState({ fieldWish: "/name" });
        }}
      >
        {shown}
      </button>
    </h1>
  );
}
