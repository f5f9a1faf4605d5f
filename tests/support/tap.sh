# For test scripts: the checkout, the program, a folder of their own, and TAP.
set -u
here=$(cd "$(dirname "$0")/../.." && pwd) || exit 2
DRYSCALE=${DRYSCALE:-$here/dryscale}
case $DRYSCALE in /*) ;; *) DRYSCALE=$PWD/$DRYSCALE ;; esac
work=$(mktemp -d) || exit 2
trap 'rm -rf "$work"' EXIT
n=0

# ok NAME COMMAND...: the command must succeed; what it said, and the files out and err, follow a failure
ok() {
	name=$1
	shift
	n=$((n + 1))
	if "$@" >"$work/.said" 2>&1; then
		echo "ok $n - $name"
	else
		echo "not ok $n - $name"
		printf '# %s\n' "$*"
		for f in .said out err; do
			[ -s "$work/$f" ] && sed -n "1,20s/^/# $f: /p" "$work/$f"
		done
	fi
}

# skip NAME WHY
skip() {
	n=$((n + 1))
	echo "ok $n - $1 # SKIP $2"
}

# exits CODE COMMAND...
exits() {
	want=$1
	shift
	"$@"
	got=$?
	[ "$got" -eq "$want" ] || { echo "exit $got, want $want"; return 1; }
}

# has FILE WORDS, lacks FILE WORDS
has() { grep -q -- "$2" "$1" || { cat "$1"; return 1; }; }
lacks() { ! grep -q -- "$2" "$1"; }

done_testing() { echo "1..$n"; }
