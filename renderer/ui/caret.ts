/** The caret stops blinking when nobody has touched keyboard or mouse for a while, as GTK's does: each
 *  blink is a frame that three processes wake up for, all day long. */

const stillAfterMs = 10_000;

export function restCaret(root: HTMLElement): void {
  let timer: number | undefined;
  const onActivity = (): void => {
    delete root.dataset["caret"];
    clearTimeout(timer);
    timer = window.setTimeout(() => {
      root.dataset["caret"] = "still";
    }, stillAfterMs);
  };
  for (const type of ["keydown", "pointerdown", "focusin", "input"]) {
    window.addEventListener(type, onActivity, { passive: true });
  }
  onActivity();
}
