/** Groups and their members. */
import { TYPES } from "./constants";
import type { Line, Response } from "./line";
import { done, named } from "./line";
import { asGroup, type Group, type Lists } from "./lists";
import type { WireMember } from "./wire";

/** A member of a group. */
export interface GroupMember {
  userID: string;
  /** `TYPES.GRP_MBR_ROLE_OWNER` or `TYPES.GRP_MBR_ROLE_MEMBER`. */
  role: string;
  /** Empty where he has set none. */
  nick: string;
}

/** A group to make. */
export interface GroupOptions {
  name: string;
  groupID?: string;
  /** `TYPES.GRP_MEETING` lets everybody join where `joinOption` does not say. */
  type?: string;
  memberList?: (string | { userID: string })[];
  /** A `TYPES.JOIN_OPTIONS_…`, or the protocol's own `inviteOnly` or `free`. */
  joinOption?: string;
}

const JOIN_OPTION: Record<string, string> = {
  [TYPES.JOIN_OPTIONS_FREE_ACCESS]: "free",
  [TYPES.JOIN_OPTIONS_DISABLE_APPLY]: "inviteOnly",
};
const ROLE = {
  owner: TYPES.GRP_MBR_ROLE_OWNER,
  member: TYPES.GRP_MBR_ROLE_MEMBER,
} as const satisfies Record<WireMember["role"], string>;

/** The operations on groups. */
export function groups(line: Line, lists: Lists) {
  const ofGroup = async (
    method: "dismissGroup" | "joinGroup" | "quitGroup",
    options: { groupID: string } | string,
  ) => {
    const { groupID } = named<{ groupID: string }>("groupID", options);
    await line.ask(method, { groupID });
    lists.groups();
    return groupID;
  };
  return {
    /** Makes a group that one owns. */
    async createGroup(options: GroupOptions): Promise<Response<{ group: Group }>> {
      const { type, joinOption, ...rest } = named<GroupOptions>("name", options);
      const wish = joinOption ?? (type === TYPES.GRP_MEETING ? "free" : undefined);
      const params = { ...rest, joinOption: wish && (JOIN_OPTION[wish] ?? wish) };
      const { group } = await line.ask("createGroup", params);
      lists.groups();
      return done({ group: asGroup(group) });
    },
    /** Ends one's own group. */
    async dismissGroup(options: { groupID: string } | string) {
      return done({ groupID: await ofGroup("dismissGroup", options) });
    },
    /** Becomes a member of a group that is open to all. */
    async joinGroup(options: { groupID: string } | string) {
      const groupID = await ofGroup("joinGroup", options);
      return done({ status: TYPES.JOIN_STATUS_SUCCESS, groupID });
    },
    /** Leaves a group. */
    async quitGroup(options: { groupID: string } | string) {
      return done({ groupID: await ofGroup("quitGroup", options) });
    },
    /** Makes others members of a group. */
    async addGroupMember(options: { groupID: string; userIDList: string[] }) {
      const { groupID, userIDList } = named("groupID", options);
      await line.ask("addGroupMember", { groupID, userIDList });
      lists.groups();
      return done({ successUserIDList: userIDList, failureUserIDList: [] as string[] });
    },
    /** Takes members out of one's own group. */
    async deleteGroupMember(options: { groupID: string; userIDList: string[] }) {
      const { groupID, userIDList } = named("groupID", options);
      await line.ask("deleteGroupMember", { groupID, userIDList });
      lists.groups();
      return done({ groupID, userIDList });
    },
    /** The groups one is a member of. */
    async getGroupList(): Promise<Response<{ groupList: Group[] }>> {
      const { groupList } = await line.ask("getJoinedGroupList", {});
      return done({ groupList: groupList.map(asGroup) });
    },
    /** The members of a group one is a member of. */
    async getGroupMemberList(
      options: { groupID: string } | string,
    ): Promise<Response<{ memberList: GroupMember[] }>> {
      const { groupID } = named<{ groupID: string }>("groupID", options);
      const { memberList } = await line.ask("getGroupMemberList", { groupID });
      const asMember = ({ userID, role, nick = "" }: WireMember) => ({
        userID,
        role: ROLE[role],
        nick,
      });
      return done({ memberList: memberList.map(asMember) });
    },
  };
}
