# For scripts that preload the shim, behind support/tap.sh: builds it into $shim, or skips the script.
shim=$work/shim.so
"${CC:-cc}" -O1 -shared -fPIC -o "$shim" "$here/tests/fault/shim/shim.c" -ldl 2>"$work/cc" ||
	{ echo "1..0 # SKIP the shim cannot be built here"; exit 0; }
LD_PRELOAD=$shim "$DRYSCALE" --version >/dev/null 2>&1 || { echo "1..0 # SKIP nothing can be preloaded here"; exit 0; }
