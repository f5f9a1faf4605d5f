#!/usr/bin/env bash
# The real terminal shows what --snapshot prints: 7 screens, 3 sizes, 2 locales.
# Every difference is printed; the last line counts.
. "$(dirname "$0")/lib.sh"
make_result
compared=0
different=0
for locale in $utf8 C; do
	for size in 60x16 80x24 120x40; do
		cols=${size%x*}
		rows=${size#*x}
		start "$cols" "$rows" "env LC_ALL=$locale '$DRYSCALE' tui -j2 '$R' '$S'"
		until_text '[2 Pareto]' || { echo "the screens did not start at $size in $locale"; exit 1; }
		for screen in 1 2 3 4 5 6 '?'; do
			keys "$screen"
			typed=${typed:-}$screen
			env LC_ALL=$locale "$DRYSCALE" tui -j2 --snapshot "$size" --keys "$typed" "$R" "$S" | tidy >"$work/want"
			compared=$((compared + 1))
			if ! until_screen "$work/want"; then
				different=$((different + 1))
				echo "# $size $locale, keys $typed"
				diff "$work/want" "$work/now" | head -8 | sed 's/^/#   /'
			fi
		done
		typed=
		stop
	done
done
echo "$compared comparisons, $different differences"
[ "$different" = 0 ]
