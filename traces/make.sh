#!/bin/sh
# Makes the bundled traces: make.sh FOLDER. Same program, same bytes.
set -eu
to=${1:?make.sh FOLDER}
dryscale=${DRYSCALE:-./dryscale}
mkdir -p "$to"
make_one() {
	"$dryscale" generate "$1" --seed 1 --force -q -o "$to/$1.jsonl.gz" ${2:+--prices "$to/$1-prices.jsonl.gz"}
}
make_one web-service
make_one nightly-batch
make_one gpu-training
make_one spot-zones prices
make_one flash-sale
