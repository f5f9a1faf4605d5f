#!/bin/sh
# Every source and header under the strictest warnings of gcc and of clang, as far as they
# are installed. Nothing is generated. Exit status 1 when one warned, 2 when neither is there.
set -u
cd "$(dirname "$0")/../.." || exit 2
said=$(mktemp -d) || exit 2
trap 'rm -rf "$said"' EXIT
flags="${CFLAGS:?the flags of the build; make warnings sets them}"
flags="$flags -Wall -Wextra -Wpedantic -Wconversion -Wshadow -Wstrict-prototypes -Wmissing-prototypes"
export flags
ran=0 total=0
for compiler in gcc clang; do
	command -v "$compiler" >/dev/null 2>&1 || { echo "$compiler: not installed, skipped"; continue; }
	ran=$((ran + 1))
	# A header is compiled alone, as a source that includes it and nothing else.
	{ find sim -name '*.c'; find include sim -name '*.h'; } | sort >"$said/files"
	# shellcheck disable=SC2016
	xargs -P "${JOBS:-2}" -n 1 sh -c '
		compiler=$0 file=$1
		case $file in
		*.h) printf "#include \"%s\"\nextern int alone;\n" "$file" | eval "$compiler $flags -I. -fsyntax-only -x c -" ;;
		*) eval "$compiler $flags -fsyntax-only $file" ;;
		esac' "$compiler" <"$said/files" >"$said/$compiler" 2>&1
	count=$(grep -cE '(warning|error): ' "$said/$compiler")
	grep -E -A2 '(warning|error): ' "$said/$compiler" | head -n 60
	echo "$compiler: $(wc -l <"$said/files") files, $count warnings"
	total=$((total + count))
done
[ $ran -gt 0 ] || exit 2
[ $total = 0 ]
