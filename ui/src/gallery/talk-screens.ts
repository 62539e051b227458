/** The screens of groups and conversations in every state, by name. Development only. */
import type { AppView } from "../bindings/AppView";
import type { GroupView } from "../bindings/GroupView";
import type { Page } from "../main/pages.svelte";
import type { Tab } from "../main/Tabs.svelte";
import type { Held } from "./screens";
import {
  aConversation,
  aGroup,
  aGroupCall,
  anEntry,
  anOpen,
  anOpenGroup,
  conversations,
  everyState,
  maya,
} from "./talk";
import {
  aCall,
  aRing,
  aView,
  anEnded,
  anOutgoing,
  hostileName,
  lighthouse,
  rung,
  user,
} from "./views";

const main = (change: Partial<AppView>, tab: Tab, page?: Page): Held => ({
  window: "main",
  view: aView(change),
  tab,
  ...(page ? { page } : {}),
});
const ring = (...rings: AppView["rings"]): Held => ({ window: "ring", view: aView({ rings }) });

const groups = [
  aGroup(),
  aGroup({ groupID: "test", name: "Test contacts", memberCount: 7, role: "member" }),
  aGroup({ groupID: "h", name: hostileName, memberCount: 1, members: [], role: "owner" }),
];
const calling = aGroup({ calls: [aGroupCall()] });
const lit = { kind: "group", groupID: "lighthouse" } as const;
const page = (group: GroupView, change: Partial<AppView> = {}) =>
  main({ groups: [group], ...change }, "groups", { kind: "group", groupID: group.groupID });
const crowd = [
  rung("ada", "Ada Lovelace", "inCall"),
  rung("grace", "Grace Hopper", "ringing"),
  rung("hedy", "Hedy Lamarr", "pending"),
  rung("zoe", "zoe", "busy"),
];

/** Groups, and calls in them. */
export const groupScreens: Record<string, Held> = {
  groups: main({ groups: [calling, ...groups.slice(1)] }, "groups"),
  "groups-empty": main({}, "groups"),
  "groups-joining": { ...main({ groups }, "groups"), pressed: ["group-join"] },
  "group-new": main({ groups }, "groups", { kind: "newGroup" }),
  group: page(aGroup()),
  "group-owner": page(aGroup({ owner: "maya", role: "owner", joinOption: "free" })),
  "group-loading": page(aGroup({ members: [] })),
  "group-gone": main({}, "groups", lit),
  "group-hostile": page(
    aGroup({
      name: hostileName,
      members: [{ ...aGroup().members[0]!, name: hostileName }, ...aGroup().members.slice(1)],
    }),
  ),
  "group-choosing": { ...page(aGroup()), pressed: ["group-choose", "pick-ada"] },
  "group-adding": { ...page(aGroup()), pressed: ["members-add"] },
  "group-leaving": { ...page(aGroup()), pressed: ["group-leave"] },
  "group-member-menu": {
    ...page(aGroup({ role: "owner" })),
    pressed: ["member-menu-grace"],
  },
  "group-call-of-others": page(calling),
  "group-call-elsewhere": page(
    aGroup({
      calls: [
        aGroupCall({ place: "elsewhere", people: [rung("maya", "maya", "inCall"), ...crowd] }),
      ],
    }),
  ),
  "group-ring": ring(
    aRing({
      group: { groupID: "lighthouse", name: "Lighthouse crew" },
      others: crowd.slice(1),
      mediaType: "video",
    }),
  ),
  "group-ring-many": ring(
    aRing({ group: { groupID: "lighthouse", name: "Lighthouse crew" }, others: everyState }),
  ),
  "group-ring-hostile": ring(
    aRing({
      name: hostileName,
      group: { groupID: "h", name: hostileName },
      others: [rung("h", hostileName, "ringing")],
    }),
  ),
  "group-ring-banner": main(
    { rings: [aRing({ group: { groupID: "lighthouse", name: "Lighthouse crew" } })] },
    "contacts",
  ),
  "group-outgoing": main(
    {
      outgoing: anOutgoing({
        with: lighthouse,
        people: [rung("ada", "Ada Lovelace", "rejected"), ...crowd.slice(1)],
      }),
    },
    "groups",
  ),
  "group-call": main(
    { groups, call: aCall({ with: lighthouse, people: crowd, ringingInviteIDs: ["invite-2"] }) },
    "groups",
  ),
  "group-call-every-state": main(
    { groups, call: aCall({ with: lighthouse, people: everyState }) },
    "groups",
  ),
  "group-call-inviting": {
    ...main({ groups, call: aCall({ with: lighthouse, people: crowd.slice(0, 1) }) }, "groups"),
    pressed: ["invite-more", "pick-grace"],
  },
  "group-ended": main(
    { groups, ended: { ...anEnded("answered", "incoming"), with: lighthouse } },
    "groups",
  ),
};

/** Conversations. */
export const conversationScreens: Record<string, Held> = {
  chats: main({ conversations: conversations(), unread: 155 }, "chats"),
  "chats-empty": main({}, "chats"),
  conversation: main(
    { conversations: conversations(), unread: 13, openConversation: anOpen() },
    "chats",
  ),
  "conversation-older": main({ openConversation: anOpen({ hasOlder: true }) }, "chats"),
  "conversation-loading": main(
    { openConversation: anOpen({ entries: [], loading: true }) },
    "chats",
  ),
  "conversation-empty": main({ openConversation: anOpen({ entries: [] }) }, "chats"),
  "conversation-blocked": main({ openConversation: anOpen({ blocked: true }) }, "chats"),
  "conversation-menu": {
    ...main({ openConversation: anOpen() }, "chats"),
    pressed: ["conversation-menu"],
  },
  "conversation-hostile": main(
    {
      conversations: [aConversation({ with: user("x", hostileName) })],
      openConversation: anOpen({
        with: user("x", hostileName),
        entries: [
          anEntry(
            { kind: "text", text: hostileName },
            { from: { userID: "x", name: hostileName } },
          ),
          anEntry({ kind: "text", text: "W".repeat(400) }, { from: maya, own: true }),
        ],
      }),
    },
    "chats",
  ),
  "conversation-group": main(
    { conversations: conversations(), groups, openConversation: anOpenGroup() },
    "chats",
  ),
  "conversation-group-call": main({ groups: [calling], openConversation: anOpenGroup() }, "chats"),
  "conversation-not-member": main({ openConversation: anOpenGroup() }, "chats"),
  "conversation-in-call": {
    ...main({ call: aCall(), openConversation: anOpen() }, "chats"),
    aside: true,
  },
  "conversation-outgoing-aside": {
    ...main({ outgoing: anOutgoing(), openConversation: anOpen() }, "chats"),
    aside: true,
  },
  "conversation-ended": main(
    { ended: anEnded("rejected", "outgoing"), openConversation: anOpen() },
    "chats",
  ),
  "conversation-ring": main({ rings: [aRing()], openConversation: anOpenGroup(), groups }, "chats"),
};
