/** A vitest reporter for build/test.mjs: what passed, what failed and why, what was skipped and why.
 *
 *  Vitest's own JSON report leaves out the errors of describe blocks' hooks, whose tests it calls
 *  skipped, errors outside of any test, and the reasons for skipping. */

import { writeFileSync } from "node:fs";

/** The file to write to is named by this variable of the environment. */
export const reportVariable = "LINNET_TEST_REPORT";

/**
 * @typedef {object} Report
 * @property {number} passed
 * @property {{ name: string, why: string }[]} failed
 * @property {{ name: string, why: string }[]} skipped
 */

export default class TestReport {
  /** @type {Report} */
  #report = { passed: 0, failed: [], skipped: [] };

  /**
   * @param {readonly import("vitest/node").TestModule[]} modules
   * @param {readonly import("vitest").SerializedError[]} unhandledErrors
   */
  onTestRunEnd(modules, unhandledErrors) {
    for (const module of modules) {
      this.#addErrors(module.relativeModuleId, module.errors());
      for (const suite of module.children.allSuites()) {
        this.#addErrors(`${module.relativeModuleId} > ${suite.fullName}`, suite.errors());
      }
      for (const test of module.children.allTests()) this.#addTest(test);
    }
    this.#addErrors("outside of any test", unhandledErrors);
    const path = process.env[reportVariable];
    if (path) writeFileSync(path, JSON.stringify(this.#report));
  }

  /** @param {import("vitest/node").TestCase} test */
  #addTest(test) {
    const name = `${test.module.relativeModuleId} > ${test.fullName}`;
    const result = test.result();
    switch (result.state) {
      case "passed":
        this.#report.passed++;
        break;
      case "failed":
        this.#report.failed.push({ name, why: result.errors[0]?.message ?? "no error given" });
        break;
      case "skipped":
        if (hasFailedParent(test)) this.#report.failed.push({ name, why: "did not get to run" });
        else this.#report.skipped.push({ name, why: result.note ?? reasonIn(test.name) });
        break;
      case "pending":
        this.#report.failed.push({ name, why: "was not finished" });
    }
  }

  /** @param {string} name @param {readonly import("vitest").SerializedError[]} errors */
  #addErrors(name, errors) {
    for (const { message } of errors) this.#report.failed.push({ name, why: message });
  }
}

/** Tests under a hook that failed are called skipped. @param {import("vitest/node").TestCase} test */
function hasFailedParent(test) {
  /** @type {import("vitest/node").TestModule | import("vitest/node").TestSuite} */
  let parent = test.parent;
  while (parent.type === "suite") {
    if (parent.errors().length > 0) return true;
    parent = parent.parent;
  }
  return parent.errors().length > 0;
}

/** A reason can stand at the end of the name, in brackets. @param {string} name */
function reasonIn(name) {
  return /\(([^()]+)\)$/.exec(name)?.[1] ?? "no reason given";
}
