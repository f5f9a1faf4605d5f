#!/bin/sh
# Rules of the house that a compiler does not know: layers, names of files,
# banned calls, headers that compile alone, machine paths, width. Sizes of files
# and functions are warnings, held against tests/lint/baseline: what is in it may
# stay, what is new is shown. Exit status 1 when a rule is broken.
set -u
cd "$(dirname "$0")/../.." || exit 2
CC=${CC:-cc}
work=$(mktemp -d) || exit 2
trap 'rm -rf "$work"' EXIT
broken=0

# rule TITLE FILE: prints the findings, if any
rule() {
	if [ -s "$2" ]; then
		echo "not ok - $1"
		sed 's/^/#   /' "$2"
		broken=1
	else
		echo "ok - $1"
	fi
}

sources=$(git ls-files 'include/*.h' 'sim/*.c' 'sim/*.h' 2>/dev/null)
[ -n "$sources" ] || sources=$(find include sim -name '*.[ch]' | sort)

# A file includes headers of its own layer or of layers to its left.
awk '
BEGIN {
	n = split("base des forecast market world autoscaler run sweep io report api tui cli", order, " ")
	for (i = 1; i <= n; i++) rank[order[i]] = i
}
FNR == 1 { split(FILENAME, part, "/"); layer = part[2] == "dryscale.h" ? "api" : part[2]; if (!(layer in rank)) print FILENAME ": " layer " is no layer" }
/^#include "/ {
	split($2, q, "\""); split(q[2], p, "/")
	if (index(q[2], "/") && (p[1] in rank) && rank[p[1]] > rank[layer])
		print FILENAME ":" FNR ": " layer " includes " q[2]
}' $sources >"$work/layers"
rule "layers: includes go to the left" "$work/layers"

# The model neither reads files nor prints nor asks the clock; nobody uses the
# functions that cannot be used safely. Comments and texts are not calls.
awk '
function strip(s) {
	gsub(/\\./, "", s); gsub(/"[^"]*"/, "\"\"", s); sub(/\/\/.*/, "", s)
	while (match(s, /\/\*[^*]*\*\//)) s = substr(s, 1, RSTART - 1) " " substr(s, RSTART + RLENGTH)
	if (inside) { if (!match(s, /\*\//)) return ""; s = substr(s, RSTART + 2); inside = 0 }
	if (match(s, /\/\*/)) { s = substr(s, 1, RSTART - 1); inside = 1 }
	return s
}
FNR == 1 { inside = 0; split(FILENAME, part, "/"); layer = part[2]
	model = layer ~ /^(des|forecast|market|world|autoscaler|run|sweep)$/ }
{
	s = strip($0)
	if (s ~ /#pragma/) next
	if (match(s, /(^|[^A-Za-z0-9_.>])(strcpy|strcat|sprintf|vsprintf|gets|strtok|alloca|system|popen|tmpnam|rand|srand|random|drand48)[ ]*\(/))
		print FILENAME ":" FNR ": " substr(s, RSTART, RLENGTH)
	else if (model && match(s, /(^|[^A-Za-z0-9_.>])(printf|fprintf|puts|putchar|fopen|fread|getenv|time|gettimeofday|localtime|exit)[ ]*\(/))
		print FILENAME ":" FNR ": " substr(s, RSTART, RLENGTH)
}' $sources >"$work/calls"
rule "calls: none that is banned" "$work/calls"

# Only the screen's back end knows curses; only the autoscaler's flags exit.
grep -nE '#include *<(ncurses|curses)' $sources | grep -v '^sim/tui/screen_curses.c:' >"$work/curses"
rule "curses: in sim/tui/screen_curses.c alone" "$work/curses"
grep -nE '(^|[^A-Za-z0-9_.>])(exit|_exit|abort)[ ]*\(' $sources |
	grep -vE '^sim/(cli|base)/|^sim/tui/screen_curses|^[^:]*:[0-9]*: *(/?\*|//)' >"$work/exit"
rule "exit: below cli nobody ends the process" "$work/exit"

# Each header compiles alone, in C17.
for header in $(echo "$sources" | tr ' ' '\n' | grep '\.h$'); do
	printf '#include "%s"\n' "${header#*/}" >"$work/alone.c"
	# shellcheck disable=SC2086
	$CC ${CFLAGS:--std=c17 -D_GNU_SOURCE -Iinclude -Isim} -I. -Wall -Wextra -fsyntax-only "$work/alone.c" \
		>"$work/said" 2>&1 || { echo "$header:"; sed -n 1,3p "$work/said"; }
done >"$work/headers"
rule "headers: each compiles alone" "$work/headers"

# Nothing names a place on somebody's machine. Spelled so that this file is no hit.
everything=$(git ls-files 2>/dev/null | grep -vE '^tests/conformance/(hand|random)/|^LICENSE$|\.gz$')
[ -n "$everything" ] || everything=$sources
grep -nE "(^|[^A-Za-z0-9_.~-])/(wor[k]/|roo[t]/|hom[e]/[a-z]|tm[p]/(wt|plan)|Users/)" $everything >"$work/paths" 2>/dev/null
rule "paths: none of one machine" "$work/paths"

grep -nE '[[:blank:]]+$' $sources >"$work/space"
rule "lines: no space at the end" "$work/space"

# Sizes: warnings.
for f in $sources; do
	n=$(wc -l <"$f")
	case $f in
	*.h) [ "$n" -gt 200 ] && echo "$f: header of $n lines" ;;
	*) [ "$n" -gt 600 ] && echo "$f: source of $n lines" ;;
	esac
done >"$work/sizes"
for f in $sources; do
	n=$(expand "$f" | awk 'length($0) > 120 { n++ } END { print n + 0 }')
	[ "$n" -gt 0 ] && echo "$f: lines beyond 120 columns: $n lines"
done >>"$work/sizes"
awk '
FNR == 1 { open = 0 }
/^[A-Za-z_].*\(/ && !/;[ \t]*$/ && !/^#/ { head = $0 }
/^\{/ { start = FNR; open = 1; name = head; sub(/\(.*/, "", name); sub(/.*[ *]/, "", name) }
/^\}/ && open { if (FNR - start + 1 > 70 && head != "") print FILENAME ": " name " has " FNR - start + 1 " lines"; open = 0; head = "" }
' $(echo "$sources" | tr ' ' '\n' | grep '\.c$') >>"$work/sizes"
if [ "${1:-}" = --baseline ]; then
	sort "$work/sizes" >tests/lint/baseline
	echo "# baseline: $(wc -l <tests/lint/baseline) sizes written"
elif [ -s "$work/sizes" ]; then
	# By name: a size that only changes is no news.
	sed 's/ [0-9]* lines$//; s/ of [0-9]*$//' tests/lint/baseline 2>/dev/null | sort >"$work/known"
	sort "$work/sizes" | while IFS= read -r line; do
		key=$(echo "$line" | sed 's/ [0-9]* lines$//; s/ of [0-9]*$//')
		grep -qxF -e "$key" "$work/known" || echo "# warning: $line"
	done
	echo "# $(wc -l <"$work/sizes") sizes beyond the aim, $(wc -l <"$work/known") of them known"
fi
echo "1..7"
exit $broken
