/** Which version of the app this is. */
export { version } from "../../../package.json";
