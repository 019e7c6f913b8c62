#!/bin/sh
# Puts a version into service on the cluster, and the one before back where it does not get well:  release.sh IMAGE
#
# IMAGE is NAME:VERSION@sha256:…. kubectl and helm (with the repository `dagster`) reach the cluster as they are configured.
#   --after-backup   the version has migrations that the old one cannot live with, and a backup was made. Without this word
#                    such a version is refused; the league is to be stopped for it (docs/deployment.md).
set -eu
image=${1:?which image, NAME:VERSION@sha256:…} word=${2-}
cd "$(dirname "$0")/../.."
here=deploy/kubernetes
name=${image%@*} && name=${name%:*} && tag=${image#"$name":}
cluster="kubectl --namespace uball"

serving=$($cluster get deploy/uball-pages --ignore-not-found --output 'jsonpath={.spec.template.spec.containers[0].image}')
before=${serving#"${serving%:*@*}":} && before=${before%@*}
for file in $(grep -ls '^-- Not backward compatible' supabase/migrations/*.sql || true); do
    git cat-file -e "$before:$file" 2>/dev/null && continue
    [ "$word" = --after-backup ] && continue
    echo "$file is not backward compatible: read docs/deployment.md, then release.sh $image --after-backup" >&2
    exit 1
done

$cluster delete job uball-migrate --ignore-not-found
sed "s|image: .*|image: $image|" $here/migrate.yaml | $cluster apply --filename -
$cluster wait --for=condition=complete --timeout=30m job/uball-migrate || {
    $cluster logs job/uball-migrate --tail 100 >&2 || true
    echo "the migrations of $image did not come to their end: what serves goes on" >&2
    exit 1
}

# --atomic: what does not get well is taken back by helm itself
helm upgrade --install dagster dagster/dagster --version 1.13.27 --namespace uball --values $here/values.yaml \
    --set "dagsterWebserver.image.repository=$name,dagsterWebserver.image.tag=$tag" \
    --set "dagsterDaemon.image.repository=$name,dagsterDaemon.image.tag=$tag" \
    --set "dagster-user-deployments.deployments[0].image.repository=$name" \
    --set "dagster-user-deployments.deployments[0].image.tag=$tag" --atomic --timeout 15m
$cluster set image deploy/uball-pages "pages=$image" "first-key=$image"
$cluster rollout status deploy/uball-pages --timeout 10m || {
    echo "the pages of $image do not get well: $serving serves again" >&2
    $cluster rollout undo deploy/uball-pages
    helm rollback dagster --namespace uball --wait --timeout 15m
    exit 1
}
$cluster set image cronjob/uball-backup "backup=$image"
echo "$image serves"
