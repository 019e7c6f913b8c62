#!/bin/sh
# Puts a version into service on this machine, and the one before back where it does not get well:  release.sh IMAGE
#
# IMAGE is a name with a digest. The schemas come first, while the old version goes on; then the new one is started, and
# has to be healthy in every container. What served last stands in STATE/serving.
#   --after-backup   the version has migrations that the old one cannot live with: it is stopped, a backup is made, and
#                    there is no way back but `uball restore`. Without this word such a version is refused.
set -eu
image=${1:?which image, by digest} word=${2-}
compose="${DOCKER:-docker} compose --file $(dirname "$0")/compose.yaml"
serving=${STATE:-/var/lib/uball}/serving
before=$(cat "$serving" 2>/dev/null || true)

with() { UBALL_IMAGE=$1 $compose $2; }                     # with IMAGE "words of compose"
migrations() { with "$1" "run --rm --no-deps -T code $2"; } # of an image: names, or those that break
breaking="grep -ls ^--.Not.backward.compatible -r /app/supabase/migrations"

with "$image" "pull --quiet code"
known=$([ -z "$before" ] || migrations "$before" "$breaking" || true)
for file in $(migrations "$image" "$breaking" || true); do
    case " $(echo $known) " in *" $file "*) continue ;; esac
    if [ "$word" != --after-backup ]; then
        echo "$file is not backward compatible: read docs/deployment.md, then release.sh $image --after-backup" >&2
        exit 1
    fi
    with "${before:-$image}" "stop code daemon webserver pages"
    with "${before:-$image}" "run --rm -T code uball backup"
    before=
    break
done

with "$image" "run --rm -T migrate"
if with "$image" "up --detach --wait --wait-timeout ${PATIENCE_S:-300} --remove-orphans"; then
    echo "$image" >"$serving.new" && mv "$serving.new" "$serving"
    echo "$image serves"
    exit 0
fi
with "$image" "logs --tail 100 --no-color" >&2 || true
if [ -z "$before" ]; then
    echo "$image does not get well, and nothing can serve in its place: docs/deployment.md, Going back" >&2
    exit 1
fi
echo "$image does not get well: $before serves again" >&2
with "$before" "up --detach --wait --wait-timeout ${PATIENCE_S:-300} --remove-orphans"
exit 1
