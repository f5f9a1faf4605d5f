#!/bin/sh
# The library: its symbols, the examples in C (static, shared) and Python, and
# that they say what the command line says; install, uninstall, dist, deb.
. "$(dirname "$0")/../cli/cli.sh"
small
make=$(command -v make) || make=
unset MAKEFLAGS MFLAGS MAKELEVEL
# As the caller built it, so that nothing is compiled twice.
as() { "$make" --no-print-directory -s -C "$here" "$@"; }
cc=${CC:-cc}
if [ -z "$make" ] || ! as all lib shared >log 2>&1; then
	ok "the library is built" sh -c 'cat log; false'
	done_testing
	exit 0
fi
so=$here/build/release/libdryscale.so.1
nm -D --defined-only "$so" | awk '{ print $3 }' | LC_ALL=C sort >symbols
LC_ALL=C sort "$here/tests/library/symbols" >known
ok "every symbol of the 1.0 API is there" sh -c '[ -z "$(comm -13 symbols known)" ]'
ok "and none that is not in the list" sh -c 'comm -23 symbols known; [ -z "$(comm -23 symbols known)" ]'
ok "every symbol is declared in the header" sh -c 'while read -r s; do grep -q "\b$s(" "$0" || exit 1; done <known' "$here/include/dryscale.h"
ok "it needs no screen" sh -c '! readelf -d "$0" | grep NEEDED | grep -qi curses' "$so"

as install DESTDIR="$work/root" >log 2>&1
ok "make install" [ -x root/usr/local/bin/dryscale ]
ok "all that it promises" sh -c 'for f in bin/dryscale lib/libdryscale.a lib/libdryscale.so lib/libdryscale.so.1 lib/pkgconfig/dryscale.pc include/dryscale.h share/man/man1/dryscale.1 share/man/man5/dryscale-formats.5 share/bash-completion/completions/dryscale share/zsh/site-functions/_dryscale share/fish/vendor_completions.d/dryscale.fish share/dryscale/scenarios/gpu-burst.yaml share/dryscale/traces/gpu-training.jsonl.gz; do [ -s "root/usr/local/$f" ] || { echo "$f"; exit 1; }; done'
ok "nothing of the working folder is in the pkg-config file" sh -c '! grep -q "$0" root/usr/local/lib/pkgconfig/dryscale.pc' "$work"
ok "an installed scenario runs" root/usr/local/bin/dryscale run -q root/usr/local/share/dryscale/scenarios/black-friday.yaml
flags=$(PKG_CONFIG_PATH=$work/root/usr/local/lib/pkgconfig PKG_CONFIG_SYSROOT_DIR=$work/root pkg-config --cflags --libs dryscale)
# shellcheck disable=SC2086
ok "the example in C, with pkg-config" $cc -std=c99 -Wall -Wextra -Werror "$here/tests/library/example.c" $flags -o example
LD_LIBRARY_PATH=root/usr/local/lib ./example small.yaml >said 2>err
ok "runs" [ $? = 0 ]
flags=$(PKG_CONFIG_PATH=$work/root/usr/local/lib/pkgconfig PKG_CONFIG_SYSROOT_DIR=$work/root pkg-config --static --libs dryscale 2>/dev/null | sed 's/-ldryscale/-l:libdryscale.a/')
# shellcheck disable=SC2086
ok "linked with the archive" sh -c '"$@"' _ $cc -I"$here/include" "$here/tests/library/example.c" -Lroot/usr/local/lib $flags -lncursesw -ltinfo -o static
./static small.yaml >said.static 2>&1
ok "says the same" cmp said said.static
if command -v python3 >/dev/null; then
	python3 "$here/tests/library/example.py" root/usr/local/lib/libdryscale.so.1 small.yaml >said.py 2>&1
	ok "the example in Python says the same" sh -c 'grep -E "^(run|front|file|point|again) " said | cmp - said.py'
else
	skip "the example in Python" "no python3"
fi
dry run -q -f json -p scale-down-unneeded-time=2m small.yaml
ok "a run is the command line's" sh -c 'grep -q "^run 2m $(jq -r .metrics.cost_usd_day out | xargs printf %.6f) " said'
dry sweep -q -g scale-down-unneeded-time=2m,10m,30m -g nodeGroups.general.maxSize=4,6 -o cli.json small.yaml
ok "a sweep is the command line's, byte by byte" cmp library.json cli.json
ok "a result file says what the table says" sh -c 'jq -r "\"\(.points | length) points\"" cli.json | grep -qf - said && [ "$(grep -c "^point .* front$" said)" = "$(grep -c "^front " said)" ]'
ok "a point of a file runs again to its numbers" sh -c 'grep "^again " said | { read -r _ a b _; [ "$a," = "$b" ]; }'
ok "and tells every decision" sh -c 'grep "^again " said | { read -r _ _ _ told _ _ counted _; [ "$told" = "$counted" ] && [ "$told" -gt 0 ]; }'
dry run -q --events events.jsonl --seed "$(jq -r .seed cli.json)" -p scale-down-unneeded-time="$(awk '/^front/ { print $3; exit }' said)" -p nodeGroups.general.maxSize="$(awk '/^front/ { print $4; exit }' said)" small.yaml
ok "as many as the decision log has" sh -c 'grep -c "\"event\":\"scaleUp\"" events.jsonl | { read -r n; grep -q "^again .* $n scale-ups told" said; }'
sed 's/"cost_usd_day":[0-9.]*/"cost_usd_day":1/' cli.json >changed.json
ok "a result file that was changed is refused" sh -c 'sed "s/library-py.json/changed.json/; s/^check(sweep_write.*//" "$1" >changed.py; ! python3 changed.py "$2" small.yaml >o 2>e && grep -q "changed.json.*sha256" e' _ "$here/tests/library/example.py" root/usr/local/lib/libdryscale.so.1
ok "a result file that is missing too" grep -q 'no-such-result.json: error: ' said
ok "a mistake is said as the command line says it" grep -q 'did you mean.*scale-down-unneeded-time' said
ok "a file that is missing too" grep -q 'no-such-file.yaml: error: ' said

as uninstall DESTDIR="$work/root" >log 2>&1
ok "make uninstall leaves no file" sh -c '[ -z "$(find root -type f -o -type l)" ]'

if git -C "$here" rev-parse HEAD >/dev/null 2>&1; then
	as dist >log 2>&1
	archive=$(ls "$here"/dryscale-*.tar.gz | head -1)
	ok "make dist" sh -c 'gzip -dc "$0" | tar tf - | grep -q "^dryscale-[0-9.]*/include/dryscale.h$"' "$archive"
	rm -f "$archive"
else
	skip "make dist" "no git"
fi
if command -v dpkg-deb >/dev/null && command -v dpkg-query >/dev/null; then
	as deb >log 2>&1
	deb=$(ls "$here"/build/deb/*.deb 2>/dev/null)
	ok "make deb" [ -s "$deb" ]
	ok "it unpacks and runs" sh -c 'dpkg-deb -x "$0" unpacked && unpacked/usr/bin/dryscale run -q unpacked/usr/share/dryscale/scenarios/gpu-burst.yaml' "$deb"
	ok "it depends on the libraries" sh -c 'dpkg-deb -f "$0" Depends | grep -q libgsl && dpkg-deb -f "$0" Depends | grep -q libyaml && dpkg-deb -f "$0" Depends | grep -q libc6' "$deb"
	# The package looks for its data in /usr/share, the checkout's program where it did.
	as all >log 2>&1
else
	skip "make deb" "no dpkg-deb"
fi
done_testing
