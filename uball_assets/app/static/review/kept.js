// What this browser keeps from one visit to the next; in memory alone where it keeps nothing (private windows, full disks).

const memory = new Map();

const storage = () => {
  try {
    return window.localStorage;
  } catch {
    return null;
  }
};

export function names(prefix) {
  const kept = storage();
  return [...new Set([...(kept ? Object.keys(kept) : []), ...memory.keys()])].filter((name) => name.startsWith(prefix)).sort();
}

export function get(name, otherwise = null) {
  const text = memory.get(name) ?? storage()?.getItem(name) ?? null;
  return text === null ? otherwise : JSON.parse(text);
}

/** Whether a reload will still find it. */
export function put(name, value) {
  const text = JSON.stringify(value);
  try {
    storage().setItem(name, text);
    memory.delete(name);
    return true;
  } catch {
    memory.set(name, text);
    return false;
  }
}

export function remove(name) {
  memory.delete(name);
  storage()?.removeItem(name);
}
