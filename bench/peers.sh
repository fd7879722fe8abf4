#!/usr/bin/env bash
# No-op tasks through Muster's pool and through what others use for that, one after the other on the machine it runs on.
#   bench/peers.sh [--seconds 10] [--only muster|bullmq|pg-boss|graphile|celery|dask]
# Needs: redis-server, PostgreSQL, Node.js 20 with npm, python3 with celery, redis and distributed; what is missing is said and left out.
# Each is used by its own bulk call, one producer and one worker as processes of their own, then one task at a time (64 in flight).
set -uo pipefail
root=$(cd "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")/.." && pwd)
seconds=10
only=""
while [ $# -gt 0 ]; do
  case "$1" in
    --seconds) seconds=$2; shift 2 ;;
    --only) only=$2; shift 2 ;;
    -h|--help) sed -n '2,5s/^# \{0,1\}//p' "${BASH_SOURCE[0]}"; exit 0 ;;
    *) echo "peers.sh: unknown option $1" >&2; exit 2 ;;
  esac
done

work=$(mktemp -d)
pids=()
stop_postgres() { :; }
finish() { stop_postgres 2>/dev/null; [ ${#pids[@]} -eq 0 ] || kill "${pids[@]}" 2>/dev/null; wait 2>/dev/null; rm -rf "$work"; }
trap finish EXIT
wanted() { [ -z "$only" ] || [ "$only" = "$1" ]; }
port=$((20000 + RANDOM % 20000))

redis() { # NAME FSYNC
  mkdir -p "$work/redis-$1"
  redis-server --port "$port" --bind 127.0.0.1 --save '' --appendonly yes --appendfsync "$2" --dir "$work/redis-$1" >/dev/null &
  redis_pid=$!
  pids+=("$redis_pid")
  until redis-cli -p "$port" ping 2>/dev/null | grep -q PONG; do sleep 0.1; done
}
stop_redis() { kill "$redis_pid"; wait "$redis_pid" 2>/dev/null; }

postgres() {
  bin=$(dirname "$(compgen -G '/usr/lib/postgresql/*/bin/initdb' | tail -n 1)")
  export PGPORT=$((port + 1)) PGHOST=127.0.0.1 PGUSER=bench PGDATABASE=postgres
  as=()
  [ "$(id -u)" = 0 ] && { chown postgres "$work"; as=(runuser -u postgres --); }
  "${as[@]}" "$bin/initdb" -D "$work/pg" -U bench -A trust >/dev/null
  "${as[@]}" "$bin/pg_ctl" -D "$work/pg" -w -l "$work/pg.log" -o "-p $PGPORT -k $work" start >/dev/null
  stop_postgres() { "${as[@]}" "$bin/pg_ctl" -D "$work/pg" -m fast stop >/dev/null; }
}

node_peers() {
  command -v npm >/dev/null || { echo "npm is missing: bullmq, pg-boss and graphile-worker are left out"; return 1; }
  cp "$root"/bench/peers/*.mjs "$root"/bench/peers/package.json "$work/"
  (cd "$work" && npm install --silent --no-audit --no-fund >/dev/null)
}

echo "system, durable?, bulk tasks/s, single tasks/s, single p50 ms, single p95 ms"
if wanted muster; then
  dotnet "$root/bench/Muster.Bench/bin/Release/net10.0/Muster.Bench.dll" pool --peer --seconds "$seconds"
fi
if wanted bullmq || wanted pg-boss || wanted graphile; then
  if node_peers; then
    if wanted bullmq && command -v redis-server >/dev/null; then
      for fsync in everysec always; do
        redis "bullmq-$fsync" "$fsync"
        (cd "$work" && node bullmq.mjs "$port" "$seconds" "BullMQ, Redis appendfsync $fsync")
        stop_redis
      done
    fi
    if wanted pg-boss || wanted graphile; then
      postgres
      wanted pg-boss && (cd "$work" && node pg-boss.mjs "$seconds")
      wanted graphile && (cd "$work" && node graphile.mjs "$seconds")
      stop_postgres
    fi
  fi
fi
python=$(command -v python3)
[ -x /usr/bin/python3 ] && /usr/bin/python3 -c 'import celery' 2>/dev/null && python=/usr/bin/python3
if wanted celery; then
  if "$python" -c 'import celery, redis' 2>/dev/null && command -v redis-server >/dev/null; then
    for fsync in everysec always; do
      redis "celery-$fsync" "$fsync"
      (cd "$root/bench/peers" && C_FORCE_ROOT=1 PYTHONWARNINGS=ignore BROKER="redis://127.0.0.1:$port/0" PYTHONDONTWRITEBYTECODE=1 "$python" celery_peer.py "$seconds" "Celery, Redis appendfsync $fsync")
      stop_redis
    done
  else
    echo "celery or redis is missing for python3: left out"
  fi
fi
if wanted dask; then
  if "$python" -c 'import distributed' 2>/dev/null; then
    (cd "$root/bench/peers" && PYTHONDONTWRITEBYTECODE=1 "$python" dask_peer.py "$seconds")
  else
    echo "distributed is missing for python3: Dask is left out"
  fi
fi
