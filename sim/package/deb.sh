#!/bin/sh
# A Debian package of what `make install` installs: build/deb/dryscale_VERSION_ARCH.deb
set -eu
version=$1
arch=$(dpkg --print-architecture)
root=build/deb/root
rm -rf build/deb
mkdir -p "$root/DEBIAN"
${MAKE:-make} --no-print-directory install DESTDIR="$PWD/$root" prefix=/usr >build/deb/log
strip "$root/usr/bin/dryscale"
strip --strip-unneeded "$root/usr/lib/libdryscale.so.1"
strip --strip-debug "$root/usr/lib/libdryscale.a"
gzip -9n "$root"/usr/share/man/man?/*
mkdir -p "$root/usr/share/doc/dryscale"
cp README.md "$root/usr/share/doc/dryscale/"
gzip -9nc CHANGELOG.md >"$root/usr/share/doc/dryscale/changelog.gz"
cat >"$root/usr/share/doc/dryscale/copyright" <<'COPYRIGHT'
Format: https://www.debian.org/doc/packaging-manuals/copyright-format/1.0/
Files: *
Copyright: the authors of dryscale
License: GPL-3.0-or-later
 On Debian systems the text is in /usr/share/common-licenses/GPL-3.
COPYRIGHT
# The packages that hold the libraries the program asks for by name.
depends=$(objdump -p "$root/usr/bin/dryscale" "$root/usr/lib/libdryscale.so.1" | awk '$1 == "NEEDED" { print $2 }' |
	sort -u | while read -r name; do
	ldconfig -p | awk -v n="$name" '$1 == n { print $NF; exit }' | while read -r path; do
		{ dpkg-query -S "$path" "$(readlink -f "$path")" "*/${path##*/}" 2>/dev/null || :; } |
			sed -n 's/^\([^:,]*\)[:,].*/\1/p' | grep -v -- '-dev$' | head -1
	done
done | sort -u | paste -sd, | sed 's/,/, /g')
cat >"$root/DEBIAN/control" <<CONTROL
Package: dryscale
Version: $version
Architecture: $arch
Maintainer: the authors of dryscale <dryscale@localhost>
Installed-Size: $(du -sk "$root/usr" | cut -f1)
Depends: $depends
Section: admin
Priority: optional
Description: what-if simulator for the Kubernetes Cluster Autoscaler
 Replays recorded pod and price traces against the behaviour of the Cluster
 Autoscaler, tries sets of its settings, and shows cost against waiting.
CONTROL
(cd "$root" && find usr -type f -print0 | sort -z | xargs -0 md5sum) >"$root/DEBIAN/md5sums"
chmod -R u=rwX,go=rX "$root"
dpkg-deb --root-owner-group -Zxz --build "$root" "build/deb/dryscale_${version}_$arch.deb"
