import { createHash } from "node:crypto";
import { expect, test } from "vitest";
import { runFuzz } from "../../fuzz/run.ts";
import { readSubjects } from "../../fuzz/subjects.ts";

test("a slice of the fuzz run has no faults", { timeout: 120_000 }, async () => {
  const subjects = readSubjects();
  const { counts, faults } = await runFuzz({ inputs: 5_000, seed: 20_261_120, subjects });
  expect(faults.map(({ subject, input, what }) => ({ subject, input, what }))).toStrictEqual([]);
  expect([...counts.keys()].toSorted()).toStrictEqual(subjects.map(({ name }) => name).toSorted());
});

test("a fault is found: what accepts everything, throws or is slow", async () => {
  const seeds = [Buffer.from([0x30, 0x03, 0x02, 0x01, 0x05])];
  const result = await runFuzz({
    inputs: 30,
    seed: 1,
    subjects: [
      { name: "accepts", seeds, check: () => "accepted" },
      {
        name: "throws",
        seeds,
        check: () => {
          throw new TypeError("undefined is not an object");
        },
      },
      {
        name: "is slow",
        seeds,
        timeMsMax: 0,
        check: async () => await new Promise((resolve) => setTimeout(resolve, 2, null)),
      },
    ],
  });
  expect(result.faults).toHaveLength(30);
});

test("the same seed has the same inputs", async () => {
  const [subject] = readSubjects();
  if (!subject) throw new Error("no subject");
  const inputsOf = async (seed: number): Promise<ReadonlySet<string>> => {
    // A set: what seems slow is tried twice.
    const inputs = new Set<string>();
    const check = (input: Uint8Array): null => {
      inputs.add(createHash("sha256").update(input).digest("hex"));
      return null;
    };
    await runFuzz({ inputs: 50, seed, subjects: [{ ...subject, check }] });
    return inputs;
  };
  const first = await inputsOf(1);
  expect(await inputsOf(1)).toStrictEqual(first);
  expect(await inputsOf(2)).not.toStrictEqual(first);
});
