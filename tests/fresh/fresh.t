#!/bin/sh
# A stranger's machine: a minimal Debian root, a clean clone, the README's one
# line for make and a compiler, and its two commands. The second command's whole
# suite takes long: here it runs "make deps unit", and all of it with FRESH=all.
# Needs root, debootstrap and the machine's own package sources.
set -u
top=$(cd "$(dirname "$0")/../.." && pwd) || exit 2
for tool in debootstrap unshare chroot git apt-get; do
	if ! command -v $tool >/dev/null; then
		echo "1..0 # SKIP no $tool"
		exit 0
	fi
done
if [ "$(id -u)" != 0 ] || ! unshare -m true 2>/dev/null; then
	echo "1..0 # SKIP needs root and mount namespaces"
	exit 0
fi
mirror=$(apt-get indextargets --format '$(REPO_URI)' 'Created-By: Packages' 2>/dev/null | head -1)
suite=$(. /etc/os-release && echo "${VERSION_CODENAME:-}")
if [ -z "$mirror" ] || [ -z "$suite" ]; then
	echo "1..0 # SKIP no package source of this machine"
	exit 0
fi
root=$(mktemp -d) || exit 2
clean=$root.clean
first=$root
trap 'rm -rf --one-file-system "$first" "$clean"' EXIT
n=0
step() {
	name=$1
	shift
	n=$((n + 1))
	began=$(date +%s)
	if "$@" >"$root/../${root##*/}.log" 2>&1 </dev/null; then
		echo "ok $n - $name ($(($(date +%s) - began)) s)"
	else
		echo "not ok $n - $name"
		tail -25 "$root/../${root##*/}.log" | sed 's/^/# /'
		rm -f "$root/../${root##*/}.log"
		echo "1..$n"
		exit 1
	fi
	rm -f "$root/../${root##*/}.log"
}
# The mounts are gone with the command.
inside() {
	root=$root unshare -m sh -c 'mount -t proc proc "$root/proc" && mount --bind /dev "$root/dev" &&
		mount -t tmpfs tmp "$root/tmp" && exec chroot "$root" env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin HOME=/root \
		LC_ALL=C.UTF-8 DEBIAN_FRONTEND=noninteractive sh -c "cd /src && $1"' sh "$1"
}
sources() {
	rm -f "$root/etc/apt/sources.list"
	cp -r /etc/apt/sources.list.d "$root/etc/apt/"
	[ ! -f /etc/apt/sources.list ] || cp /etc/apt/sources.list "$root/etc/apt/"
	cp -L /etc/resolv.conf "$root/etc/resolv.conf"
}
# The commands of the README's block with that word behind its fence.
block() { sed -n "/^\`\`\`sh $1\$/,/^\`\`\`\$/p" "$top/README.md" | grep -v '^```'; }

step "a minimal Debian root" debootstrap --variant=minbase "$suite" "$root" "$mirror"
step "the machine's package sources in it" sources
step "a second one for the image" cp -a "$root" "$clean"
chmod 755 "$clean"                      # the image's user must get in
step "a clean clone" git clone -q --no-hardlinks "$top" "$root/src"
step "neither make nor a compiler is there" sh -c '! ls "$0/usr/bin/make" "$0/usr/bin/cc" 2>/dev/null' "$root"
step "$(block network)" inside "$(block network)"
for command in $(block fresh | sed -n 's/ /_/gp'); do
	command=$(echo "$command" | tr _ ' ')
	if [ "$command" = "make deps test" ] && [ "${FRESH:-}" != all ]; then
		step "make deps unit (of: make deps test)" inside "make deps unit"
	else
		step "$command" inside "$command"
	fi
done
step "the clone is as clean as before" sh -c '[ -z "$(git -C "$0" status --porcelain)" ]' "$root/src"

# The image's RUN lines, each stage in a root of its own.
run_lines() { sed -n 's/^RUN //p' "$top/sim/package/Containerfile" | sed -n "$1"; }
step "image, build: $(run_lines 1p)" inside "$(run_lines 1p)"
step "image, build: $(run_lines 2p)" inside "$(run_lines 2p)"
cp "$root/dryscale.deb" "$clean/"
mkdir -p "$clean/src"
root=$clean
step "image: $(run_lines 3p)" inside "$(run_lines 3p)"
as_nobody() { chroot --userspec=65532:65532 "$clean" /usr/bin/dryscale "$@"; }
step "image: its user runs the bundled stories" as_nobody demo -q
step "image: no compiler in it" sh -c '! ls "$0/usr/bin/cc" 2>/dev/null' "$clean"
echo "1..$n"
