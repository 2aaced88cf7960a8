/** Made-up text that behaves like written language: a few words are in every third message, most are
 *  in hardly any, and messages are mostly short. Always the same for the same seed. */

/** Numbers from 0 to 1, always the same ones. */
export type Chance = () => number;

/** Mulberry32 (public domain). */
export function seededChance(seed: number): Chance {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** The most frequent words first. */
const frequent =
  `the to and a of in is it you that for on we was with I be at have this not are as but
they so will can from if one there what all about me just up my out do time when would like your no
good get or know think now then see her he she more some today by could our them going need how well
home who did back tomorrow after other been work only an has too new here really him where way into
take two right still should thanks come week last over day great sure than first maybe also before
people bit next want much again morning evening house car train later little why let always never
something done soon great write read call meet meeting weekend Monday Tuesday Wednesday Thursday
Friday Saturday Sunday dinner lunch coffee kids school office project server update photo link garden
weather rain summer ticket station airport doctor birthday party music film book question answer
problem idea plan minutes hour late early ready wait bring forgot remember happy tired busy funny
Müller Straße café naïve Łódź`.split(/\s+/);

const onsets = "b br c ch d dr f fl g gr h j k l m n p pl qu r s st t tr v w z".split(" ");
const vowels = "a e i o u ai ea ie oo ou".split(" ");
const endings = "n r s t l m p nd st rt ng x ly er".split(" ");

/** Beyond the frequent ones: a language has more rare words than one could write down here. */
const rareWords = 20_000;

export class Words {
  readonly #chance: Chance;
  readonly #words: readonly string[];
  /** The sum of the weights up to each word: Zipf's law, the weight of the nth word is 1/n. */
  readonly #weights: Float64Array;

  constructor(chance: Chance) {
    this.#chance = chance;
    const rare = new Set<string>();
    while (rare.size < rareWords) rare.add(this.#invent());
    this.#words = [...frequent, ...rare];
    this.#weights = new Float64Array(this.#words.length);
    let sum = 0;
    for (const index of this.#words.keys()) this.#weights[index] = sum += 1 / (index + 3);
  }

  /** A word by its place in the order of frequency. */
  at(place: number): string {
    const word = this.#words[place];
    if (word === undefined) throw new Error(`there is no word ${place}`);
    return word;
  }

  /** One message: about 79 characters on average, half of them under 60, a few of several lines. */
  message(): string {
    const wanted = Math.min(1_200, Math.max(3, -Math.log(1 - this.#chance()) * 74));
    let text = this.#next();
    while (text.length < wanted) {
      const pause = this.#chance();
      text += pause < 0.03 ? ". " : pause < 0.07 ? ", " : pause < 0.073 ? " 🙂 " : " ";
      text += this.#next();
    }
    return text.charAt(0).toUpperCase() + text.slice(1) + (this.#chance() < 0.2 ? "?" : ".");
  }

  /** Somebody's first or last name. */
  name(): string {
    const name = this.#invent();
    return name.charAt(0).toUpperCase() + name.slice(1);
  }

  #next(): string {
    const wanted = this.#chance() * (this.#weights.at(-1) ?? 0);
    let low = 0;
    let high = this.#weights.length - 1;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.#weights[middle] ?? 0) < wanted) low = middle + 1;
      else high = middle;
    }
    return this.at(low);
  }

  #invent(): string {
    const syllables = 1 + Math.floor(this.#chance() * 3);
    let word = "";
    for (let count = 0; count < syllables; count++) {
      word += this.#oneOf(onsets) + this.#oneOf(vowels);
    }
    return word + this.#oneOf(endings);
  }

  #oneOf(parts: readonly string[]): string {
    return parts[Math.floor(this.#chance() * parts.length)] ?? "";
  }
}
