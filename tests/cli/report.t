#!/bin/sh
# A sweep as one page: HTML, SVG, Markdown; chosen points; wrong input.
. "$(dirname "$0")/cli.sh"
small
"$DRYSCALE" sweep -q -g scale-down-unneeded-time=2m,5m,10m -g nodeGroups.general.maxSize=4,8 -o r.json small.yaml >/dev/null 2>&1
ok "a result to report on" test -s r.json

dry report -o page.html r.json small.yaml
ok "HTML is the default" is 0
ok "it goes to the file, nothing to stdout" silent
ok "it begins as HTML" grep -q '^<!DOCTYPE html>' page.html
ok "the chosen points" grep -q 'Chosen points' page.html
ok "curves over time, with the scenario" grep -q 'over time: nodes ready' page.html
ok "what each parameter moves" grep -q 'scale-down-unneeded-time' page.html
ok "the digests of the input" grep -qE 'scenario sha256 [0-9a-f]{64}' page.html
ok "nothing from the network" sh -c '! sed "s#http://www.w3.org/2000/svg##g" page.html | grep -qE "https?:|<script|<link|<img|@import"'
cp page.html first.html
dry report -o page.html r.json small.yaml
ok "an existing file is refused" is 5
ok "and how to replace it" tells '--force'
dry report --force -j 3 -o page.html r.json small.yaml
ok "the same result, the same bytes" cmp page.html first.html

dry report -f svg r.json
ok "SVG without the scenario" is 0
ok "it says how to have curves" tells 'name the scenario'
cp out picture.svg
if command -v xmllint >/dev/null; then
	ok "it is well-formed XML" xmllint --noout picture.svg
else
	skip "it is well-formed XML" "no xmllint"
fi
ok "no curves" sh -c '! grep -q "over time" picture.svg'
dry report -f md r.json small.yaml
ok "Markdown" is 0
ok "tables" says '| --- |'
ok "the front" says '## The front'
ok "curves as text" says 'pending pods'

dry report -f md --point 1 --point 4 r.json
ok "points asked for" says '#4 asked for'
dry report --point 6 r.json
ok "a point that is not there is exit 4" is 4
ok "nothing is printed" silent
dry report --point x r.json
ok "a point that is no number is exit 2" is 2
sed 's/name: small/name: other/' small.yaml >other.yaml
dry report r.json other.yaml
ok "another scenario is exit 3" is 3
ok "and what to do" tells 'run the sweep again'
dry report small.yaml
ok "a scenario is no result: exit 3" is 3
dry report -f json r.json
ok "a format that it has not is exit 2" is 2
ok "the formats it has" tells 'html|svg|md'
dry report none.json
ok "a file that is not there is exit 3" is 3
done_testing
