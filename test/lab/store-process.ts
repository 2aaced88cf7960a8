/** A program of its own that opens the store at a path, writes settings n0 to n19 into it and stays
 *  until it is killed. Prints "written", or the problem that kept the store from opening. */

import { Log } from "../../app/base/log.ts";
import { Store } from "../../app/store/store.ts";

const [path = "", key = ""] = process.argv.slice(2);
const opened = await Store.open({
  path,
  key,
  script: new URL("../../app/store/worker.ts", import.meta.url),
  log: new Log("", () => undefined),
});
if (opened.ok) {
  for (let number = 0; number < 20; number++) {
    await opened.value.ask("settings", "set", { name: `n${number}`, value: number });
  }
}
console.log(opened.ok ? "written" : opened.error);
