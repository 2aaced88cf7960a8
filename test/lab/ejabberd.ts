/** A private ejabberd: own folder, free loopback ports, own certificate.
 *
 *  Erlang is started directly: `ejabberdctl` wants a system user, and a node with a name wants epmd, a
 *  daemon for the whole machine. Accounts are made through the HTTP interface on loopback. */

import { globSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import type { KeyAndCertificate } from "./certificates.ts";
import { freePorts } from "./ports.ts";
import { ServerProcess } from "./server-process.ts";
import type { XmppServer, XmppServerOptions } from "./xmpp-server.ts";

export interface EjabberdOptions extends XmppServerOptions {
  /** How passwords are kept, and so which SCRAM is offered. */
  readonly passwordHash?: "SHA-256" | "SHA-512";
  /** A file with the authorities of people's certificates, PEM; with it people are asked for one. */
  readonly peopleAuthorities?: string;
}

interface Ports {
  readonly starttls: number;
  readonly directTls: number;
  readonly http: number;
}

export class Ejabberd implements XmppServer {
  readonly domain: string;
  readonly #folder: string;
  readonly #ports: Ports;
  readonly #process: ServerProcess;

  private constructor(options: EjabberdOptions, ports: Ports) {
    const { folder, domain, identity, root } = options;
    this.domain = domain;
    this.#folder = folder;
    this.#ports = ports;
    const spool = join(folder, "spool");
    mkdirSync(spool, { recursive: true });
    this.#install(identity);
    writeFileSync(join(folder, "ejabberd.yml"), configuration(options, ports));
    this.#process = new ServerProcess({
      command: "erl",
      // Arguments of an application are Erlang terms: the path is a string in quotes.
      args: `-noinput +K true -s ejabberd -ejabberd quiet true -mnesia dir`
        .split(" ")
        .concat(JSON.stringify(spool)),
      env: {
        HOME: folder,
        EJABBERD_CONFIG_PATH: join(folder, "ejabberd.yml"),
        EJABBERD_LOG_PATH: join(folder, "ejabberd.log"),
        ERL_CRASH_DUMP: join(folder, "erl_crash.dump"),
        ERL_LIBS: libraries(root).join(":"),
      },
      cwd: spool,
      logFile: join(folder, "stdout.log"),
      ports: [ports.starttls, ports.directTls, ports.http],
    });
  }

  static async start(options: EjabberdOptions): Promise<Ejabberd> {
    const [starttls = 0, directTls = 0, http = 0] = await freePorts(3);
    const ejabberd = new Ejabberd(options, { starttls, directTls, http });
    await ejabberd.#process.start();
    return ejabberd;
  }

  get starttlsPort(): number {
    return this.#ports.starttls;
  }

  get directTlsPort(): number {
    return this.#ports.directTls;
  }

  async register(username: string, password: string): Promise<void> {
    const answer = await fetch(`http://127.0.0.1:${this.#ports.http}/api/register`, {
      method: "POST",
      body: JSON.stringify({ user: username, host: this.domain, password }),
    });
    if (!answer.ok) throw new Error(`registering ${username}: ${await answer.text()}`);
  }

  stop(signal?: "SIGTERM" | "SIGKILL"): Promise<void> {
    return this.#process.stop(signal);
  }

  restart(identity?: KeyAndCertificate): Promise<void> {
    if (identity) this.#install(identity);
    return this.#process.start();
  }

  received(): string[] {
    const log = readFileSync(join(this.#folder, "ejabberd.log"), "utf8");
    return log.match(/Received XML on stream = .*/g) ?? [];
  }

  #install({ certificate, key }: KeyAndCertificate): void {
    writeFileSync(join(this.#folder, "server.pem"), certificate + key, { mode: 0o600 });
  }
}

/** Where Erlang finds ejabberd and its libraries. What an unpacked tree lacks is the installed one's. */
function libraries(root = ""): string[] {
  const [application] = globSync([
    `${root}/usr/lib/*/ejabberd*/ebin/ejabberd.app`,
    `${root}/usr/lib/erlang/lib/ejabberd*/ebin/ejabberd.app`,
  ]);
  if (application === undefined) throw new Error(`no ejabberd below ${root || "/"}`);
  const folder = dirname(dirname(dirname(application)));
  return root === "" ? [folder] : [join(root, "usr/lib/erlang/lib"), folder];
}

/** Everything that is text in YAML is quoted: JSON is YAML, too. */
function configuration(options: EjabberdOptions, ports: Ports): string {
  const { folder, domain, passwordHash = "SHA-256", isVerbose = false } = options;
  const { peopleAuthorities: cafile } = options;
  const listener = {
    ip: "127.0.0.1",
    module: "ejabberd_c2s",
    max_stanza_size: 1_048_576,
    ...(cafile === undefined ? {} : { tls_verify: true, cafile }),
  };
  return JSON.stringify(
    {
      loglevel: isVerbose ? "debug" : "info",
      log_rotate_count: 0,
      hosts: [domain],
      certfiles: [join(folder, "server.pem")],
      acme: { auto: false },
      disable_sasl_mechanisms: ["digest-md5", "X-OAUTH2"],
      // Everything is in the one file: Mnesia writes accounts minutes later, and a power cut takes them.
      auth_method: "sql",
      auth_password_format: "scram",
      auth_scram_hash: passwordHash.toLowerCase().replace("-", ""),
      default_db: "sql",
      sql_type: "sqlite",
      sql_database: join(folder, "spool", "ejabberd.sqlite"),
      listen: [
        { ...listener, port: ports.starttls, starttls_required: true },
        { ...listener, port: ports.directTls, tls: true },
        {
          ip: "127.0.0.1",
          port: ports.http,
          module: "ejabberd_http",
          request_handlers: { "/api": "mod_http_api" },
        },
      ],
      acl: { loopback: { ip: ["127.0.0.0/8"] } },
      api_permissions: {
        tests: {
          from: ["mod_http_api"],
          who: { access: { allow: [{ acl: "loopback" }] } },
          what: ["register"],
        },
      },
      shaper_rules: { max_user_offline_messages: 10_000 },
      modules: {
        mod_caps: {},
        mod_carboncopy: {},
        mod_client_state: {},
        mod_disco: {},
        mod_http_api: {},
        mod_mam: { default: "always" },
        mod_offline: { access_max_user_messages: "max_user_offline_messages" },
        mod_ping: {},
        mod_pubsub: { plugins: ["flat", "pep"] },
        // Nobody can register; those who are can change their password.
        mod_register: { access: "none", password_strength: 0 },
        mod_roster: { versioning: true },
        // What a client did not acknowledge before it went goes to where it would go now.
        mod_stream_mgmt: { resend_on_timeout: true },
        mod_version: { show_os: false },
      },
    },
    null,
    2,
  );
}
