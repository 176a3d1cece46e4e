// Programs on this machine.

import { accessSync, constants } from "node:fs";
import { delimiter, join } from "node:path";

/** The first of these that can be run: a path, or a name on the PATH; what is not said is passed over. */
export function executable(...names) {
  const folders = process.env.PATH.split(delimiter);
  const paths = names.filter(Boolean).flatMap((name) => (name.includes("/") ? [name] : folders.map((folder) => join(folder, name))));
  return paths.find(isExecutable);
}

function isExecutable(path) {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
