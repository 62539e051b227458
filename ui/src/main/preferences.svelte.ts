/**
 * What the person has set, together with what is on its way to the backend: a change is seen at once,
 * and none is lost when the next one follows before the snapshot tells of the first.
 *
 * Decides nothing about what a setting does.
 */
import { getContext, setContext, untrack } from "svelte";
import type { SettingsView } from "../bindings/SettingsView";
import type { Desk } from "../desk.svelte";

const KEY = "preferences";

/** What the person has set in one window. */
export class Preferences {
  /** What was set and has not been told by a snapshot. */
  private unsaved = $state.raw<Partial<SettingsView>>({});
  private last: Promise<boolean> = Promise.resolve(true);
  private isSaved = true;

  constructor(
    private readonly desk: Desk,
    private readonly told: () => SettingsView,
  ) {}

  /** Everything as it is set, as a form. */
  get now(): SettingsView {
    return { ...this.told(), userSig: "", ...this.unsaved };
  }

  /** Sets something at once; resolves with whether it was taken. */
  set = (change: Partial<SettingsView>): Promise<boolean> => this.desk.attempt(this.save(change));

  /** Sets something at once; rejects with why it was not taken. */
  save = (change: Partial<SettingsView>): Promise<void> => {
    this.unsaved = { ...this.unsaved, ...change };
    this.isSaved = false;
    const form = this.now;
    const saving = this.last.then(() => this.desk.app.saveSettings(form));
    const last = saving.then(
      () => true,
      () => false,
    );
    this.last = last;
    void last.then((isTaken) => {
      if (this.last !== last) return;
      this.isSaved = true;
      if (!isTaken) this.unsaved = {};
    });
    return saving;
  };

  /** Follows a new snapshot, unless something is on its way. */
  follow = () => {
    if (this.isSaved) this.unsaved = {};
  };
}

/** Makes these the preferences of the screens inside this component. */
export function providePreferences(desk: Desk, told: () => SettingsView): Preferences {
  const preferences = new Preferences(desk, told);
  $effect(() => {
    told();
    untrack(preferences.follow);
  });
  return setContext(KEY, preferences);
}

/** The preferences of the surrounding window. */
export function usePreferences(): Preferences {
  return getContext<Preferences>(KEY);
}
