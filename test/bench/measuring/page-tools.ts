/** What is put into a page to measure in it: there the frames are, and no message to another process
 *  stands between what happens and the clock. */

import type { Page } from "./page.ts";

/** In the page: `window.bench`. */
export interface PageTools {
  /** The next frame's beginning, in milliseconds since the page began. */
  frame(): Promise<number>;
  /** When what makes `isThere` true was on the screen: the beginning of the first frame after the one
   *  in which it was drawn. A change made at once takes up to two frames. */
  painted(isThere: () => boolean): Promise<number>;
  /** The list in which the open chat's messages are, null while there is none. */
  scroller(label: string): HTMLElement | null;
  /** The rows of messages whose lower edge is on the screen, from top to bottom. */
  visibleRows(scroller: HTMLElement): HTMLElement[];
  sleep(ms: number): Promise<void>;
}

declare global {
  interface Window {
    bench: PageTools;
  }
}

export async function installPageTools(page: Page): Promise<void> {
  await page.evaluate(() => {
    const frame = (): Promise<number> =>
      new Promise((resolve) => {
        requestAnimationFrame(() => {
          resolve(performance.now());
        });
      });
    // A message posted in a frame's callback arrives when that frame is drawn.
    const afterDrawing = (): Promise<void> =>
      new Promise((resolve) => {
        const { port1, port2 } = new MessageChannel();
        port1.addEventListener("message", () => {
          port1.close();
          resolve();
        });
        port1.start();
        port2.postMessage(null);
      });
    window.bench = {
      frame,
      async painted(isThere) {
        for (;;) {
          await frame();
          await afterDrawing();
          if (isThere()) return frame();
        }
      },
      scroller: (label) =>
        [...document.querySelectorAll<HTMLElement>("[role=log]")].find(
          (each) => each.ariaLabel === label,
        ) ?? null,
      visibleRows(scroller) {
        const { top, bottom } = scroller.getBoundingClientRect();
        return [...scroller.querySelectorAll<HTMLElement>("[data-key]")]
          .filter((row) => {
            const edge = row.getBoundingClientRect().bottom;
            return edge > top && edge <= bottom + 1;
          })
          .toSorted((a, b) => a.getBoundingClientRect().top - b.getBoundingClientRect().top);
      },
      sleep: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
    };
  }, null);
}

/** How long two frames take on this screen: the floor under everything that a person sees happen. */
export async function twoFramesMs(page: Page): Promise<number> {
  return page.evaluate(async () => {
    const frames = 61;
    const first = await window.bench.frame();
    let last = first;
    for (let count = 1; count < frames; count++) last = await window.bench.frame();
    return (2 * (last - first)) / (frames - 1);
  }, null);
}
