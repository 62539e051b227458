/**
 * Which page of the main window the person looks at, and what they have typed there.
 *
 * Knows no call and no conversation but by ID; which conversation is open is the backend's to know.
 */
import { getContext, setContext } from "svelte";
import type { Desk } from "../desk.svelte";
import type { Section } from "./settings/sections";
import type { Tab } from "./Tabs.svelte";

const KEY = "pages";

/** A page beside the conversation that the snapshot holds open. */
export type Page = { kind: "group"; groupID: string } | { kind: "newGroup" };

/** The pages of one main window. */
export class Pages {
  /** The page on top of the open conversation. */
  page = $state.raw<Page | null>(null);
  /** The section of the list. */
  tab = $state<Tab>("contacts");
  /** The open section of the settings; without one they are listed. */
  section = $state<Section | null>(null);
  /** The call that the person put aside to look at something else. */
  aside = $state<string | null>(null);
  /** The call beside which the list was asked for. */
  private listBeside = $state.raw<{ call: string | null } | null>(null);
  /** The number of the prepared call that the person has been led to last. */
  ledTo: number | null = null;
  /** What has been typed and not sent, by conversation. */
  readonly drafts = new Map<string, string>();

  constructor(
    private readonly desk: Desk,
    private readonly running: () => string | null,
  ) {}

  /** Shows a section of the list. */
  show = (tab: Tab) => {
    this.tab = tab;
    this.section = null;
  };

  /** Shows a section of the list, also where a narrow window shows something else. */
  showList = (tab: Tab) => {
    this.show(tab);
    this.listBeside = { call: this.running() };
  };

  /** Whether a narrow window shows the list, whatever is open: until something is opened or begins. */
  get isListFirst(): boolean {
    return this.listBeside !== null && this.listBeside.call === this.running();
  }

  /** Shows a section of the settings, or the list of them. */
  showSettings = (section: Section | null) => {
    this.showList("settings");
    this.section = section;
  };

  /** Opens a conversation. */
  openConversation = (conversationID: string) => {
    this.minimise();
    this.page = null;
    void this.desk.attempt(this.desk.app.openConversation({ conversationID }));
  };

  /** Opens the conversation with one person. */
  writeTo = (userID: string) => this.openConversation(`C2C${userID}`);

  /** Opens another page. */
  open = (page: Page) => {
    this.minimise();
    this.page = page;
  };

  /** Goes back: from a page to the conversation under it, from there to the list. */
  back = () => {
    if (this.page) this.page = null;
    else void this.desk.attempt(this.desk.app.closeConversation());
  };

  /** Makes room beside the running call. */
  minimise = () => {
    this.listBeside = null;
    this.aside = this.running();
  };

  /** Goes back to the running call. */
  returnToCall = () => {
    this.listBeside = null;
    this.aside = null;
  };
}

/** Makes these the pages of the screens inside this component. */
export function providePages(pages: Pages): Pages {
  return setContext(KEY, pages);
}

/** The pages of the surrounding window. */
export function usePages(): Pages {
  return getContext<Pages>(KEY);
}
