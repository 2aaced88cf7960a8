/** Which screen: the vault's, the first sign-in, or the main one. */

import { createEffect, Match, Switch, type JSX } from "solid-js";
import { useProgram } from "../ui/program-context.ts";
import { MainScreen } from "./main-screen.tsx";
import { SignInScreen } from "./sign-in.tsx";
import { VaultScreen } from "./vault-screen.tsx";

/** A frame that is drawn passes through two more processes. Whatever begins before it has arrived keeps
 *  them waiting. */
const presentedAfterMs = 100;

export function App(): JSX.Element {
  const { bridge, vault, accounts, isReady } = useProgram();
  createEffect(() => {
    if (!isReady()) return;
    // The second frame begins when the first one is drawn, which is not yet on the screen.
    requestAnimationFrame(() => {
      requestAnimationFrame(() => {
        setTimeout(() => void bridge.call("app", "painted"), presentedAfterMs);
      });
    });
  });
  return (
    <Switch>
      <Match when={vault().kind !== "open"}>
        <VaultScreen />
      </Match>
      <Match when={isReady() && accounts.all().length > 0}>
        <MainScreen />
      </Match>
      <Match when={isReady()}>
        <SignInScreen />
      </Match>
    </Switch>
  );
}
