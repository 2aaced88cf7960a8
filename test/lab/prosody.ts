/** A private Prosody: own folder, free loopback ports, own certificate. */

import { spawn } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { KeyAndCertificate } from "./certificates.ts";
import { freePorts } from "./ports.ts";
import { ServerProcess } from "./server-process.ts";

export interface ProsodyOptions {
  /** Everything the server writes goes here. */
  readonly folder: string;
  readonly domain: string;
  readonly identity: KeyAndCertificate;
  /** How passwords are kept, and so which SCRAM is offered. */
  readonly passwordHash?: "SHA-1" | "SHA-256";
  /** Lines added to the configuration of the host. */
  readonly extra?: string;
  /** Programs of an unpacked Prosody instead of the installed one. */
  readonly programs?: ProsodyPrograms;
}

export interface ProsodyPrograms {
  readonly prosody: readonly string[];
  readonly prosodyctl: readonly string[];
  readonly env: NodeJS.ProcessEnv;
}

const installed: ProsodyPrograms = { prosody: ["prosody"], prosodyctl: ["prosodyctl"], env: {} };

export class Prosody {
  readonly domain: string;
  readonly starttlsPort: number;
  readonly directTlsPort: number;
  readonly #config: string;
  readonly #programs: ProsodyPrograms;
  readonly #process: ServerProcess;

  private constructor(options: ProsodyOptions, starttlsPort: number, directTlsPort: number) {
    const { folder, domain, programs = installed } = options;
    this.domain = domain;
    this.starttlsPort = starttlsPort;
    this.directTlsPort = directTlsPort;
    this.#programs = programs;
    mkdirSync(join(folder, "data"), { recursive: true });
    writeFileSync(join(folder, "server.crt"), options.identity.certificate);
    writeFileSync(join(folder, "server.key"), options.identity.key, { mode: 0o600 });
    this.#config = join(folder, "prosody.cfg.lua");
    writeFileSync(this.#config, configuration(options, starttlsPort, directTlsPort));
    const [command = "prosody", ...args] = programs.prosody;
    this.#process = new ServerProcess({
      command,
      args: [...args, "--config", this.#config, "-F"],
      env: programs.env,
      logFile: join(folder, "stdout.log"),
      ports: [starttlsPort, directTlsPort],
    });
  }

  static async start(options: ProsodyOptions): Promise<Prosody> {
    const [starttlsPort = 0, directTlsPort = 0] = await freePorts(2);
    const prosody = new Prosody(options, starttlsPort, directTlsPort);
    await prosody.#process.start();
    return prosody;
  }

  /** Creates an account on the running server. */
  async register(username: string, password: string): Promise<void> {
    const [command = "prosodyctl", ...args] = this.#programs.prosodyctl;
    const child = spawn(
      command,
      [...args, "--config", this.#config, "register", username, this.domain, password],
      { env: { ...process.env, ...this.#programs.env }, stdio: ["ignore", "ignore", "pipe"] },
    );
    let errors = "";
    child.stderr.on("data", (text: Buffer) => (errors += text.toString()));
    const code = await new Promise((resolve) => child.once("exit", resolve));
    if (code !== 0) throw new Error(`registering ${username}: ${errors}`);
  }

  stop(signal?: "SIGTERM" | "SIGKILL"): Promise<void> {
    return this.#process.stop(signal);
  }

  /** Starts it again after {@link stop}, on the same ports and data. */
  restart(): Promise<void> {
    return this.#process.start();
  }
}

function configuration(
  options: ProsodyOptions,
  starttlsPort: number,
  directTlsPort: number,
): string {
  const { folder, domain, passwordHash = "SHA-256", extra = "" } = options;
  return `
run_as_root = true
daemonize = false
pidfile = "${folder}/prosody.pid"
data_path = "${folder}/data"
log = { { levels = { min = "info" }, to = "file", filename = "${folder}/prosody.log" } }
interfaces = { "127.0.0.1" }
local_interfaces = { "127.0.0.1" }
c2s_ports = { ${starttlsPort} }
c2s_direct_tls_ports = { ${directTlsPort} }
s2s_ports = {}
http_ports = {}
https_ports = {}
c2s_require_encryption = true
authentication = "internal_hashed"
password_hash = "${passwordHash}"
storage = "internal"
limits = {}
modules_enabled = {
  "roster", "saslauth", "tls", "disco", "private", "time", "ping", "version",
  "carbons", "mam", "smacks", "csi_simple", "pep", "offline", "blocklist", "posix"
}
local ssl_files = { certificate = "${folder}/server.crt"; key = "${folder}/server.key" }
ssl = ssl_files
c2s_direct_tls_ssl = ssl_files
VirtualHost "${domain}"
${extra}
`;
}
