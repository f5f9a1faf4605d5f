#!/usr/bin/env bash
# The keys are documented: the page is the committed one, every key of a footer
# is in that screen's help, and no key stands for two ideas.
. "$(dirname "$0")/lib.sh"
diff <("$DRYSCALE" help keys -f md) "$root/tests/snapshot/keys.md" || { echo "tests/snapshot/keys.md is old: UPDATE=1"; exit 1; }
make_result
for screen in sweep pareto compare timeline explain export; do
	title=$(echo "$screen" | awk '{ print toupper(substr($0, 1, 1)) substr($0, 2) }')
	"$DRYSCALE" help keys -f md | awk -v title="$title" '
		/^### / { on = $2 == "Everywhere" || $2 == title }
		on && /^\| `/ { split($0, f, "`"); print f[2] }' | sed 's/,//g' | tr -s ' ' '\n' >"$work/known"
	LC_ALL=$utf8 "$DRYSCALE" tui -j2 --snapshot 120x40 --screen $screen "$R" "$S" | tail -1 | sed 's/^ //; s/   */\n/g; s/  /\n/g' |
		while read -r key rest; do
			case $key in PgUp/PgDn) key=PgUp ;; esac
			grep -qxF -- "$key" "$work/known" || { echo "$screen: footer key \"$key\" is not in its help"; exit 1; }
		done || exit 1
done
"$DRYSCALE" help keys -f md | awk -F' *[|] *' '
	/^\| `/ { keys = $2; idea = $4; gsub(/`|,/, "", keys); n = split(keys, k, " ")
		for (i = 1; i <= n; i++) { if ((k[i] in of) && of[k[i]] != idea) { print k[i] ": " of[k[i]] " and " idea; bad = 1 } of[k[i]] = idea } }
	END { exit bad }' || exit 1
echo "keys: documented, in help, one idea each"
