#!/bin/sh
# Manual pages and completion: made from the tables, so they name every command
# and option; groff and the shells must take them.
. "$(dirname "$0")/cli.sh"

"$DRYSCALE" help man >dryscale.1
"$DRYSCALE" help man-formats >dryscale-formats.5
for shell in bash zsh fish; do "$DRYSCALE" completion $shell >$shell; done
"$DRYSCALE" help | sed -n '/^commands/,/^$/s/^  \([a-z][a-z-]*\) .*/\1/p' >commands

every_command() { while read -r c; do grep -q -- "$2$(echo "$c" | sed "s/-/$3/g")" "$1" || { echo "no $c"; return 1; }; done <commands; }
options_of() { "$DRYSCALE" "$1" --help | sed -n 's/^ *\(-[a-z], \)\{0,1\}--\([a-z][a-z-]*\).*/\2/p'; }
every_option() {
	while read -r c; do
		for o in $(options_of "$c"); do
			grep -q -- "$2$(echo "$o" | sed "s/-/$3/g")" "$1" || { echo "no $c --$o"; return 1; }
		done
	done <commands
}
ok "there are commands" sh -c '[ "$(wc -l <commands)" -gt 20 ]'
ok "the manual names every command" every_command dryscale.1 '^\.SS ' '\\\\-'
ok "and every option" every_option dryscale.1 '\\-\\-' '\\\\-'
ok "the page of formats has every metric" sh -c '"$0" help metrics | sed 1d | cut -d" " -f1 | while read -r m; do grep -q "^$m " dryscale-formats.5 || exit 1; done' "$DRYSCALE"
ok "and every flag" sh -c '"$0" help flags -f md | sed -n "s/^| \`\([a-z-]*\).*/\1/p" | while read -r f; do grep -q "$(echo "$f" | sed "s/-/.-/g")" dryscale-formats.5 || { echo "$f"; exit 1; }; done' "$DRYSCALE"
for page in dryscale.1 dryscale-formats.5; do
	if command -v groff >/dev/null; then
		ok "groff has nothing to say on $page" sh -c '[ -z "$(groff -man -Tutf8 -ww "$0" 2>&1 >/dev/null)" ]' $page
	else
		skip "groff has nothing to say on $page" "no groff"
	fi
	if command -v mandoc >/dev/null; then
		ok "mandoc takes $page" mandoc -Tlint -W warning $page
	else
		skip "mandoc takes $page" "no mandoc"
	fi
done
ok "no line of the manual is a stray request" sh -c '! grep -hE "^[.'"'"']" dryscale.1 dryscale-formats.5 | grep -vE "^\.(TH|SH|SS|PP|TP|nf|fi)( |$)"'

ok "bash completion names every option" every_option bash '--' -
if command -v bash >/dev/null; then
	complete() { bash -c '. ./bash; COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _dryscale; printf "%s\n" "${COMPREPLY[@]}"' _ "$@"; }
	ok "bash: a command" sh -c '[ "$1" = sweep ]' _ "$(complete dryscale swe)"
	ok "bash: an option" sh -c '[ "$1" = --hazard-scale ]' _ "$(complete dryscale sweep --haz)"
	ok "bash: a word of an option" sh -c '[ "$1" = junit ]' _ "$(complete dryscale check --format ju)"
	ok "bash: a word of an operand" sh -c '[ "$1" = exit-codes ]' _ "$(complete dryscale help exi)"
	touch scenario-x.yaml
	ok "bash: a file" sh -c '[ "$1" = scenario-x.yaml ]' _ "$(complete dryscale run scenario-x)"
else
	skip "bash completes" "no bash"
fi
ok "zsh completion names every command" every_command zsh "'" -
if command -v zsh >/dev/null; then ok "zsh reads it" zsh -n zsh; else skip "zsh reads it" "no zsh"; fi
ok "fish completion names every option" every_option fish '-l ' -
if command -v fish >/dev/null; then ok "fish reads it" fish -n fish; else skip "fish reads it" "no fish"; fi
done_testing
