/** A private Prosody: own folder, free loopback ports, own certificate. */

import { spawn } from "node:child_process";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { KeyAndCertificate } from "./certificates.ts";
import { freePorts } from "./ports.ts";
import { ServerProcess } from "./server-process.ts";
import type { XmppServer, XmppServerOptions } from "./xmpp-server.ts";

export interface ProsodyOptions extends XmppServerOptions {
  /** How passwords are kept, and so which SCRAM is offered. */
  readonly passwordHash?: "SHA-1" | "SHA-256";
  /** A folder with modules of our own. */
  readonly modules?: string;
  /** Lines added to the configuration of the host. */
  readonly extra?: string;
}

/** A program with its leading arguments. */
type Command = readonly [program: string, ...args: string[]];

export class Prosody implements XmppServer {
  readonly domain: string;
  readonly starttlsPort: number;
  readonly directTlsPort: number;
  readonly #folder: string;
  readonly #config: string;
  readonly #control: Command;
  readonly #process: ServerProcess;

  private constructor(options: ProsodyOptions, starttlsPort: number, directTlsPort: number) {
    const { folder, domain, identity, root } = options;
    this.domain = domain;
    this.starttlsPort = starttlsPort;
    this.directTlsPort = directTlsPort;
    this.#folder = folder;
    for (const each of ["data", "certs"]) mkdirSync(join(folder, each), { recursive: true });
    this.#install(identity);
    this.#config = join(folder, "prosody.cfg.lua");
    writeFileSync(this.#config, configuration(options, starttlsPort, directTlsPort));
    this.#control = program("prosodyctl", folder, root);
    const [command, ...args] = program("prosody", folder, root);
    this.#process = new ServerProcess({
      command,
      args: [...args, "--config", this.#config, "-F"],
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

  async register(username: string, password: string): Promise<void> {
    const [command, ...args] = this.#control;
    const child = spawn(
      command,
      [...args, "--config", this.#config, "register", username, this.domain, password],
      { stdio: ["ignore", "pipe", "pipe"] },
    );
    let text = "";
    const note = (chunk: Buffer): void => void (text += chunk.toString());
    child.stdout.on("data", note);
    child.stderr.on("data", note);
    const code = await new Promise<number | string | null>((resolve) => {
      child.once("error", (error) => {
        resolve(error.message);
      });
      child.once("close", resolve);
    });
    if (code !== 0) throw new Error(`registering ${username}: ${code} ${text}`);
  }

  stop(signal?: "SIGTERM" | "SIGKILL"): Promise<void> {
    return this.#process.stop(signal);
  }

  restart(identity?: KeyAndCertificate): Promise<void> {
    if (identity) this.#install(identity);
    return this.#process.start();
  }

  received(): string[] {
    const log = readFileSync(join(this.#folder, "prosody.log"), "utf8");
    return log.match(/Client sent opening <stream:stream>.*|Received.* <.*/g) ?? [];
  }

  #install({ certificate, key }: KeyAndCertificate): void {
    writeFileSync(join(this.#folder, "server.crt"), certificate);
    writeFileSync(join(this.#folder, "server.key"), key, { mode: 0o600 });
  }
}

/** An unpacked program looks for its parts where the package would have put them: it is started through
 *  a copy that knows better. */
function program(name: "prosody" | "prosodyctl", folder: string, root?: string): Command {
  if (root === undefined) return [name];
  const places: Record<string, string> = {
    CFG_SOURCEDIR: join(root, "usr/lib/prosody"),
    CFG_PLUGINDIR: join(root, "usr/lib/prosody/modules/"),
    CFG_CONFIGDIR: folder,
    CFG_DATADIR: join(folder, "data"),
  };
  const script = readFileSync(join(root, "usr/bin", name), "utf8");
  const interpreter = /^#!.*\b(lua[\d.]*)\s*$/m.exec(script)?.[1] ?? "lua";
  const launcher = join(folder, `${name}.lua`);
  const relocated = script.replaceAll(/^(CFG_[A-Z]+)=.*$/gm, (line, variable: string) =>
    variable in places ? `${variable}=${JSON.stringify(places[variable])};` : line,
  );
  writeFileSync(launcher, relocated);
  return [interpreter, launcher];
}

function configuration(
  options: ProsodyOptions,
  starttlsPort: number,
  directTlsPort: number,
): string {
  const { folder, domain, passwordHash = "SHA-256", isVerbose = false, extra = "" } = options;
  const { modules = "" } = options;
  return `
run_as_root = true
${modules === "" ? "" : `plugin_paths = { "${modules}" }`}
daemonize = false
pidfile = "${folder}/prosody.pid"
data_path = "${folder}/data"
log = { { levels = { min = "${isVerbose ? "debug" : "info"}" }, to = "file", filename = "${folder}/prosody.log" } }
interfaces = { "127.0.0.1" }
local_interfaces = { "127.0.0.1" }
c2s_ports = { ${starttlsPort} }
c2s_direct_tls_ports = { ${directTlsPort} }
s2s_ports = {}
http_ports = {}
https_ports = {}
c2s_require_encryption = true
c2s_stanza_size_limit = 1024 * 1024
authentication = "internal_hashed"
password_hash = "${passwordHash}"
storage = "internal"
limits = {}
modules_enabled = {
  "roster", "saslauth", "tls", "disco", "private", "time", "ping", "version",
  "carbons", "mam", "smacks", "csi_simple", "pep", "offline", "blocklist", "posix",
  "user_account_management"
}
modules_disabled = { "s2s" }
local ssl_files = { certificate = "${folder}/server.crt"; key = "${folder}/server.key" }
ssl = ssl_files
c2s_direct_tls_ssl = ssl_files
VirtualHost "${domain}"
${extra}
`;
}
