/** Running programs that open windows, with or without a display. */

import { output } from "./run.mjs";

/** Whether a person can see windows here. */
export function hasDisplay() {
  return Boolean(process.env["DISPLAY"] || process.env["WAYLAND_DISPLAY"]);
}

/** Whether the display, if there is one, is one that nobody looks at. */
export function isHeadless() {
  return process.env["LINNET_HEADLESS"] === "1" || !hasDisplay();
}

/**
 * The command line under which a program finds a display: its own where there is none.
 * @param {readonly string[]} command
 * @returns {Promise<string[]>}
 */
export async function withDisplay(command) {
  if (process.platform !== "linux" || hasDisplay()) return [...command];
  if ((await output("xvfb-run", ["--help"])) === null) return [...command];
  return ["xvfb-run", "-a", "-s", "-screen 0 1600x1000x24", ...command];
}

/** Flags for Electron: Chromium refuses to sandbox for root, and a virtual display has no GPU. */
export function electronFlags() {
  return [
    ...(process.getuid?.() === 0 ? ["--no-sandbox"] : []),
    ...(isHeadless() ? ["--disable-gpu"] : []),
  ];
}
