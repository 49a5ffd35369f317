/** What the last 1000 bytes of a dump contain, in its last comment: pg_dump has come to its end. */
export const closing = 'PostgreSQL database dump complete';
