/** Which links of messages may leave the program: to a browser or a mail program, and nowhere else. */

import { expect, test } from "vitest";
import { safeExternalUrl } from "../../../app/desktop/external-links.ts";

test.each([
  ["https://example.org/a?b=c#d", "https://example.org/a?b=c#d"],
  ["http://example.org", "http://example.org/"],
  ["HTTPS://EXAMPLE.ORG/Path", "https://example.org/Path"],
  ["https://münchen.example/", "https://xn--mnchen-3ya.example/"],
  ["https://[::1]:8443/", "https://[::1]:8443/"],
  ["https://example.org/a b", "https://example.org/a%20b"],
  [" https://example.org/ ", "https://example.org/"],
  ["mailto:bob@work.example?subject=hi", "mailto:bob@work.example?subject=hi"],
])("%s may be opened, as the parser reads it", (text, url) => {
  expect(safeExternalUrl(text)).toBe(url);
});

test.each([
  "javascript:alert(1)",
  "JavaScript:alert(1)",
  "java\nscript:alert(1)",
  "data:text/html,<script>alert(1)</script>",
  "blob:https://example.org/x",
  "file:///etc/passwd",
  "file://server/share/program.exe",
  "smb://server/share",
  "\\\\server\\share\\program.exe",
  "ftp://example.org/",
  "ssh://example.org",
  "xmpp:bob@work.example",
  "app://linnet/index.html",
  "chrome://settings",
  "devtools://devtools",
  "about:blank",
  "vscode://file/etc/passwd",
  "ms-msdt:/id",
  "search-ms:query=x",
  "tel:+1",
  "https://bank.example@evil.example/",
  "https://user:password@example.org/",
  "https://:password@example.org/",
  "http://bank.example%40evil.example/",
  "https://",
  "https:",
  "//example.org",
  "example.org",
  "/etc/passwd",
  "",
  " ",
])("%j may not", (text) => {
  expect(safeExternalUrl(text)).toBeNull();
});
