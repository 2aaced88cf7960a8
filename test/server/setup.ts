/** Runs once before the server tests: finds out which servers there are. */

import type { TestProject } from "vitest/node";
import { unpackBackports, type Backports } from "../lab/backports.ts";

declare module "vitest" {
  export interface ProvidedContext {
    readonly backports: Backports;
  }
}

export default async function setup(project: TestProject): Promise<void> {
  project.provide("backports", await unpackBackports());
}
