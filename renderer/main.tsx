/** Where the page begins. */

import { render } from "solid-js/web";
import "./theme/index.css";
import { connect } from "./bridge.ts";
import { makeProgram } from "./state/program.ts";
import { restCaret } from "./ui/caret.ts";
import { ProgramProvider } from "./ui/program-context.ts";
import { App } from "./view/app.tsx";

const bridge = await connect();
const root = document.createElement("div");
root.id = "root";
document.body.append(root);
render(() => {
  const program = makeProgram(bridge);
  return (
    <ProgramProvider value={program}>
      <App />
    </ProgramProvider>
  );
}, root);
restCaret(document.documentElement);
