# The one image of backup-ns: Debian, Node.js, and the bundle that `npm run build` writes to dist/.
#   npm run build && docker build --tag backup-ns .
# Both by digest, an index with amd64 and arm64 each; renovate.json keeps them.
ARG NODE_IMAGE=docker.io/library/node:26-bookworm@sha256:e2cd0ff87e2597f66fab50710216e2a08ad2f09bae0ca78f6b31e8c5f1a811a0
ARG DEBIAN_IMAGE=docker.io/library/debian:bookworm-slim@sha256:abd67ffcfa541b485a3dff59865ab629aa048a6c613e639d36e7456b0b229241

# Of Node.js the image has the program, its licence, and the library that Debian lacks; no npm and no headers.
FROM ${NODE_IMAGE} AS node

# A third of the program is symbols and debug information, which nothing needs that runs it; what Node.js prints of a crash is
# the same without. strip(1) is why this is not the slim image.
RUN set -eu; \
    command -v strip >/dev/null || { echo 'The base image of Node.js lacks strip (Debian package binutils)' >&2; exit 1; }; \
    mkdir -p /node/usr/local/bin /node/usr/local/share/doc/node /node/var/lib/dpkg/status.d; \
    strip --strip-all -o /node/usr/local/bin/node "$(command -v node)"; \
    [ "$(/node/usr/local/bin/node --version)" = "$(node --version)" ] \
      || { echo 'Node.js does not run without its symbols' >&2; exit 1; }; \
    [ ! -e /usr/local/LICENSE ] || cp /usr/local/LICENSE /node/usr/local/share/doc/node/LICENSE; \
    for library in /usr/lib/*-linux-gnu/libatomic.so.1; do \
      [ -e "$library" ] || { echo 'The base image of Node.js lacks the Debian package libatomic1' >&2; exit 1; }; \
      mkdir -p "/node${library%/*}"; \
      cp -L "$library" "/node$library"; \
    done; \
    # Who looks for packages with known faults finds it there, as in images without dpkg.
    dpkg-query --status libatomic1 > /node/var/lib/dpkg/status.d/libatomic1

FROM ${DEBIAN_IMAGE}
COPY --from=node /node/ /

# flock serialises the jobs of a node. What is missing here would fail at night in a pod, so it fails the build.
RUN set -eu; \
    for needed in flock setpriv; do \
      command -v "$needed" >/dev/null || { echo "The base image lacks $needed (Debian package util-linux)" >&2; exit 1; }; \
    done; \
    [ -e /usr/share/zoneinfo/UTC ] || { echo 'The base image lacks the Debian package tzdata' >&2; exit 1; }; \
    TZ=Asia/Tokyo node -e 'process.exitCode = new Date(0).getHours() === 9 ? 0 : 1' \
      || { echo 'Node.js does not run on the base image, or knows no time zones' >&2; exit 1; }

ENV NODE_ENV=production \
    NODE_COMPILE_CACHE=/usr/local/lib/backup-ns/cache

COPY dist/backup-ns.mjs dist/backup-ns.mjs.map /usr/local/lib/backup-ns/

# Pods have a read-only root filesystem, so the compile cache is filled here. Node.js keeps it apart per user id:
# the command runs as the user of the pods; afterwards the files belong to root like all others.
RUN set -eu; \
    mkdir "$NODE_COMPILE_CACHE"; \
    chown 65532:65532 "$NODE_COMPILE_CACHE"; \
    setpriv --reuid=65532 --regid=65532 --clear-groups node /usr/local/lib/backup-ns/backup-ns.mjs --help >/dev/null; \
    [ -n "$(ls -A "$NODE_COMPILE_CACHE")" ] || { echo 'Node.js wrote no compile cache' >&2; exit 1; }; \
    for name in backup-ns kubectl-backup_ns kubectl_complete-backup_ns; do \
      ln -s /usr/local/lib/backup-ns/backup-ns.mjs "/usr/local/bin/$name"; \
    done; \
    chown -R root:root /usr/local/lib/backup-ns; \
    chmod -R u=rwX,go=rX /usr/local/lib/backup-ns

# Labels come last: a new version or revision leaves the layers above as they are.
ARG VERSION=0.0.0-dev
ARG REVISION=unknown
LABEL org.opencontainers.image.title="backup-ns" \
      org.opencontainers.image.description="Application-consistent backups of Kubernetes namespaces" \
      org.opencontainers.image.licenses="MIT" \
      org.opencontainers.image.version="${VERSION}" \
      org.opencontainers.image.revision="${REVISION}"

USER 65532:65532
# The flags are those of the file's first line; see scripts/bundle/bundle.ts.
ENTRYPOINT ["node", "--max-semi-space-size=1", "--v8-pool-size=1", "/usr/local/lib/backup-ns/backup-ns.mjs"]
