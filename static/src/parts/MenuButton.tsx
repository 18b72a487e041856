import { useCallback, useState } from "react";

import { Button, type ButtonProps } from "./Button";
import { Menu, type MenuGroup } from "./Menu";
import type { Anchor } from "./useFloating";

/** A button that opens a menu under itself. */
export function MenuButton({ groups, ...button }: Omit<ButtonProps, "onPress"> & { groups: () => MenuGroup[] }) {
  const [anchor, setAnchor] = useState<Anchor | null>(null);
  const close = useCallback(() => { setAnchor(null); }, []);
  return (
    <>
      <Button {...button} expanded={anchor !== null} onPress={(event) => { setAnchor(event.currentTarget.getBoundingClientRect()); }} />
      {anchor && <Menu label={button.label} groups={groups()} anchor={anchor} onClose={close} />}
    </>
  );
}
