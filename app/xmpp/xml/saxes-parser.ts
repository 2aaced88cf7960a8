/** saxes in a shape that V8 keeps fast.
 *
 *  Its `on()` adds a property by a computed name for each kind of event, and after the sixth V8 turns
 *  such an object into a dictionary: everything it does is then seven times slower. Properties that
 *  are there from the start belong to its shape. */

import { SaxesParser, type SaxesOptions } from "saxes";

type Options = SaxesOptions & { readonly xmlns: true };
type Parser = Pick<SaxesParser<Options>, "on" | "write" | "position">;

const OpenSaxesParser = SaxesParser as new (options: Options) => Parser;

export class ShapedSaxesParser extends OpenSaxesParser {
  readonly xmldeclHandler = undefined;
  readonly textHandler = undefined;
  readonly piHandler = undefined;
  readonly doctypeHandler = undefined;
  readonly commentHandler = undefined;
  readonly openTagStartHandler = undefined;
  readonly attributeHandler = undefined;
  readonly openTagHandler = undefined;
  readonly closeTagHandler = undefined;
  readonly cdataHandler = undefined;
  readonly errorHandler = undefined;
}
