#!/bin/sh
# The image of one commit, as an OCI folder:  build.sh COMMIT FOLDER
#
# What is not committed is not in its context, and every date in it is the first that a ZIP can hold: the same commit, base,
# extras and buildah give the same digest, which is printed, and the layer of libraries stays the same from commit to commit.
# Pushes nothing.
#   EXTRAS         which services it reaches (pyproject.toml); without it those of a league in the cloud
#   BASE           another base with Python 3.11, instead of the pinned one
#   PIP_CONF       a pip.conf of a league's own package index; only the build sees it
#   BUILDAH        words of buildah's own before its command, BUILD_WORDS after `build`
set -eu
commit=${1:?which commit or tag} folder=${2:?which folder to make}
cd "$(git -C "$(dirname "$0")" rev-parse --show-toplevel)"
version=$(git describe --always --tags "$commit")
name=localhost/uball_assets:$(git rev-parse --short=12 "$commit^{commit}")
context=$(mktemp -d)
trap 'rm -rf "$context"' EXIT
git archive "$commit" | tar -x -C "$context"

set -- --file "$context/deploy/containers/Containerfile" --tag "$name" --format oci --layers --timestamp 315532800 \
    --build-arg "EXTRAS=${EXTRAS-aws,gcp,kubernetes,postgres,supabase}" \
    --build-arg "VERSION=$version" --build-arg "REVISION=$(git rev-parse "$commit^{commit}")"
[ -z "${BASE-}" ] || set -- "$@" --build-arg "BASE=$BASE"
[ -z "${PIP_CONF-}" ] || set -- "$@" --secret "id=pip.conf,src=$PIP_CONF"
# shellcheck disable=SC2086 # they are words
buildah ${BUILDAH-} build "$@" ${BUILD_WORDS-} "$context" >&2
buildah ${BUILDAH-} push --quiet --digestfile "$context.digest" "$name" "oci:$folder:$version"
cat "$context.digest"
rm "$context.digest"
