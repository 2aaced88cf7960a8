/** A running Linnet whose page can be looked into: for what happens inside a window. */

import { rmSync } from "node:fs";
import { join } from "node:path";
import { en } from "../../../renderer/text/en.ts";
import { HelperProgram } from "./helper-program.ts";
import { ownerAddress } from "./history.ts";
import { Page } from "./page.ts";
import type { Person } from "./person.ts";
import type { Stage } from "./stage.ts";

export interface RunningLinnetOptions {
  readonly person: Person;
  readonly stage: Stage;
  readonly profile: string;
  readonly policy: string;
}

/** The command that every start of Linnet has. */
export function linnetCommand({ person, stage, profile, policy }: RunningLinnetOptions): string[] {
  return [
    stage.electron,
    ...person.electronFlags,
    stage.linnet,
    `--user-data-dir=${profile}`,
    `--policy=${policy}`,
  ];
}

export class RunningLinnet {
  readonly page: Page;
  readonly #program: HelperProgram;

  private constructor(program: HelperProgram, page: Page) {
    this.#program = program;
    this.page = page;
  }

  static async open(options: RunningLinnetOptions): Promise<RunningLinnet> {
    const { person, profile } = options;
    rmSync(join(profile, "DevToolsActivePort"), { force: true });
    const command = person.command([...linnetCommand(options), "--remote-debugging-port=0"]);
    const program = new HelperProgram(command, { env: person.env, cwd: person.home });
    return new RunningLinnet(program, await Page.attach(profile));
  }

  /** Waits until the account is connected. */
  async isOnline(): Promise<void> {
    const name = en.navigation.you(ownerAddress, en.availability.online);
    const isThere = (label: string): boolean =>
      [...document.querySelectorAll("nav button")].some((button) => button.ariaLabel === label);
    await this.page.waitFor("being online", isThere, name);
  }

  /** Opens a chat from the list, as a click does. */
  async openChat(name: string): Promise<void> {
    const click = (wanted: string): boolean => {
      const buttons = [...document.querySelectorAll<HTMLElement>("button[data-index]")];
      const button = buttons.find((each) => each.textContent.includes(wanted));
      button?.click();
      return button !== undefined;
    };
    const isOpen = (label: string): boolean =>
      [...document.querySelectorAll("[role=log]")].some((each) => each.ariaLabel === label);
    await this.page.waitFor(`${name} in the list`, click, name);
    await this.page.waitFor(`the chat with ${name}`, isOpen, en.timeline.label(name));
  }

  /** Quits in good order. */
  async close(): Promise<void> {
    this.page.detach();
    await this.#program.stop();
  }
}
