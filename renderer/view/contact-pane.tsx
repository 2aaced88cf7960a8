/** The contact list, and above it the people who ask to be in it. */

import Ellipsis from "lucide-solid/icons/ellipsis";
import UserPlus from "lucide-solid/icons/user-plus";
import { createSignal, For, Show, type JSX } from "solid-js";
import type { ContactView, RequestView } from "../../app/contract/views.ts";
import { text } from "../text/index.ts";
import { errorSentence } from "../text/problems.ts";
import { Avatar } from "../ui/avatar.tsx";
import { Button, IconButton } from "../ui/button.tsx";
import { Note } from "../ui/note.tsx";
import { RowList } from "../ui/row-list.tsx";
import { Empty, Pane } from "../ui/pane.tsx";
import { useProgram } from "../ui/program-context.ts";
import { ContactDialog } from "./contact-dialog.tsx";
import type { OpenDialog } from "./main-screen.tsx";
import styles from "./contact-pane.module.css";

const rowHeight = 60;

export function ContactPane(props: {
  readonly onDialog: (dialog: OpenDialog) => void;
}): JSX.Element {
  const { contacts, navigation } = useProgram();
  const [edited, setEdited] = createSignal<ContactView | null>(null);
  const add = (): void => {
    props.onDialog("add-contact");
  };
  return (
    <Pane
      title={text.contacts.title}
      actions={
        <IconButton label={text.contacts.add} onClick={add}>
          <UserPlus size={20} />
        </IconButton>
      }
    >
      <Requests />
      <Show
        when={contacts.all().length > 0}
        fallback={
          <Show when={contacts.isLoaded()}>
            <Empty title={text.contacts.empty} hint={text.contacts.emptyHint}>
              <Button kind="primary" onClick={add}>
                {text.contacts.add}
              </Button>
            </Empty>
          </Show>
        }
      >
        <RowList
          label={text.contacts.list}
          rows={contacts.all()}
          rowHeight={rowHeight}
          isSelected={() => false}
          onChoose={(contact) => void navigation.openWith(contact.account, contact.address)}
          actions={(contact) => (
            <IconButton
              label={text.contacts.actions(contact.name)}
              onClick={() => setEdited(contact)}
            >
              <Ellipsis size={18} />
            </IconButton>
          )}
        >
          {(contact) => (
            <div class={styles["row"]}>
              <Avatar
                size="s"
                address={contact.address}
                name={contact.name}
                availability={contact.presence?.availability ?? "offline"}
              />
              <div class={styles["text"]}>
                <span class={styles["name"]}>{contact.name}</span>
                <span class={styles["state"]}>{stateOf(contact)}</span>
              </div>
            </div>
          )}
        </RowList>
      </Show>
      <Show when={edited()} keyed>
        {(contact) => <ContactDialog contact={contact} onClose={() => setEdited(null)} />}
      </Show>
    </Pane>
  );
}

function Requests(): JSX.Element {
  const { bridge, contacts } = useProgram();
  const [error, setError] = createSignal<string | null>(null);
  const answer = async (request: RequestView, decision: "accept" | "decline"): Promise<void> => {
    const { account, address } = request;
    const reply = await bridge.call("roster", decision, account, address);
    setError(reply.ok ? null : errorSentence(reply.error));
  };
  return (
    <Show when={contacts.requests().length > 0}>
      <section class={styles["requests"]} aria-label={text.contacts.requests}>
        <For each={contacts.requests()}>
          {(request) => (
            <div class={styles["request"]}>
              <Avatar size="s" address={request.address} name={request.name} />
              <div>
                <p>{text.contacts.requestFrom(request.address)}</p>
                <div class={styles["answers"]}>
                  <Button kind="primary" onClick={() => void answer(request, "accept")}>
                    {text.contacts.accept}
                  </Button>
                  <Button onClick={() => void answer(request, "decline")}>
                    {text.contacts.decline}
                  </Button>
                </div>
              </div>
            </div>
          )}
        </For>
        <Show when={error()}>{(sentence) => <Note kind="error">{sentence()}</Note>}</Show>
      </section>
    </Show>
  );
}

function stateOf(contact: ContactView): string {
  if (contact.presence) {
    return contact.presence.status || text.availability[contact.presence.availability];
  }
  if (contact.isAsking) return text.contacts.asking;
  return contact.subscription === "to" ? text.contacts.notMutual : text.availability.offline;
}
