/** Starts the main window. */
import { mount } from "svelte";
import "./look.css";
import "./base.css";
import { app, chat, start } from "./chat";
import Live from "./Live.svelte";
import Main from "./main/Main.svelte";
import { appRoot } from "./root";

mount(Live, { target: appRoot(), props: { chat, app, Screen: Main } });
void start();
