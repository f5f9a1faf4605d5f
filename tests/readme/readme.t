#!/bin/sh
# Every command of the README, in a folder that looks like a checkout after
# `make`, with recordings of a small cluster where the tour has them.
set -u
top=$(cd "$(dirname "$0")/../.." && pwd) || exit 2
work=$(mktemp -d) || exit 2
trap 'rm -rf "$work"' EXIT
cp "${DRYSCALE:-$top/dryscale}" "$work/dryscale"
for folder in scenarios traces; do ln -s "$top/$folder" "$work/$folder"; done
for file in pods.json nodes.json ca.yaml events.json spot.json; do
	cp "$top/tests/records/fixtures/$file" "$work/$file"
done
printf '#!/bin/sh\nexec %s --no-print-directory -C "%s" "$@"\n' "$(command -v make)" "$top" >"$work/make"
chmod +x "$work/make"
PATH=$work:$PATH
GITHUB_STEP_SUMMARY=$work/summary.md
LC_ALL=C.UTF-8
export PATH GITHUB_STEP_SUMMARY LC_ALL
unset NO_COLOR DRYSCALE_JOBS MAKEFLAGS MFLAGS MAKELEVEL
# The picture on the first page shows a sweep that comes later in the text.
(cd "$work" && dryscale sweep -q --force -o front.json.gz scenarios/web-and-batch.yaml >/dev/null)
UPDATE=${UPDATE:+$work/README.md} sh "$top/tests/run/readme.sh" "$top/README.md" "$work"
if [ -n "${UPDATE:-}" ]; then
	cp "$work/README.md" "$top/README.md"
	exit 0
fi
# The line of each CI job, as the job would run it.
n=$(cat "$work/.count")
grep -E '^ +- (run: )?dryscale check' "$top/README.md" | sed -E 's/^ +- (run: )?//' >"$work/lines"
while IFS= read -r line; do
	n=$((n + 1))
	if (cd "$work" && sh -c "$line" >said 2>&1 </dev/null); then
		echo "ok $n - CI: $line"
	else
		echo "not ok $n - CI: $line"
		sed -n '1,20s/^/# /p' "$work/said"
	fi
done <"$work/lines"
echo "1..$n"
