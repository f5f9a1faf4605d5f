#!/bin/sh
# Static analysis of every source: gcc -fanalyzer, cppcheck and clang-tidy, as far as they are
# installed. A finding is mended, or explained in tests/lint/analyze-exceptions (a line of
# "file: check: why"); an explanation without its finding is stale. Nothing is generated.
# Exit status 1 when a finding or a stale explanation is left, 2 when no tool is there.
#
#     analyze.sh [FILE.c...]        these alone, and stale explanations are not looked for
set -u
cd "$(dirname "$0")/../.." || exit 2
said=$(mktemp -d) || exit 2
trap 'rm -rf "$said"' EXIT
flags=${CFLAGS:?the flags of the build; make analyze sets them}
exceptions=tests/lint/analyze-exceptions
# What every source is told of the others, but for those that define it.
told="-include tests/lint/analyze.h"
export flags told

some=$#
{ [ $some -gt 0 ] && printf '%s\n' "$@" || find sim bench tests/support -name '*.c'; } | sort >"$said/files"

# COMMAND FILE [--] FLAGS, for each file
each() {
	# shellcheck disable=SC2016
	xargs -P "${JOBS:-2}" -n 1 sh -c '
		grep -qE "^bool dry_(doc_)?fail" "$2" && told=
		eval "$0 $2 $1 $flags $told"' "$1" "${2:-}" <"$said/files"
}

run_gcc() {
	each 'gcc -fanalyzer -c -o /dev/null' 2>&1 |
		sed -n 's/^\([^ :]*\):\([0-9]*\):[0-9]*: warning: \(.*\) \[-W\([^]]*\)\]$/\1:\2: \4: \3/p
			s/^\([^ :]*\):\([0-9]*\):[0-9]*: \(fatal \)*error: /\1:\2: error: /p'
}

run_cppcheck() {
	# shellcheck disable=SC2046
	eval set -- $(echo "$flags" | sed 's/-[^ID][^ ]*//g')
	xargs cppcheck -q -j "${JOBS:-2}" --std=c11 --enable=warning,performance,portability "$@" -D__GNUC__ \
		--template='{file}:{line}: {id}: {message}' <"$said/files" 2>&1
}

run_clang_tidy() {
	each 'clang-tidy --quiet --config-file=tests/lint/clang-tidy.yaml' -- 2>/dev/null |
		sed -n "s|^$PWD/||
			s/^\([^ :]*\):\([0-9]*\):[0-9]*: [a-z]*: \(.*\) \[\([a-z][^],]*\)[^]]*\]$/\1:\2: \4: \3/p"
}

ran=0 left=0
for tool in gcc cppcheck clang-tidy; do
	command -v $tool >/dev/null 2>&1 || { echo "$tool: not installed, skipped"; continue; }
	ran=$((ran + 1))
	"run_$(echo $tool | tr - _)" | sort -u >"$said/$tool"
	# The findings that no line explains; the lines that explained one are kept aside.
	awk -v used="$said/used" '
		FILENAME == ARGV[1] {
			if ($0 !~ /^(#|$)/) { split($0, part, ": "); why[part[1] ": " part[2]] = 1 }
			next
		}
		{
			split($0, part, ": ")
			key = part[1] ": " part[2]
			sub(/:[0-9]+: /, ": ", key)
			if (key in why) print key >>used
			else print
		}' "$exceptions" "$said/$tool" >"$said/left"
	sed "s/^/$tool: /" "$said/left"
	count=$(wc -l <"$said/left")
	echo "$tool: $(wc -l <"$said/files") files, $(wc -l <"$said/$tool") findings, $count of them not explained"
	left=$((left + count))
done
[ $ran -gt 0 ] || exit 2
if [ $ran = 3 ] && [ "$some" = 0 ]; then
	touch "$said/used"
	stale=$(awk -F': ' 'FILENAME == ARGV[1] { used[$0] = 1; next } !/^(#|$)/ && !($1 ": " $2 in used)' \
		"$said/used" "$exceptions")
	[ -z "$stale" ] || { echo "$stale" | sed 's/^/stale: /'; left=$((left + 1)); }
fi
[ $left = 0 ]
