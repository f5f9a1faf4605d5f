#!/bin/sh
# Reasons: of loops, pods, nodes, waits.
. "$(dirname "$0")/cli.sh"
small
dry run -q --events log.jsonl small.yaml
line() { grep -n "$1" log.jsonl | head -1 | cut -d: -f1; }

up=$(line '"scaleUp"')
dry explain --event "$up" small.yaml
ok "a scale-up" says 'general +'
ok "has its line of the log" says "(event $up)"
ok "what triggered it" grep -qE '^  trigger .*unschedulable, oldest' out
ok "what was needed" grep -qE '^  need .*cpu' out
ok "what the options were" grep -qE '^  options +general .* taken \+' out
ok "why not the other group" says 'big: node(s) had untolerated taint {big: true}'
ok "what came of it" grep -qE '^  effect +[0-9]+ of [0-9]+ ready by' out
dry explain -f json --event "$up" small.yaml
ok "as JSON" json '.schema == "dryscale.explain/1" and .answers[0].event == '"$up"
ok "with a reason from the list" json '[.answers[0].steps[] | select(.step == "why not") | .reason] | index("node(s) had untolerated taint(s)")'
ok "what it took is what the log says" sh -c '
	n=$(sed -n '"$up"'p log.jsonl | jq ".to - .from")
	[ "$(jq "[.answers[0].steps[] | select(.step == \"options\") | .taken] | add" out)" = "$n" ]'
at=$(sed -n "${up}p" log.jsonl | jq .t)
dry explain --at "${at}s" small.yaml
ok "the same by its time" says "(event $up)"
dry explain --at "${at}s" --why-not big small.yaml
ok "why not one group" grep -qE '^  why not +big: ' out
dry explain --at "${at}s" --why-not general small.yaml
ok "of the group that was taken" says 'general was taken'
dry explain --at "${at}s" --why-not gneral small.yaml
ok "an unknown group is exit 2" is 2
ok "and names the nearest" tells general

dry explain --at 00:01 small.yaml
ok "a loop without a decision" says 'no decision'
ok "why no node went" grep -qE 'NodeGroupMinSizeReached|scale-down-delay|ScaleDown' out
dry explain --at 09:00 small.yaml
ok "a time beyond the end is exit 4" is 4
dry explain --at noon small.yaml
ok "a time that is none is exit 2" is 2
dry explain --event 99999 small.yaml
ok "an event that there is not is exit 4" is 4

# The group can hold five of the ten pods: the rest hear of its maximum.
dry explain -p nodeGroups.general.maxSize=3 --pod web-9 small.yaml
ok "a pod at the maximum" says 'max node group size reached'
ok "with what would have helped, simulated" grep -qE 'what if +nodeGroups.general.maxSize=4: .*simulated, not estimated' out
dry explain -p nodeGroups.general.maxSize=3 --no-what-if --pod web-9 small.yaml
ok "not when it is not wanted" sh -c '! grep -q "what if" out'
dry explain --pod default/web-3 small.yaml
ok "a pod by its whole name" says 'default/web-3'
ok "where it started" says 'started on general-'
dry explain --pod web-33 small.yaml
ok "a pod that there is not is exit 4" is 4
ok "and the nearest is named" tells web-3
dry explain --pod web-0 --why-not big small.yaml
ok "why not, of a pod" grep -qE '^  groups +big: ' out

down=$(line '"scaleDown"')
node=$(sed -n "${down}p" log.jsonl | jq -r .node)
dry explain --node "$node" small.yaml
ok "a node that was scaled down" says 'scaled down'
ok "since when it was not needed" grep -q unneeded out
ok "who asked for it" grep -qE 'by a scale-up of general|there from the start' out
dry explain --event "$down" small.yaml
ok "a scale-down by its line" says "$node"
dry explain --node general-77 small.yaml
ok "a node that there is not is exit 4" is 4

dry explain --worst 3 -f json small.yaml
ok "the longest waits, the longest first" json '[.answers[0].steps[] | select(.wait_s) | .wait_s] | length == 3 and . == (sort | reverse)'
dry explain --worst 0 small.yaml
ok "none of them is exit 2" is 2
dry explain --worst 2 -f csv small.yaml
ok "as CSV" sh -c 'head -1 out | grep -q "^answer,t_s,event,step"'
dry explain --worst 2 -f md small.yaml
ok "as Markdown" says '| --- |'
dry explain small.yaml
ok "no question is exit 2" is 2
dry explain --worst 2 --at 5s small.yaml
ok "two questions are exit 2" is 2
ok "every line of the log can be asked for" sh -c '
	i=0
	while [ $i -lt "$(wc -l <log.jsonl)" ]; do
		i=$((i + 1))
		"'"$DRYSCALE"'" explain --no-what-if --event $i small.yaml >all 2>&1 && [ -s all ] || { echo "event $i"; exit 1; }
	done'
# Explaining changes nothing: the log of a run is the same with and without it.
dry run -f json small.yaml
cp out before
dry run -f json --events again.jsonl small.yaml
ok "being watched changes nothing" sh -c 'cmp out before && cmp log.jsonl again.jsonl'

# --- a point of a sweep's result

small
dry sweep -q -g nodeGroups.general.maxSize=2,6 --seed 7 -o points.json small.yaml
dry explain --seed 7 -p nodeGroups.general.maxSize=2 --worst 2 small.yaml
cp out by-hand
dry explain --point 0 --worst 2 points.json small.yaml
ok "a point is explained as its setting is, with the sweep's seed" cmp by-hand out
dry run -f json --point 0 points.json small.yaml
ok "it runs to the numbers of the result" sh -c '[ "$(jq .metrics.cost_usd_day out)" = "$(jq ".points[0].cost_usd_day" points.json)" ]'
dry explain --point 0 -p nodeGroups.general.maxSize=6 --worst 2 points.json small.yaml
cp out changed
dry explain --seed 7 --worst 2 small.yaml
ok "-p changes it further" cmp changed out
dry explain --point 0 --worst 1 points.json
ok "a result without its scenario is a usage error" is 2
ok "that says how" tells 'explain --point ID RESULT SCENARIO'
dry explain --worst 1 points.json small.yaml
ok "so are two files without a point" is 2
dry explain --point 9 --worst 1 points.json small.yaml
ok "a point that is none: exit 4" is 4
sed 's/0.096/0.097/' small.yaml >other.yaml
dry explain --point 0 --worst 1 points.json other.yaml
ok "another scenario is refused" tells 'not the one this result was made from'
dry explain --worst 1 points.json
ok "a result is no scenario, in one complaint" sh -c '[ "$(grep -c "error: " err)" = 1 ] && grep -q "is a result, not a scenario" err'
done_testing
