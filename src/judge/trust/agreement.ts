/** How far two who judged the same agree. */
export interface Agreement {
  /** What both judged. */
  items: number;
  /** The conversations that it is from; items of one are not independent. */
  conversations: number;
  /** The share of items on which both said the same. */
  agreement: number;
  /**
   * Cohen's kappa: agreement beyond chance, 1 for all of it, 0 for what chance gives. Left out where both always say
   * the same one thing, so that chance alone would agree on everything.
   */
  kappa?: number;
  /** 95 %; left out for fewer than six conversations. */
  interval?: [low: number, high: number];
}

/** Counts what two say of the same items. */
export interface AgreementCount {
  add(conversation: string, left: boolean, right: boolean): void;
  finish(): Agreement | undefined;
}

const LEAST_CONVERSATIONS = 6;
/** The 97.5 % point of the standard normal distribution. */
const Z = 1.959964;

/**
 * Cohen (1960) for kappa. The interval is Wilson's (1927) for the observed agreement, carried over with the chance
 * agreement held as it was seen (as Cohen's own standard error does), so that it does not shrink to a point where all
 * agree. Items of one conversation are not independent: their number is divided by the design effect, the variance over
 * conversations to that of so many independent items.
 */
export function createAgreementCount(): AgreementCount {
  const byConversation = new Map<string, { items: number; same: number }>();
  const both = { keep: 0, drop: 0 };
  const keeps = { left: 0, right: 0 };
  let items = 0;
  return {
    add(conversation, left, right) {
      items += 1;
      if (left) keeps.left += 1;
      if (right) keeps.right += 1;
      if (left === right) both[left ? "keep" : "drop"] += 1;
      const own = byConversation.get(conversation) ?? { items: 0, same: 0 };
      own.items += 1;
      if (left === right) own.same += 1;
      byConversation.set(conversation, own);
    },
    finish() {
      if (items === 0) return undefined;
      const conversations = byConversation.size;
      const observed = (both.keep + both.drop) / items;
      const [left, right] = [keeps.left / items, keeps.right / items];
      const chance = left * right + (1 - left) * (1 - right);
      const beyond = (agreement: number) => (agreement - chance) / (1 - chance);
      if (chance >= 1) return { items, conversations, agreement: observed };
      const independent = items / designEffect([...byConversation.values()], observed, items);
      const [low, high] = wilson(observed, Math.max(1, Math.min(items, independent)));
      return {
        items,
        conversations,
        agreement: observed,
        kappa: beyond(observed),
        ...(conversations >= LEAST_CONVERSATIONS && {
          interval: [Math.max(-1, beyond(low)), Math.min(1, beyond(high))] as [number, number],
        }),
      };
    },
  };
}

/** At least 1. Where all agree nothing can be seen of it, and each conversation counts once. */
function designEffect(
  conversations: readonly { items: number; same: number }[],
  observed: number,
  items: number,
): number {
  const independent = (observed * (1 - observed)) / items;
  if (independent === 0 || conversations.length < 2) return items / conversations.length;
  const squares = conversations.reduce((sum, own) => sum + (own.same - observed * own.items) ** 2, 0);
  const variance = (squares / items ** 2) * (conversations.length / (conversations.length - 1));
  return Math.max(1, variance / independent);
}

function wilson(share: number, count: number): [number, number] {
  const middle = (share + Z ** 2 / (2 * count)) / (1 + Z ** 2 / count);
  const half = (Z / (1 + Z ** 2 / count)) * Math.sqrt((share * (1 - share)) / count + Z ** 2 / (4 * count ** 2));
  return [middle - half, middle + half];
}
