#!/bin/sh
# A machine of the Ray cluster: `node.sh head` or `node.sh worker`. Runs until it is ended; systemd starts it again.
#   NODE_ADDRESS         this machine's address in the private network
#   HEAD_ADDRESS         the head's
#   NODE_CPUS            runs that this machine does at once; 0 where it shall do none, as a small head
#   RAY_AUTH_TOKEN_PATH  the file with the cluster's token, the same on every machine, readable by its user alone
# Every port is fixed, for firewall.nft lets in the private network alone.
set -eu
role=$1
: "${NODE_ADDRESS:?}" "${HEAD_ADDRESS:?}" "${NODE_CPUS:?}" "${RAY_AUTH_TOKEN_PATH:?}"
export RAY_AUTH_MODE=token RAY_USAGE_STATS_ENABLED=0 RAY_enable_metrics_collection=0
export RAY_gcs_rpc_server_reconnect_timeout_s=600  # so long a worker, and its run, goes on without a head
export AUTOSCALER_METRIC_PORT=6387 DASHBOARD_METRIC_PORT=6388

case $role in
  head) set -- --head --port=6379 --dashboard-host="$NODE_ADDRESS" --dashboard-port=8265 --ray-client-server-port=6386 ;;
  worker) set -- --address="$HEAD_ADDRESS:6379" ;;
  *) echo "node.sh head or node.sh worker, not $role" >&2; exit 2 ;;
esac
exec ray start "$@" --block --disable-usage-stats --node-ip-address="$NODE_ADDRESS" --num-cpus="$NODE_CPUS" \
  --object-store-memory=80000000 --node-manager-port=6380 --object-manager-port=6381 \
  --dashboard-agent-grpc-port=6382 --dashboard-agent-listen-port=6383 --runtime-env-agent-port=6384 \
  --metrics-export-port=6385 --min-worker-port=20000 --max-worker-port=20999
