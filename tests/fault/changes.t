#!/bin/sh
# Files that change while they are read: before the n-th read, for every n, somebody
# cuts the file, adds to it, overwrites it or puts another one in its place. What is
# used is the old file or the new one, whole; or the run ends with 3, names the file and
# says that it changed. Never a part of it, never a mix.
. "$(dirname "$0")/../support/tap.sh"
cd "$here" || exit 2
dryscale=$DRYSCALE
. "$here/tests/fault/shim/shim.sh"
cp tests/conformance/hand/sd-defaults/scenario.json "$work/plain.json"
cd "$work" || exit 2

pods() {
	awk -v from="$1" -v to="$2" 'BEGIN { for (i = from; i < to; i++)
		printf "{\"t\":%d,\"type\":\"pod\",\"name\":\"p%d\",\"requests\":{\"cpu\":\"1\"},\"duration\":%d}\n", i * 5, i, 30 + i % 7 }'
}
pods 0 200 >old.jsonl
sed 's/"cpu":"1"/"cpu":"2"/' old.jsonl >same-size.jsonl
head -n 100 old.jsonl >half.jsonl
pods 200 300 | cat old.jsonl - >more.jsonl
sed "s/\"90m\"/\"2h\"/; s/trace.jsonl/used.jsonl/" plain.json >old.scenario
sed "s/\"2h\"/\"3h\"/" old.scenario >same-size.scenario
head -c 200 old.scenario >half.scenario
{ cat old.scenario; echo '   '; } >more.scenario
for state in old same-size half more; do gzip -n <$state.jsonl >$state.jsonl.gz; done

# The files as they are at first.
prepare() {
	cp old.jsonl used.jsonl
	cp old.jsonl.gz used.jsonl.gz
	sed "s/used.jsonl/$trace/" old.scenario >used.json
	touch -d 2020-01-01 used.json used.jsonl used.jsonl.gz
}
# tries KIND CHANGE STATE: KIND is the ending of the file that changes, STATE what it becomes
tries() {
	kind=$1 change=$2 state=$3
	scenario=used.json changed=used.$kind trace=used.$kind
	[ "$kind" = scenario ] && changed=used.json trace=used.jsonl
	case $change in
	cut) other="truncate -s $(wc -c <"$state.$kind") $changed" ;;
	grown) other="tail -c +$(($(wc -c <"old.$kind") + 1)) $state.$kind >>$changed" ;;
	overwritten) other="cat $state.$kind >$changed" ;;
	replaced) other="cp $state.$kind $changed.new && mv $changed.new $changed" ;;
	esac
	prepare
	"$dryscale" run -q -f json $scenario >whole.old 2>whole.err </dev/null || { echo "Bail out! $changed is not read"; exit 1; }
	sh -c "$other"
	"$dryscale" run -q -f json $scenario >whole.new 2>whole.err </dev/null || rm -f whole.new
	nth=0 told=0 old=0 new=0 why=
	while [ -z "$why" ]; do
		nth=$((nth + 1))
		prepare
		rm -f mark
		FAULT_SHORT=1 FAULT_CALL=read FAULT_NTH=$nth FAULT_RUN="$other" FAULT_MARK=mark LD_PRELOAD=$shim \
			timeout 20 "$dryscale" run -q -f json $scenario >out 2>err </dev/null
		got=$?
		if [ $got = 0 ] && cmp -s out whole.old; then
			old=$((old + 1))
		elif [ $got = 0 ] && [ -e whole.new ] && cmp -s out whole.new; then
			new=$((new + 1))
		elif [ $got = 3 ] && [ ! -s out ] && grep -q "^$changed.* changed while it was read" err; then
			told=$((told + 1))
		elif [ $got = 3 ] && [ ! -s out ] && [ ! -e whole.new ] && cmp -s err whole.err; then
			new=$((new + 1))
		else
			why="read $nth: exit status $got"
		fi
		[ -e mark ] || break
	done
	[ $told -gt 0 ] || [ $change = replaced ] || why=${why:-"no change was noticed"}
	n=$((n + 1))
	if [ -z "$why" ]; then
		echo "ok $n - $changed is $change before a read ($nth moments: $old the old one, $new the new one, $told told)"
	else
		echo "not ok $n - $changed is $change: $why"
		sed -n '1,4s/^/# /p' err
	fi
}
for kind in jsonl jsonl.gz scenario; do
	tries $kind cut half
	tries $kind grown more
	tries $kind overwritten same-size
	tries $kind replaced half
	tries $kind replaced same-size
done
echo "1..$n"
