#!/bin/sh
# push-chart.sh CHART VERSION CHARTS: packs the chart, pushes it to oci://CHARTS, and signs what the registry has under its digest.
# Who is logged in to the registry, and the identity of the signature, is the workflow's.
set -eu
[ "$#" -eq 3 ] || { echo 'Usage: push-chart.sh CHART VERSION CHARTS' >&2; exit 2; }
chart=$1 version=$2 charts=$3

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
helm package "$chart" --destination "$folder"
name=$(basename "$chart")
archive=$folder/$name-$version.tgz
[ -f "$archive" ] || { echo "The chart $chart is not of version $version" >&2; exit 1; }

# helm says the digest on one of its streams, by version.
said=$(helm push "$archive" "oci://$charts" 2>&1) || { printf '%s\n' "$said" >&2; exit 1; }
printf '%s\n' "$said"
digest=$(printf '%s\n' "$said" | sed -n 's/^Digest: *\(sha256:[0-9a-f]\{64\}\)$/\1/p')
[ -n "$digest" ] || { echo 'helm push has said no digest; the chart is pushed and not signed' >&2; exit 1; }
cosign sign --yes "$charts/$name@$digest"
