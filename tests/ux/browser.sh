#!/usr/bin/env bash
# The report as a real browser draws it: every part has its place on the page,
# the picture is not blank, and nothing was fetched from anywhere.
. "$(dirname "$0")/lib.sh"
make_result
"$DRYSCALE" report -q -o "$work/page.html" "$R" "$S" || exit 1
"$DRYSCALE" report -q -f svg -o "$work/picture.svg" "$R" "$S" || exit 1
browser() {
	timeout 60 chromium --headless --no-sandbox --disable-gpu --disable-dev-shm-usage --user-data-dir="$work/profile" \
		--hide-scrollbars --window-size=1040,2400 "$@" 2>"$work/browser.log"
}
browser --dump-dom "file://$work/page.html" >"$work/dom" || { tail -5 "$work/browser.log"; exit 1; }
for part in 'Chosen points' 'over time: nodes ready' 'What each parameter moves' 'The front' 'What the numbers rest on' 'sha256'; do
	grep -qF "$part" "$work/dom" || { echo "the page has no: $part"; exit 1; }
done
[ "$(grep -c '<svg' "$work/dom")" -ge 4 ] || { echo "too few pictures"; exit 1; }
for file in page.html picture.svg; do
	browser --screenshot="$work/shot.png" "file://$work/$file" >/dev/null || exit 1
	# A page that is blank packs to almost nothing.
	[ "$(wc -c <"$work/shot.png")" -gt 40000 ] || { echo "$file draws (almost) nothing"; exit 1; }
done
echo "the page and the picture are drawn"
