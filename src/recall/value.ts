/** What a variable is in the pod; or why that is not known here, as the end of a sentence. */
export type Value = { readonly text: string; readonly isSecret?: true } | Lost;

export interface Lost {
  readonly lost: string;
  /** It may as well not be set: what the pod takes all variables of cannot be read. */
  readonly isPerhaps?: true;
}

/** A Secret has no more than 1 MiB in all; no setting is longer than this. */
const maximumText = 65_536;

/** @see https://github.com/kubernetes/kubernetes/blob/master/third_party/forked/golang/expansion/expand.go */
export async function expanded(
  text: string,
  find: (name: string) => Promise<Value | undefined>,
): Promise<Value> {
  if (text.length > maximumText) return { lost: 'is longer than any setting; give it here' };
  let result = '';
  let isSecret = false;
  let end = 0;
  for (const match of text.matchAll(/\$\$|\$\(([-._A-Za-z0-9]{1,253})\)/g)) {
    const [whole, name] = match;
    result += text.slice(end, match.index);
    end = match.index + whole.length;
    if (name === undefined) result += '$';
    else {
      const value = await find(name);
      // What refers to it is set in any case.
      if (value && 'lost' in value) return { lost: value.lost };
      isSecret ||= value?.isSecret === true;
      result += value?.text ?? whole;
    }
    if (result.length > maximumText) return { lost: 'is longer than any setting; give it here' };
  }
  return { text: result + text.slice(end), ...(isSecret && { isSecret }) };
}
