#!/bin/sh
# A sweep under mpirun: one rank a shard, merged when all are done.
#
#   scenarios/cluster/sweep-mpi.sh RANKS SCENARIO RESULT [OPTION...]
#
# MPIRUN_OPTIONS are passed to mpirun. The ranks exchange nothing: any MPI that
# sets a rank and a size will do, and dryscale is not linked with it.
set -eu
ranks=$1
scenario=$2
result=$3
shift 3
parts=$(mktemp -d "$result.parts.XXXXXX")
trap 'rm -rf "$parts"' EXIT
export DRYSCALE=${DRYSCALE:-dryscale} parts scenario
# The shell of each rank knows its own rank by the launcher's variables.
# shellcheck disable=SC2016,SC2086
mpirun ${MPIRUN_OPTIONS:-} -n "$ranks" sh -c '
	rank=${OMPI_COMM_WORLD_RANK:-${PMI_RANK:-${PMIX_RANK:?no rank}}}
	exec "$DRYSCALE" sweep -q --shard auto -j1 -o "$parts/part-$rank.json.gz" "$@" "$scenario" >/dev/null' sh "$@"
"$DRYSCALE" merge --force -o "$result" "$parts"/part-*.json.gz
