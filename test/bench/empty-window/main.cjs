/** The floor under every start: an Electron program that opens one window and does nothing else. As a
 *  CommonJS script, without a menu and with the window's defaults, because that is the least there is. */

const { app, BrowserWindow, Menu } = require("electron");
const path = require("node:path");

if (!app.commandLine.hasSwitch("no-sandbox")) app.enableSandbox();
Menu.setApplicationMenu(null);
void app.whenReady().then(() => {
  const window = new BrowserWindow({ width: 1100, height: 760 });
  void window.loadFile(path.join(__dirname, "index.html"));
});
app.on("window-all-closed", () => {
  app.quit();
});
