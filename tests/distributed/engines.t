#!/bin/sh
# The sweep on real engines, when they are installed: mpirun with four ranks, a
# Slurm array of eight, and the Indexed Job's command with what the Job would set.
# Each must give the bytes of the single sweep.
set -u
cd "$(dirname "$0")/../.." || exit 2
top=$PWD
export DRYSCALE=${DRYSCALE:-$PWD/dryscale}
case $DRYSCALE in /*) ;; *) DRYSCALE=$PWD/$DRYSCALE ;; esac
work=$(mktemp -d) || exit 2
trap 'rm -rf "$work"' EXIT
scenario=$top/scenarios/gpu-burst.yaml
grid="-g scale-down-unneeded-time=2m..17m/3m -g scale-down-utilization-threshold=0.3,0.6 -g scale-down-delay-after-add=3m,12m"
n=0

result() {
	n=$((n + 1))
	if [ "$2" = 0 ]; then echo "ok $n - $1"; else
		echo "not ok $n - $1"
		sed -n '1,12s/^/# /p' "$work/said"
	fi
}
skip() {
	n=$((n + 1))
	echo "ok $n - $1 # SKIP $2"
}

# shellcheck disable=SC2086
"$DRYSCALE" sweep -q $grid -o "$work/single.json" "$scenario" >"$work/said" 2>&1
result "the single sweep" $?

if command -v mpirun >/dev/null; then
	export OMPI_ALLOW_RUN_AS_ROOT=1 OMPI_ALLOW_RUN_AS_ROOT_CONFIRM=1
	# shellcheck disable=SC2086
	MPIRUN_OPTIONS="--oversubscribe --bind-to none --mca oob_tcp_if_include lo" timeout 120 \
		sh scenarios/cluster/sweep-mpi.sh 4 "$scenario" "$work/mpi.json" $grid >"$work/said" 2>&1 &&
		cmp "$work/single.json" "$work/mpi.json" >>"$work/said" 2>&1
	result "mpirun with 4 ranks gives the same bytes" $?
else
	skip "mpirun with 4 ranks gives the same bytes" "no mpirun (openmpi-bin)"
fi

if command -v slurmctld >/dev/null && command -v munged >/dev/null && [ "$(id -u)" = 0 ]; then
	timeout 180 sh tests/distributed/with-slurm.sh sh tests/distributed/array.sh "$work" "$scenario" "$grid" >"$work/said" 2>&1
	result "a Slurm array of 8, and one with a start and a step, give the same bytes" $?
else
	skip "a Slurm array of 8 gives the same bytes" "no slurm-wlm and munge, or not root"
fi

# The container's command line of the manifest, index by index.
line=$(sed -n 's/^ *- exec dryscale \(.*\)$/\1/p' scenarios/cluster/indexed-job.yaml)
shards=$(sed -n 's/^ *completions: \([0-9]*\)$/\1/p' scenarios/cluster/indexed-job.yaml)
told=$(sed -n 's/^ *value: "\([0-9]*\)"$/\1/p' scenarios/cluster/indexed-job.yaml)
[ -n "$line" ] && [ "$shards" = "$told" ]
result "the manifest's DRYSCALE_SHARDS is its completions" $?
mkdir -p "$work/results"
line=$(echo "$line" | sed -e "s#/results#$work/results#" -e "s#/input/scenario.yaml#$grid $scenario#")
index=0
: >"$work/said"
while [ $index -lt "$shards" ]; do
	JOB_COMPLETION_INDEX=$index DRYSCALE_SHARDS=$told sh -c "$DRYSCALE $line" >>"$work/said" 2>&1
	index=$((index + 1))
done
# a retried index
JOB_COMPLETION_INDEX=3 DRYSCALE_SHARDS=$told sh -c "$DRYSCALE $line" >>"$work/said" 2>&1
"$DRYSCALE" merge -o "$work/job.json" "$work/results"/part-*.json.gz >>"$work/said" 2>&1 &&
	cmp "$work/single.json" "$work/job.json" >>"$work/said" 2>&1
result "the Indexed Job's indices, one of them twice, give the same bytes" $?
if command -v kubernetes-validate >/dev/null; then
	kubernetes-validate --strict -k 1.36 scenarios/cluster/indexed-job.yaml >"$work/said" 2>&1
	result "the manifest is what the Job schema says" $?
else
	skip "the manifest is what the Job schema says" "no kubernetes-validate"
fi
echo "1..$n"
