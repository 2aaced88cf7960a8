/** node-forge is loaded in parts: the whole of it takes longer than the first window may. */

declare module "node-forge/lib/pem.js" {
  import type { pem } from "node-forge";

  const reader: typeof pem;
  export default reader;
}
