// What the reviewer made of a play and has not decided yet; and the decision that it becomes. Pure: plain data.
//
// A draft has parts: one for a play as it is, more once it is cut in two. `before` is the play as it was shown, or null
// for a missed play, which stands nowhere yet.

const FIELDS = ["label", "moment_game_s", "player_a", "player_b", "note"];
const SAME_MOMENT_S = 5e-4;

const pick = (play) => Object.fromEntries(FIELDS.map((field) => [field, play[field] ?? null]));

export const draftOf = (play) => ({ before: pick(play), parts: [pick(play)], active: 0 });

export const missedAt = (moment_game_s) => ({ before: null, parts: [{ ...pick({}), moment_game_s }], active: 0 });

export const isMissed = (draft) => draft.before === null;
export const isSplit = (draft) => draft.parts.length > 1;
export const activePart = (draft) => draft.parts[draft.active];

function differs(field, one, other) {
  if (field === "moment_game_s" && one !== null && other !== null) return Math.abs(one - other) > SAME_MOMENT_S;
  return (one || null) !== (other || null);
}

/** The fields whose value is no longer the one that was shown. */
export function changedFields(draft) {
  if (isMissed(draft)) return FIELDS.filter((field) => draft.parts[0][field] !== null);
  return FIELDS.filter((field) => differs(field, draft.parts[0][field], draft.before[field]));
}

export const isChanged = (draft) => isMissed(draft) || isSplit(draft) || changedFields(draft).length > 0;

/** A draft with a field of its active part set. */
export function withField(draft, field, value) {
  const parts = draft.parts.map((part, at) => (at === draft.active ? { ...part, [field]: value } : part));
  return { ...draft, parts };
}

export function withPart(draft, moment_game_s) {
  return { ...draft, parts: [...draft.parts, { ...pick({}), moment_game_s }], active: draft.parts.length };
}

export function withoutPart(draft, at) {
  const parts = draft.parts.filter((_, each) => each !== at);
  return { ...draft, parts, active: Math.min(draft.active, parts.length - 1) };
}

/** Why the draft cannot be decided yet, in words; null when it can. */
export function lacking(draft) {
  const at = draft.parts.findIndex((part) => !part.label);
  if (at < 0) return null;
  return isSplit(draft) ? `Play ${at + 1} of ${draft.parts.length} has no label yet` : "It has no label yet";
}

/** A decision that was refused, as a draft again. */
export function draftFrom(play, body) {
  const fresh = body.action ? draftOf(play) : missedAt(body.moment_game_s);
  const fill = (part) => ({ ...fresh.parts[0], ...Object.fromEntries(FIELDS.filter((field) => field in part).map((field) => [field, part[field]])) });
  return { ...fresh, parts: (body.parts ?? [body]).map(fill) };
}

const given = (part) => Object.fromEntries(Object.entries(part).filter(([, value]) => value !== null));

/** The body of the decision: accepted as it was shown, or split, or corrected in what it names. */
export function decisionOf(draft) {
  if (isMissed(draft)) return given(draft.parts[0]);
  if (isSplit(draft)) return { action: "split", parts: draft.parts.map(given) };
  const changed = changedFields(draft).map((field) => [field, draft.parts[0][field]]);
  return changed.length ? { action: "correct", ...Object.fromEntries(changed) } : { action: "accept" };
}
