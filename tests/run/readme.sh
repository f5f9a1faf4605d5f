#!/bin/sh
# readme.sh README FOLDER: runs the commands of README's blocks in FOLDER and says
# TAP without a plan; how many tests they were stands in FOLDER/.count. ```sh blocks
# must end with 0; in ```console blocks what a command prints on stdout must be what
# stands below it. A second word behind the fence says what a block needs that is not
# here: it is skipped, visibly. With UPDATE=FILE the README
# is written there with what the commands print now.
set -u
readme=$1
folder=$2
update=${UPDATE:-}
n=0
line=0
block=
kind=
block_line=0
[ -z "$update" ] || : >"$update"

say() { [ -z "$update" ] || printf '%s\n' "$1" >>"$update"; }
result() {
	n=$((n + 1))
	if [ "$1" = 0 ]; then
		echo "ok $n - $2"
	else
		echo "not ok $n - $2"
		sed -n '1,30s/^/# /p' "$folder/.said"
	fi
}
# The commands of a sh block, all in one shell.
run_block() {
	(cd "$folder" && timeout 300 sh -eu ./.block >.said 2>&1 </dev/null)
	result $? "line $block_line: $(grep -v '^#' "$folder/.block" | head -1)"
}
# One command of a console block against .want.
run_command() {
	[ -n "$command" ] || return 0
	printf '%s\n' "$command" >"$folder/.block"
	(cd "$folder" && timeout 300 sh -u ./.block 2>.err </dev/null | sed 's/[[:space:]]*$//' >.got)
	if [ -n "$update" ]; then
		cat "$folder/.got" >>"$update"
	else
		diff "$folder/.want" "$folder/.got" >"$folder/.said" 2>&1
		status=$?
		[ $status = 0 ] || cat "$folder/.err" >>"$folder/.said"
		result $status "line $command_line: $(printf '%s\n' "$command" | head -1)"
	fi
	command=
}

command=
more=0
while IFS= read -r text || [ -n "$text" ]; do
	line=$((line + 1))
	case $block:$text in
	':```sh'*)
		block=sh
		kind=${text#'```sh'}
		block_line=$line
		: >"$folder/.block"
		say "$text"
		;;
	':```console')
		block=console
		say "$text"
		;;
	':```'*)
		block=other
		say "$text"
		;;
	'sh:```')
		block=
		say "$text"
		if [ -n "$kind" ]; then
			n=$((n + 1))
			echo "ok $n - line $block_line: $(head -1 "$folder/.block") # SKIP needs$kind"
		else
			run_block
		fi
		;;
	'console:```')
		block=
		run_command
		say "$text"
		;;
	'other:```')
		block=
		say "$text"
		;;
	sh:*)
		printf '%s\n' "$text" >>"$folder/.block"
		say "$text"
		;;
	console:*)
		if [ $more = 1 ]; then
			command="$command
$text"
			say "$text"
		else
			case $text in
			'$ '*)
				run_command
				command=${text#'$ '}
				command_line=$line
				: >"$folder/.want"
				say "$text"
				;;
			*)
				printf '%s\n' "$text" >>"$folder/.want"
				continue
				;;
			esac
		fi
		case $text in
		*\\) more=1 ;;
		*) more=0 ;;
		esac
		;;
	*) say "$text" ;;
	esac
done <"$readme"
if [ -n "$block" ]; then
	n=$((n + 1))
	echo "not ok $n - the last block is not closed"
fi
echo "$n" >"$folder/.count"
