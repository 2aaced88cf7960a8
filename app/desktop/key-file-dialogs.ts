/** Asking the person for files with certificates and keys, and writing such files. */

import { readFile, stat, writeFile } from "node:fs/promises";
import { basename } from "node:path";
import { dialog } from "electron";

/** Larger than any key file; the reader's own limit is lower. */
const bytesMax = 16 * 1024 * 1024;

export interface ChosenFile {
  /** Without its folder. */
  readonly name: string;
  readonly bytes: Uint8Array;
}

/** @returns null where the person changed their mind */
export async function chooseKeyFile(): Promise<ChosenFile | "unreadable" | null> {
  const extensions = ["p12", "pfx", "pem", "crt", "cer", "der", "key", "p7b", "p7c"];
  const { filePaths } = await dialog.showOpenDialog({
    properties: ["openFile"],
    filters: [
      { name: "", extensions },
      { name: "", extensions: ["*"] },
    ],
  });
  const [path] = filePaths;
  if (path === undefined) return null;
  try {
    const { size } = await stat(path);
    return size > bytesMax ? "unreadable" : { name: basename(path), bytes: await readFile(path) };
  } catch {
    // The file may be gone or forbidden; which of the two does not change what to say.
    return "unreadable";
  }
}

/** Asks where to write a file.
 *  @returns what writes it, and says whether that worked; null where the person changed their mind */
export async function choosePlace(
  suggestedName: string,
): Promise<((bytes: Uint8Array | string) => Promise<boolean>) | null> {
  const { filePath } = await dialog.showSaveDialog({ defaultPath: suggestedName });
  if (!filePath) return null;
  return async (bytes) => {
    try {
      // Nobody else on this computer needs to read it.
      await writeFile(filePath, bytes, { mode: 0o600 });
      return true;
    } catch {
      return false;
    }
  };
}
