/** The app's own icons, drawn on a 24 × 24 grid as strokes of 2 unless filled. */
export interface Drawing {
  d: string;
  filled?: true;
  transform?: string;
}

const handset =
  "M2.6 12.9C7.8 8 16.2 8 21.4 12.9c.7.7.8 1.6.3 2.4l-1.2 1.8c-.5.7-1.3.9-2.1.6l-2.6-1.1c-.7-.3-1.1-.9-1-1.7l.1-1.5c-1.9-.6-3.9-.6-5.8 0l.1 1.5c.1.8-.3 1.4-1 1.7l-2.6 1.1c-.8.3-1.6.1-2.1-.6l-1.2-1.8c-.5-.8-.4-1.7.3-2.4z";

export const icons = {
  phone: {
    d: handset,
    filled: true,
    transform: "translate(12 12) scale(1.12) rotate(-135) translate(-12 -13)",
  },
  hangUp: { d: handset, filled: true },
  video: {
    d: "M4.5 6h8A2.5 2.5 0 0 1 15 8.5v7a2.5 2.5 0 0 1-2.5 2.5h-8A2.5 2.5 0 0 1 2 15.5v-7A2.5 2.5 0 0 1 4.5 6zM16.5 10.4l4-2.5a1 1 0 0 1 1.5.9v6.4a1 1 0 0 1-1.5.9l-4-2.5z",
    filled: true,
  },
  quiet: {
    d: "M9 4.2A5.6 5.6 0 0 1 17.6 9c0 1.6.3 3 .7 4.2M6.4 8.3V9c0 3.6-1.3 5.8-2.4 7h12.5M10 19.5a2.2 2.2 0 0 0 4 0M4 3.5l16.5 16.5",
  },
  people: {
    d: "M9 11a3.5 3.5 0 1 0 0-7 3.5 3.5 0 0 0 0 7zM2.5 20c.3-3.7 3-6 6.5-6s6.2 2.3 6.5 6M16 4.3a3.4 3.4 0 0 1 0 6.4M18.2 14.7c1.9.8 3.1 2.7 3.3 5.3",
  },
  recent: { d: "M12 3.5a8.5 8.5 0 1 1 0 17 8.5 8.5 0 0 1 0-17zM12 7.5V12l3 2.2" },
  settings: {
    d: "M4 7h8M18.5 7H20M4 17h1.5M12 17h8M15.2 9.5a2.5 2.5 0 1 0 0-5 2.5 2.5 0 0 0 0 5zM8.8 19.5a2.5 2.5 0 1 0 0-5 2.5 2.5 0 0 0 0 5z",
  },
  add: { d: "M12 5v14M5 12h14" },
  edit: { d: "M4.5 19.5l.8-4L15.8 5a2.25 2.25 0 0 1 3.2 3.2L8.5 18.7zM13.8 7l3.2 3.2" },
  remove: { d: "M6 12h12" },
  close: { d: "M6.5 6.5l11 11M17.5 6.5l-11 11" },
  check: { d: "M5 12.5l4.5 4.5L19 7.5" },
  outgoing: { d: "M7 17L17 7M9 7h8v8" },
  incoming: { d: "M17 7L7 17M15 17H7V9" },
  missed: { d: "M3.5 7.5l7.5 7.5 9.5-9.5M3.5 13V7.5H9" },
  warning: { d: "M12 4.2L2.8 19.5h18.4zM12 10v4.2M12 17v.1" },
  bell: {
    d: "M11 4.5h2M12 4.5v2.2M3.5 17a8.5 8.5 0 0 1 17 0zM2.5 20h19M7.2 14.2a5.2 5.2 0 0 1 2.5-3.3",
  },
  offline: {
    d: "M3 3l18 18M2.5 9.3a14 14 0 0 1 4.3-2.7M10.8 5.5a14 14 0 0 1 10.7 3.8M6 13.2a8.9 8.9 0 0 1 4-2.2M14.8 11.2a8.9 8.9 0 0 1 3.2 2M9.4 16.8a4 4 0 0 1 5.2 0",
  },
} satisfies Record<string, Drawing>;

/** The name of an icon. */
export type IconName = keyof typeof icons;
