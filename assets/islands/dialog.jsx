import { useEffect, useRef } from "react";

/* The browser's own dialog: it traps focus, closes on Escape and hands focus back where it was. */
export function Dialog({ open = false, modal = true, onClose, children, ...rest }) {
  const box = useRef(null);
  useEffect(() => {
    const dialog = box.current;
    if (open && !dialog.open) {
      if (modal) dialog.showModal();
      else dialog.show();
    }
    if (!open && dialog.open) dialog.close();
  }, [open, modal]);

  const outside = (click) => click.target === box.current && modal && box.current.close();
  return (
    <dialog {...rest} ref={box} onClose={() => open && onClose && onClose()} onClick={outside}>
      {children}
    </dialog>
  );
}
