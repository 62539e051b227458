/**
 * Starts the ring window.
 *
 * `ring.html?rounded` is for desktops that draw transparent windows: then only the cards are seen.
 */
import { mount } from "svelte";
import "./look.css";
import "./base.css";
import { app, chat } from "./chat";
import Live from "./Live.svelte";
import Ring from "./ring/Ring.svelte";
import { appRoot } from "./root";

if (new URLSearchParams(location.search).has("rounded")) {
  document.documentElement.dataset.shape = "rounded";
}
mount(Live, { target: appRoot(), props: { chat, app, Screen: Ring } });
