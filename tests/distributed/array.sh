#!/bin/sh
# array.sh FOLDER SCENARIO GRID: inside with-slurm.sh, arrays of the batch file
# against FOLDER/single.json.
set -eu
work=$1
scenario=$2
grid=$3

# array RANGE NAME
array() {
	# shellcheck disable=SC2086
	id=$(sbatch --parsable --array="$1" --output="$work/slurm-%a.log" scenarios/cluster/sweep.sbatch "$scenario" "$work/$2" $grid)
	tries=0
	while [ -n "$(squeue -h -j "$id" 2>/dev/null)" ]; do
		tries=$((tries + 1))
		[ $tries -lt 300 ]
		sleep .2
	done
	cat "$work"/slurm-*.log
	"$DRYSCALE" merge -o "$work/$2.json" "$work/$2"/part-*.json.gz
	cmp "$work/single.json" "$work/$2.json"
}

array 0-7 eight
array 10-16:2 four
