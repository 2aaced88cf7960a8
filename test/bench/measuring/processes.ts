/** What a program and everything it started cost the machine, read from /proc. */

import { readdirSync, readFileSync } from "node:fs";

/** All processes of the session that `leader` began, and their descendants. */
export function processesOf(leader: number): number[] {
  const all = readdirSync("/proc").filter((name) => /^\d+$/.test(name));
  const found = new Set([leader]);
  const entries = all.flatMap((name) => {
    const stat = readOrNull(`/proc/${name}/stat`);
    // After the name, which may contain anything: state, parent, group, session.
    const fields = stat?.slice(stat.lastIndexOf(")") + 2).split(" ");
    return fields
      ? [{ pid: Number(name), parent: Number(fields[1]), session: Number(fields[3]) }]
      : [];
  });
  for (let before = 0; before !== found.size;) {
    before = found.size;
    for (const { pid, parent, session } of entries) {
      if (session === leader || found.has(parent)) found.add(pid);
    }
  }
  return [...found];
}

export interface Footprint {
  readonly anonymousMb: number;
  readonly filesMb: number;
  readonly processes: number;
}

/** The memory that these processes would need on an otherwise empty machine: what belongs to no file,
 *  and each range of a file once, however many of them have it mapped. Unlike the proportional share
 *  of a file, it does not change with what else runs on the machine.
 *  Null where some of it may not be read: the memory of sandboxed processes is for root only. */
export function footprintOf(pids: readonly number[]): Footprint | null {
  let anonymousKb = 0;
  const fileKb = new Map<string, number>();
  let processes = 0;
  for (const pid of pids) {
    const maps = readOrNull(`/proc/${pid}/smaps`);
    if (maps === null) {
      if (readOrNull(`/proc/${pid}/stat`) === null) continue;
      return null;
    }
    processes++;
    for (const area of areasOf(maps)) {
      if (area.file === null) {
        // Pages that a fork left with two processes are shared by these alone: the shares add up.
        anonymousKb += area.shareKb;
        continue;
      }
      anonymousKb += area.anonymousKb;
      const known = fileKb.get(area.file) ?? 0;
      fileKb.set(area.file, Math.max(known, area.residentKb - area.anonymousKb));
    }
  }
  const filesKb = [...fileKb.values()].reduce((sum, kb) => sum + kb, 0);
  return { anonymousMb: anonymousKb / 1024, filesMb: filesKb / 1024, processes };
}

interface Area {
  /** Which range of which file; null for memory without one. */
  readonly file: string | null;
  readonly residentKb: number;
  readonly shareKb: number;
  /** Pages of a private mapping that were written to, and so belong to no file any more. */
  readonly anonymousKb: number;
}

function areasOf(maps: string): Area[] {
  // proc(5): a line with addresses, rights, offset, device, inode and path, then one line a figure.
  const header = /^[0-9a-f]+-[0-9a-f]+ (\S+) (\S+) (\S+) (\d+)[ \t]*(.*)$/;
  return maps.split(/\n(?=[0-9a-f]+-[0-9a-f]+ )/).flatMap((block) => {
    const match = header.exec(block.slice(0, block.indexOf("\n")));
    if (!match) return [];
    const [, rights, offset, device, inode, path = ""] = match;
    const kb = (name: string): number =>
      Number(new RegExp(`^${name}: +(\\d+) kB$`, "m").exec(block)?.[1] ?? 0);
    // Memory files exist only while they are mapped: they are memory, whatever they are called.
    const isMemory = inode === "0" || path.startsWith("/memfd:") || path.startsWith("/dev/shm/");
    return [
      {
        file: isMemory ? null : `${device} ${inode} ${offset} ${rights}`,
        residentKb: kb("Rss"),
        shareKb: kb("Pss"),
        anonymousKb: kb("Anonymous"),
      },
    ];
  });
}

/** What one thread did since it began. */
interface ThreadActivity {
  /** Times that it put itself to sleep, and so was woken up before. */
  readonly wakeUps: number;
  readonly cpuMs: number;
}

/** A reading of every thread, by name. */
export type ActivityReading = ReadonlyMap<string, ThreadActivity>;

export function readActivity(pids: readonly number[]): ActivityReading {
  const reading = new Map<string, ThreadActivity>();
  for (const pid of pids) {
    for (const thread of threadsOf(pid)) {
      const status = readOrNull(`/proc/${pid}/task/${thread}/status`) ?? "";
      const scheduled = readOrNull(`/proc/${pid}/task/${thread}/schedstat`) ?? "";
      reading.set(`${pid} ${thread}`, {
        wakeUps: Number(/^voluntary_ctxt_switches:\s+(\d+)$/m.exec(status)?.[1] ?? 0),
        // The first figure: nanoseconds on a processor.
        cpuMs: Number(scheduled.split(" ")[0] ?? 0) / 1e6,
      });
    }
  }
  return reading;
}

/** What happened between two readings. Of threads that ended in between the last part is missing. */
export function activityBetween(before: ActivityReading, after: ActivityReading): ThreadActivity {
  let wakeUps = 0;
  let cpuMs = 0;
  for (const [thread, now] of after) {
    const then = before.get(thread);
    wakeUps += now.wakeUps - (then?.wakeUps ?? 0);
    cpuMs += now.cpuMs - (then?.cpuMs ?? 0);
  }
  return { wakeUps, cpuMs };
}

function threadsOf(pid: number): string[] {
  try {
    return readdirSync(`/proc/${pid}/task`);
  } catch {
    // It ended meanwhile.
    return [];
  }
}

function readOrNull(path: string): string | null {
  try {
    return readFileSync(path, "utf8");
  } catch {
    // Ended meanwhile, or not for us to read.
    return null;
  }
}
