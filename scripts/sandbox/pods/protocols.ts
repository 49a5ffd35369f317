/** As the API server does: the first of the client's protocols, in the client's order, that the server speaks. */
export function chooseProtocol(offered: Set<string>, served: readonly string[]): string | false {
  return [...offered].find((protocol) => served.includes(protocol)) ?? false;
}
