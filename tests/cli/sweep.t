#!/bin/sh
# sweep and merge on the command line: formats, jobs, progress, grids, journals, shards, searches.
. "$(dirname "$0")/cli.sh"
cp "$here/tests/unit/data/sweep.yaml" "$here/tests/unit/data/sweep.jsonl" .
S=sweep.yaml
printf '{"scale-down-unneeded-time": ["2m", "5m", "10m", "20m"], "scale-down-utilization-threshold": [0.3, 0.5, 0.7], "nodeGroups.a.maxSize": [2, 5]}\n' >grid.json
same() { cmp "$1" "$2"; }

dry sweep --grid grid.json $S
ok "a table of the front" says 'sweep-test   24 points'
ok "with the baseline under it" grep -qE '^ b ' out
ok "stdout has no control characters" sh -c '! LC_ALL=C grep -q "[[:cntrl:]]" out'
ok "progress goes to stderr, in plain lines" sh -c '! grep -q "$(printf "\r")" err && [ "$(wc -l <err)" -le 14 ] && grep -q "24/24 100%" err'
dry sweep -q --grid grid.json $S
ok "-q: nothing on stderr" sh -c '[ ! -s err ]'

dry sweep -q -j1 -f json --grid grid.json $S; mv out one
dry sweep -q -j8 -f json --grid grid.json $S; mv out eight
ok "-j1 and -j8 give the same bytes" same one eight
dry sweep -q -f csv --grid grid.json $S; mv out csv
jq -r '.points[]|[.id,.cost_usd_day,.p95_wait_s]|@csv' one >a
cut -d, -f1-3 csv | tail -n +2 >b
ok "JSON and CSV agree" same a b
dry sweep -q -f json --exhaustive --grid grid.json $S
ok "the front is the exhaustive one" sh -c '[ "$(jq -c "[.front,.knee]" out)" = "$(jq -c "[.front,.knee]" one)" ]'
ok "an exhaustive sweep gives nothing up" json '.counts.pruned == 0 and .exhaustive'
dry sweep -q -f json --front-only --grid grid.json $S
ok "--front-only" json '(.points | length) == (.front | length) and all(.points[]; .rank == 1)'
dry sweep -q -f md --grid grid.json $S
ok "Markdown" says '| --- '
dry sweep -f junit $S
ok "a format that is none is exit 2 and lists those that work" sh -c 'grep -q "table|json|csv|md" err'
ok "... 2" is 2

dry sweep -q -f json -g scale-down-unneeded-time=2m..10m/4m -g nodeGroups.a.maxSize=1..3 -g scale-down-utilization-threshold=0.4..0.6/0.1 $S
ok "ranges of durations, integers and decimals" json '.grid_count == 27 and .parameters[0].values == ["2m","6m","10m"] and .parameters[1].values == ["1","2","3"] and .parameters[2].values == ["0.4","0.5","0.6"]'
dry sweep -q -f json -g 'expander=priority,least-waste;random' $S
ok "values with commas" json '.parameters[0].values == ["priority,least-waste","random"]'
dry sweep --grid scan-interval=60s..10s $S
ok "a range that runs backwards: what and how to fix" tells 'dryscale: error: --grid scan-interval=60s..10s: the range runs backwards'
ok "... 10s..60s" tells '10s..60s'
ok "... exit 2, nothing on stdout" sh -c '[ ! -s out ]'
ok "... 2" is 2
dry sweep -g scale-down-unneded-time=1m $S
ok "an unknown parameter names the nearest" tells 'scale-down-unneeded-time'
ok "... exit 2" is 2
dry sweep -g scale-down-unneeded-time=soon $S
ok "a value that is none is exit 2" is 2
dry sweep --objectives cost_dya $S
ok "an unknown objective" tells 'cost_day'
printf '{"scan-interval": 5}' >bad.json
dry sweep --grid bad.json $S
ok "a grid file that is none has its place" tells 'bad.json:1:19'
ok "... exit 3" is 3
printf '{"scan-interval": "1m..10s/5s"}' >bad.json
dry sweep --grid bad.json $S
ok "so has a range in it" tells 'bad.json:1:19'
ok "... exit 3" is 3
dry sweep -g scale-down-utilization-threshold=1e300..1e300/1.5 $S
ok "a step that rounding swallows is refused" tells 'too small beside the bounds'
dry sweep -g max-nodes-total=-9223372036854775807..9223372036854775807 $S
ok "so is a range of all integers" tells 'too many values'

dry sweep -q -o r.json $S
ok "-o writes all points, stdout has the front" says 'sweep-test'
ok "... the file is a result" sh -c 'jq -e ".schema == \"dryscale.sweep/1\" and (.points | length) == 12" r.json'
dry sweep -q -o r.json $S
ok "an existing file needs --force" sh -c 'grep -q -- --force err && [ ! -s out ]'
dry sweep -q --force -o r.csv.gz $S
ok "CSV by its name, compressed" sh -c 'gzip -dc r.csv.gz | head -1 | grep -q "^id,cost_usd_day,p95_wait_s,"'
dry sweep -q -f json -p scale-down-unneeded-time=5m -g nodeGroups.a.maxSize=2,5 $S
ok "-p changes every point and the baseline" json '.settings == {"scale-down-unneeded-time":"5m"} and .baseline.id == 1'
printf 'nodeGroups.a.maxSize: 2\n' >base.yaml
dry sweep -q -f json --baseline base.yaml $S
ok "--baseline" json '.baseline.id == 10 and .parameters[2].base == "2"'

# --- searches
for m in random lhs sobol nsga2; do
	dry sweep -q -f json --method $m --sample 8 --grid grid.json $S
	ok "$m looks at a sample and says approximate" json --arg m $m '.approximate and .method == $m and (.points | length) <= 8 and .grid_count == 24'
	mv out first
	dry sweep -q -f json -j3 --method $m --sample 8 --grid grid.json $S
	ok "$m: the same points twice" same first out
done
dry sweep -q -f json --method halving --grid grid.json $S
ok "halving" json '.approximate and .method == "halving"'
dry sweep -q -f json --sample 100 --grid grid.json $S
ok "a sample of more than there is: all" json '(.points | length) == 24'
dry sweep --method random $S
ok "a method that needs a number says so" tells '--sample N'
sed -e 's/provisionTime: 60s/provisionTime: {median: 60s, p95: 200s}/' -e 's/sweep.jsonl/sweep.jsonl/' $S >luck.yaml
dry sweep -q -f json --replications 6 luck.yaml
ok "replications: intervals and samples" json '.points[0].replications == 6 and (.points[0].intervals_95 | length) > 0 and (.points[0].samples | length) == 6'
mv out six
dry sweep -q -f json --seeds 3..8 luck.yaml
ok "--seeds A..B is as many replications" same six out
dry sweep -q -f json --until-ci 20% luck.yaml
ok "--until-ci" json 'all(.points[] | select(.state == "done"); .replications >= 10) and .precision == 0.2'
dry sweep -q -f json --method racing --replications 8 luck.yaml
ok "racing" json '.method == "racing" and .counts.pending == 0'
dry sweep -q --hazard-scale 1,3,10 $S
ok "--hazard-scale: the front under each" says 'sensitivity'
dry sweep -q -f table --replications 4 luck.yaml
ok "the table says what cannot be told apart" says 'surely on the front'

# --- what the scenario's sweep section says of the search
with() { sed "s/^sweep:/sweep:\n  $1/" "$2" >with.yaml; }
with 'limits: ["p95_wait <= 60s"]' $S
dry sweep -q -f json --grid grid.json with.yaml
ok "a limit keeps settings off the front" json '.limits == ["p95_wait <= 60s"] and .counts.failed > 0 and all(.points[] | select(.state == "failed"); .p95_wait_s > 60 and (.reason | test("breaks the limit p95_wait <= 60s")) and .rank == null or .rank == 0) and all(.points[] | select(.state == "done"); .p95_wait_s <= 60) and .counts.pruned == 0'
dry sweep -q -o limited.json --grid grid.json with.yaml
dry merge limited.json
ok "a result on file has its limits" is 0
for i in 0 1; do dry sweep -q --grid grid.json --shard $i/2 -o limit$i.json with.yaml; done
dry merge -q -f json -o - limit0.json limit1.json
mv out merged.limits
dry sweep -q -f json --grid grid.json with.yaml
ok "shards with limits merge to the whole" sh -c '[ "$(jq -c "[.front,.counts,.limits]" merged.limits)" = "$(jq -c "[.front,.counts,.limits]" out)" ]'
dry sweep --method racing --grid grid.json with.yaml
ok "a race does not know limits" tells 'sweep.limits: racing drops settings'
with 'method: latin-hypercube' $S
dry sweep -q -f json --grid grid.json --sample 7 with.yaml
ok "method: how a sample is drawn" json '.method == "lhs" and (.points | length) == 7'
dry sweep --grid grid.json with.yaml
ok "... of how many, if it is not said" tells 'sweep.method: lhs: of how many points'
dry sweep -q -f json --grid grid.json --method grid with.yaml
ok "... --method wins" json '.method == "grid" and (.points | length) == 24'
with 'race: true\n  alpha: 0.2\n  nMax: 9' luck.yaml
dry sweep -q -f json --grid grid.json with.yaml
ok "race, nMax" json '.method == "racing" and .replications == 9'
mv out loose
sed 's/alpha: 0.2/alpha: 0.000001/' with.yaml >strict.yaml
dry sweep -q -f json --grid grid.json strict.yaml
ok "alpha: a strict race drops no more than a loose one" sh -c '[ "$(jq .counts.pruned out)" -le "$(jq .counts.pruned loose)" ]'
with 'precision: 0.2\n  nMax: 12' luck.yaml
dry sweep -q -f json --grid grid.json with.yaml
ok "precision, nMax" json '.precision == 0.2 and .replications == 12 and all(.points[] | select(.state == "done"); .replications >= 10 and .replications <= 12)'
dry sweep -q -f json --grid grid.json --replications 3 with.yaml
ok "... --replications wins" json '.replications == 3 and .precision == null'

# --- approximate searches against the exhaustive front: share of its hypervolume
hv='def hv($rx; $ry): [.points[] | select(.rank == 1) | [.cost_usd_day, .p95_wait_s]] | sort | reduce .[] as $p ({y: $ry, a: 0}; if $p[1] < .y and $p[0] < $rx then {y: $p[1], a: (.a + ($rx - $p[0]) * (.y - $p[1]))} else . end) | .a'
ratio() {
	jq -n --slurpfile w "$1" --slurpfile p "$2" "$hv"'; ($w[0].points | map(.cost_usd_day // 0) | max * 1.1) as $x | ($w[0].points | map(.p95_wait_s // 0) | max * 1.1) as $y | (($p[0] | hv($x; $y)) / ($w[0] | hv($x; $y)) * 1000 | round / 1000)'
}
dry sweep -q --exhaustive -f json --grid grid.json $S; mv out whole
dry sweep -q -f json --method halving --grid grid.json $S; mv out part
r=$(ratio whole part)
ok "halving: $r of the exhaustive hypervolume" sh -c "jq -n -e '$r >= 0.8 and $r <= 1'"
dry sweep -q --exhaustive -f json --replications 8 luck.yaml; mv out whole
dry sweep -q -f json --method racing --replications 8 luck.yaml; mv out part
r=$(ratio whole part)
ok "racing: $r of the exhaustive hypervolume" sh -c "jq -n -e '$r >= 0.95 and $r <= 1'"

# --- journals
dry sweep -q --exhaustive --grid grid.json -o whole.json $S
dry sweep --resume j --exhaustive --grid grid.json -o kept.json $S
ok "a journal changes no byte" same whole.json kept.json
dry sweep --resume j --exhaustive --grid grid.json -o again.json $S
ok "a second time all is taken over" tells '24 points are taken over'
ok "... same bytes" same whole.json again.json
dry sweep --resume j --seed 5 --grid grid.json --exhaustive $S
ok "the journal of another sweep is refused" tells 'seed: 3 and 5'
ok "... exit 3" is 3

# --- Ctrl-C, on a sweep that takes a while
cp "$here/scenarios/web-and-batch.yaml" .
mkdir -p ../traces 2>/dev/null
sed -i "s#\.\./traces#$here/traces#" web-and-batch.yaml
timeout --preserve-status -s INT 0.3 "$DRYSCALE" sweep -j1 --exhaustive --resume k -o int.json web-and-batch.yaml >out 2>err
code=$?
ok "Ctrl-C is exit 130" is 130
ok "... stdout is empty, no file is written" sh -c '[ ! -s out ] && [ ! -e int.json ]'
ok "... says how to go on" sh -c 'grep -q "Ctrl-C again" err && grep -q -- "--resume k" err'
timeout --preserve-status -s TERM 0.3 "$DRYSCALE" sweep -j1 --exhaustive --resume k -o int.json web-and-batch.yaml >out 2>err
code=$?
ok "SIGTERM is exit 143" is 143

# --- shards
for i in 0 1 2 3; do
	dry sweep -q --grid grid.json --shard $i/4 -o part$i.json.gz $S
done
dry merge -o merged.json part2.json.gz part0.json.gz part3.json.gz part1.json.gz
ok "merge says what it found" tells '4 files: 24 points'
dry sweep -q --grid grid.json -o single.json $S
ok "shards in any order are the single sweep" same merged.json single.json
dry merge part0.json.gz part1.json.gz part3.json.gz
ok "a gap is refused and names its shard" tells 'shard 2 of 4 is missing'
ok "... exit 3" is 3
dry merge part0.json.gz part1.json.gz part2.json.gz part3.json.gz part0.json.gz
ok "an overlap is refused" is 3
dry merge --on-conflict first -o first.json part0.json.gz part1.json.gz part2.json.gz part3.json.gz part0.json.gz
ok "... unless it is said whose holds" same first.json single.json
dry merge --partial part0.json.gz part2.json.gz
ok "--partial leaves points pending" json '.counts.pending == 12'
gzip -dc part1.json.gz | sed 's/"seed":3/"seed":4/' >tampered.json
dry merge part0.json.gz tampered.json
ok "a changed shard is refused" tells 'digest'
JOB_COMPLETION_INDEX=1 DRYSCALE_SHARDS=4 "$DRYSCALE" sweep -q --grid grid.json --shard auto -o auto.json.gz $S >out 2>err
ok "--shard auto in an Indexed Job" same auto.json.gz part1.json.gz
dry sweep --shard auto $S
ok "--shard auto on a desk says what to give" tells 'give --shard I/N'
dry sweep -q --sample 10 --grid grid.json --shard 0/2 -o s0.json $S
dry sweep -q --sample 10 --grid grid.json --shard 1/2 -o s1.json $S
dry sweep -q --sample 10 --grid grid.json -o s.json $S
dry merge -o sm.json s1.json s0.json
ok "shards of a sample" same sm.json s.json

# --- traces
printf '{"type":"header","version":"dryscale/v1"}\n{"t":0,"type":"pod","name":"a","requests":{"cpu":1}}\n{"t":5,"type":"pod","name":"b","requests":{"cpu":1}}\n' >one.jsonl
printf '{"t":0,"type":"pod","name":"c","requests":{"cpu":1}}\n{"t":3,"type":"pod","name":"d","requests":{"cpu":1}}\n' | gzip >two.jsonl.gz
dry merge -q one.jsonl two.jsonl.gz
ok "traces merge by time, equal instants in the order of the files" sh -c '[ "$(jq -r ".name // .type" out | tr "\n" " ")" = "header a c d b " ]'
printf '{"t":9,"type":"pod","name":"x"}\n{"t":1,"type":"pod","name":"y"}\n' >late.jsonl
dry merge one.jsonl late.jsonl
ok "a trace out of order is refused with its line" tells 'late.jsonl:2:'
dry merge one.jsonl single.json
ok "traces and results do not mix" is 2
done_testing
