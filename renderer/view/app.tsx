/** Which screen: the vault's, the first sign-in, or the main one. */

import { Match, Switch, type JSX } from "solid-js";
import { useProgram } from "../ui/program-context.ts";
import { MainScreen } from "./main-screen.tsx";
import { SignInScreen } from "./sign-in.tsx";
import { VaultScreen } from "./vault-screen.tsx";

export function App(): JSX.Element {
  const { vault, accounts } = useProgram();
  return (
    <Switch>
      <Match when={vault().kind !== "open"}>
        <VaultScreen />
      </Match>
      <Match when={accounts.all().length > 0}>
        <MainScreen />
      </Match>
      <Match when={accounts.isLoaded()}>
        <SignInScreen />
      </Match>
    </Switch>
  );
}
