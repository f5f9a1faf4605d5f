# What the terminal tests share. Sourced; needs bash.
# DRYSCALE is the program, $work a folder that goes at the end, R a result of
# the scenario S, both small. A tmux server of its own, so nothing of the user's
# is touched.
set -u
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
DRYSCALE=${DRYSCALE:-$root/dryscale}
work=$(mktemp -d "${TMPDIR:-/tmp}/dryscale-ux.XXXXXX") || exit 2
socket=dryscale-ux-$$
trap 'tmux -L "$socket" kill-server 2>/dev/null; rm -rf "$work"' EXIT
trap 'exit 2' INT TERM
export ASAN_OPTIONS="${ASAN_OPTIONS:+$ASAN_OPTIONS:}exitcode=99:detect_leaks=0"
unset NO_COLOR COLORFGBG DRYSCALE_JOBS

utf8=C.UTF-8
locale -a 2>/dev/null | grep -qi '^C.utf-\?8$' || utf8=$(locale -a | grep -i 'utf-\?8' | head -1)

# Twenty-four settings of a scenario that comes with the program.
S=$work/small.yaml
R=$work/result.json
make_result() {
	sed -e '/^sweep:/,/^$/d' -e "s#\.\./traces#$root/traces#" "$root/scenarios/web-and-batch.yaml" >"$S"
	cat >>"$S" <<-END

	sweep:
	  parameters:
	    scale-down-unneeded-time: [2m, 5m, 10m, 20m]
	    scale-down-utilization-threshold: [0.35, 0.5, 0.65]
	    nodeGroups.spot.maxSize: [5, 25]
	END
	"$DRYSCALE" sweep -q -o "$R" "$S" >/dev/null || { echo "cannot sweep $S" >&2; exit 2; }
}

# A sweep that takes long enough to be interrupted.
long_scenario() {
	make_long=$work/long.yaml
	sed -e '/^sweep:/,/^$/d' -e "s#\.\./traces#$root/traces#" "$root/scenarios/web-and-batch.yaml" >"$make_long"
	printf '\nsweep:\n  parameters:\n    scale-down-unneeded-time: [%s]\n    scale-down-delay-after-add: [%s]\n    nodeGroups.spot.maxSize: [%s]\n' \
		"$(seq -s 'm, ' 1 40)m" "$(seq -s 'm, ' 1 20)m" "$(seq -s ', ' 1 20)" >>"$make_long"
	echo "$make_long"
}

# start COLS ROWS COMMAND: a session with one window of that size
start() {
	TERM=xterm-256color LC_ALL=$utf8 tmux -u -L "$socket" -f /dev/null new-session -d -s t -x "$1" -y "$2" "$3" || exit 2
	tmux -L "$socket" set-option -g status off >/dev/null
	tmux -L "$socket" set-option -g escape-time 0 >/dev/null
	tmux -L "$socket" set-window-option -g window-size manual >/dev/null 2>&1
	tmux -L "$socket" resize-window -t t -x "$1" -y "$2" 2>/dev/null
}
stop() { tmux -L "$socket" kill-server 2>/dev/null; sleep 0.1; }
keys() { tmux -L "$socket" send-keys -t t "$@"; }
screen() { tmux -L "$socket" capture-pane -p -t t 2>/dev/null; }
size() { tmux -L "$socket" resize-window -t t -x "$1" -y "$2"; }
alive() { tmux -L "$socket" has-session -t t 2>/dev/null; }

# Lines without what is blank at their end, and without blank lines at the end.
tidy() { sed 's/[[:space:]]*$//' | sed -e :a -e '/^\n*$/{$d;N;ba' -e '}'; }

# until_screen FILE: waits until the screen is what the file says; false after ten seconds
until_screen() {
	local i
	for i in $(seq 1 200); do
		screen | tidy >"$work/now"
		cmp -s "$work/now" "$1" && return 0
		sleep 0.05
	done
	return 1
}
# until_text TEXT [tenths]
until_text() {
	local i
	for i in $(seq 1 $((2 * ${2:-100}))); do
		screen | grep -qF -- "$1" && return 0
		sleep 0.05
	done
	return 1
}
# until_gone [tenths]: until the session's program has ended
until_gone() {
	local i
	for i in $(seq 1 $((2 * ${1:-100}))); do
		alive || return 0
		sleep 0.05
	done
	return 1
}
