#!/bin/sh
# Help: every command on one screen, examples first, topics.
. "$(dirname "$0")/cli.sh"
dry --help
ok "the overview" is 0
cp out overview
commands=$(awk '/^commands/ { f = 1; next } /^$/ { f = 0 } f { print $1 }' overview)
ok "commands are listed" [ -n "$commands" ]
for c in $commands; do
	dry "$c" --help
	ok "$c: one screen of 40 lines" sh -c '[ "$(wc -l <out)" -le 40 ]'
	ok "$c: examples come first" sh -c 'sed -n 3p out | grep -qx examples'
	ok "$c: the first line says what it is for" grep -q "^dryscale $c: " out
done
# bundled: the files of scenarios/ and traces/ that the help of all commands names
bundled() {
	{
		"$DRYSCALE" --help
		for c in $commands; do "$DRYSCALE" "$c" --help; done
	} | grep -oE '(scenarios|traces)/[a-z-]+\.(yaml|json|jsonl\.gz)' | sort -u
}
ok "examples name files that are there" sh -c 'cd "$1" && [ -n "$2" ] && ls $2' - "$here" "$(bundled)"
dry
ok "no command is exit 2" is 2
dry helf
ok "a wrong command names the nearest" tells 'did you mean "dryscale help"?'
dry --version
ok "a version" grep -qE '^dryscale [0-9]+\.[0-9]+' out
for t in exit-codes metrics flags rules record formats options reasons keys; do
	dry help $t
	ok "topic $t" sh -c '[ -s out ]'
done
dry help exti-codes
ok "a wrong topic is exit 2" is 2
ok "and names the nearest" tells exit-codes
dry help man
ok "the manual page" grep -q '^\.TH' out
if command -v mandoc >/dev/null; then
	ok "mandoc reads it" sh -c 'mandoc -Tlint -Werror out'
else
	skip "mandoc reads it" "no mandoc"
fi
for s in bash zsh fish; do
	dry completion $s
	ok "completion for $s" sh -c '[ -s out ]'
done
done_testing
