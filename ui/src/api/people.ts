/** Profiles, status and blocked users. */
import { EVENT, TYPES } from "./constants";
import type { Line, Response } from "./line";
import { done, named } from "./line";
import type { Lists } from "./lists";
import type { Profile, WireStatus } from "./wire";

/** How it stands with somebody. */
export interface UserStatus extends WireStatus {
  /** `TYPES.USER_STATUS_ONLINE` or `TYPES.USER_STATUS_OFFLINE`. */
  statusType: number;
}

/** What reading statuses gives. */
export interface Statuses {
  successUserList: UserStatus[];
  failureUserList: never[];
}

/** Users, named by their IDs. */
export type Users = { userIDList: string[] } | string[];

/** A status of the wire. */
export function asStatus({ userID, status }: WireStatus): UserStatus {
  const isThere = status !== "offline";
  return {
    userID,
    status,
    statusType: isThere ? TYPES.USER_STATUS_ONLINE : TYPES.USER_STATUS_OFFLINE,
  };
}

/** The operations on users. */
export function people(line: Line, lists: Lists) {
  const of = (users: Users) => named<{ userIDList: string[] }>("userIDList", users);
  const statuses = async (
    method: "getUserStatus" | "subscribeUserStatus",
    users: Users,
  ): Promise<Response<Statuses>> => {
    const { statusList } = await line.ask(method, of(users));
    return done({ successUserList: statusList.map(asStatus), failureUserList: [] });
  };
  const block = async (method: "addToBlacklist" | "removeFromBlacklist", users: Users) => {
    const params = of(users);
    await line.ask(method, params);
    lists.blacklist();
    return done(params.userIDList);
  };
  return {
    /** One's own name and picture. */
    async getMyProfile(): Promise<Response<Profile>> {
      const userID = line.me();
      const { profileList } = await line.ask("getUserProfile", { userIDList: [userID] });
      return done(profileList[0] ?? { userID, nick: "", avatar: "" });
    },
    /** Sets one's own name and picture; what is absent stays. */
    async updateMyProfile(options: { nick?: string; avatar?: string }): Promise<Response<Profile>> {
      const { profile } = await line.ask("updateMyProfile", named("nick", options));
      line.listeners.tell(EVENT.PROFILE_UPDATED, [profile]);
      return done(profile);
    },
    /** Names and pictures of others. */
    async getUserProfile(users: Users): Promise<Response<Profile[]>> {
      const { profileList } = await line.ask("getUserProfile", of(users));
      return done(profileList);
    },
    /** Who can be reached. */
    getUserStatus: (users: Users) => statuses("getUserStatus", users),
    /** Who can be reached, and to be told from here on. */
    subscribeUserStatus: (users: Users) => statuses("subscribeUserStatus", users),
    /** Blocks users. */
    addToBlacklist: (users: Users) => block("addToBlacklist", users),
    /** Unblocks users. */
    removeFromBlacklist: (users: Users) => block("removeFromBlacklist", users),
    /** Whom one has blocked. */
    async getBlacklist(): Promise<Response<string[]>> {
      const { userIDList } = await line.ask("getBlacklist", {});
      return done(userIDList);
    },
  };
}
