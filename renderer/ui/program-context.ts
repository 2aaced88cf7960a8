/** Hands the program's state to every component. */

import { createContext, useContext } from "solid-js";
import type { Program } from "../state/program.ts";

const ProgramContext = createContext<Program>();

export const ProgramProvider = ProgramContext.Provider;

export function useProgram(): Program {
  const program = useContext(ProgramContext);
  if (!program) throw new Error("a component outside of the program");
  return program;
}
