/** The name under which the preload script asks for the port and hands it to the page. */
export const portMessage = "linnet-port";
