/** What the app asks before it goes on. */
import { screen, within } from "@testing-library/svelte";
import userEvent from "@testing-library/user-event";
import { describe, expect, it } from "vitest";
import type { AppView } from "../bindings/AppView";
import { aCall, aRing, aView } from "../gallery/views";
import { drawMain } from "../test/screen";

const byId = (id: string) => screen.getByTestId(id);
const user = userEvent.setup();
const ring = aRing({ inviteID: "i-2", userID: "grace", name: "Grace Hopper", manner: "softly" });
const question = { kind: "answerInstead", inviteID: "i-2", name: "Grace Hopper" } as const;
const asks = (change: Partial<AppView> = {}) =>
  aView({ call: aCall(), rings: [ring], question, ...change });

describe("a question", () => {
  it("names the call that ends and the one that is answered", () => {
    drawMain(asks());
    const dialog = screen.getByRole("alertdialog", { name: "End this call and answer?" });
    const lines = within(dialog).getAllByRole("listitem");
    expect(lines.map((line) => line.textContent.replace(/\s+/g, " ").trim())).toEqual([
      "AL Ada Lovelace This call ends",
      "GH Grace Hopper This one is answered",
    ]);
  });

  it("asks before quitting in a call", async () => {
    const { app } = drawMain(asks({ rings: [], question: { kind: "quit" } }));
    screen.getByRole("alertdialog", { name: "Quit and end the call?" });
    await user.click(screen.getByRole("button", { name: "Quit and end it" }));
    expect(app.answerQuestion).toHaveBeenCalledExactlyOnceWith({ yes: true });
  });

  it("has the keyboard on what changes nothing, keeps it, and gives it back", async () => {
    const { redraw } = drawMain(asks({ question: null }));
    byId("contacts-tab").focus();
    await redraw(asks());
    const window = document.querySelector<HTMLElement>(".window")!;
    expect(byId("question-no")).toHaveFocus();
    await user.keyboard("{Tab}");
    expect(byId("question-yes")).toHaveFocus();
    await user.keyboard("{Tab}");
    expect(byId("question-no")).toHaveFocus();
    await user.keyboard("{Shift>}{Tab}{/Shift}");
    expect(byId("question-yes")).toHaveFocus();
    await redraw(asks({ revision: 3 }));
    expect(byId("question-yes")).toHaveFocus();
    expect(window.inert).toBe(true);
    await redraw(asks({ question: null }));
    expect(byId("contacts-tab")).toHaveFocus();
    expect(window.inert).toBe(false);
  });

  it("is answered with no by Escape, once", async () => {
    const { app, redraw } = drawMain(asks());
    await user.keyboard("{Escape}{Escape}");
    expect(app.answerQuestion).toHaveBeenCalledExactlyOnceWith({ yes: false });
    await redraw(asks({ revision: 2 }));
    expect(screen.getAllByTestId("question")).toHaveLength(1);
    expect(byId("question-no")).toBeDisabled();
  });

  it("is answered with no by Escape, also after a click beside it, and what is behind stays", async () => {
    const { app } = drawMain(asks({ call: null, rings: [] }), "recents", {
      page: { kind: "newGroup" },
    });
    await user.click(document.querySelector(".behind")!);
    (document.activeElement as HTMLElement).blur();
    await user.keyboard("{Control>},{/Control}{Control>}d{/Control}{Escape}");
    expect(app.answerQuestion).toHaveBeenCalledExactlyOnceWith({ yes: false });
    expect(screen.getByTestId("new-group")).toBeInTheDocument();
    expect(app.closeConversation).not.toHaveBeenCalled();
    expect(byId("recents-tab")).toHaveAttribute("aria-selected", "true");
  });

  it.each([
    ["{Tab}", "question-no"],
    ["{Shift>}{Tab}{/Shift}", "question-yes"],
  ])("takes the keyboard back with %s", async (keys, button) => {
    drawMain(asks());
    (document.activeElement as HTMLElement).blur();
    await user.keyboard(keys);
    expect(byId(button)).toHaveFocus();
  });

  it("gives the keyboard back after the last of several", async () => {
    const { redraw } = drawMain(asks({ question: null }));
    byId("contacts-tab").focus();
    await redraw(asks());
    await redraw(asks({ question: { kind: "quit" } }));
    expect(byId("question-no")).toHaveFocus();
    await redraw(asks({ question: null }));
    expect(byId("contacts-tab")).toHaveFocus();
  });

  it("says when its answer is refused, and can be answered again", async () => {
    const { app } = drawMain(asks());
    app.answerQuestion.mockRejectedValueOnce({ code: 1, message: "It is over.", data: null });
    await user.click(byId("question-yes"));
    expect(within(byId("question")).getByRole("alert")).toHaveTextContent("It is over.");
    expect(byId("question-yes")).toBeEnabled();
    expect(byId("question-no")).toHaveFocus();
  });
});
