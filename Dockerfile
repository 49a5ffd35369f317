# The one image of backup-ns: the bundle that `npm run build` writes to dist/, and Node.js.
#   npm run build && docker build --tag backup-ns .
# By digest, an index with amd64 and arm64; renovate.json keeps it.
ARG NODE_IMAGE=docker.io/library/node:26-bookworm-slim@sha256:367679cf9792759492a486e4aa4b421764d71a9546a6dae8aab81a99eb797b3e
FROM ${NODE_IMAGE}

# flock serialises the jobs of a node. What is missing here would fail at night in a pod, so it fails the build.
RUN set -eu; \
    for needed in flock setpriv; do \
      command -v "$needed" >/dev/null || { echo "The base image lacks $needed (Debian package util-linux)" >&2; exit 1; }; \
    done; \
    [ -e /usr/share/zoneinfo/UTC ] || { echo 'The base image lacks the Debian package tzdata' >&2; exit 1; }; \
    TZ=Asia/Tokyo node -e 'process.exitCode = new Date(0).getHours() === 9 ? 0 : 1' \
      || { echo 'The Node.js of the base image knows no time zones' >&2; exit 1; }

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
