#!/bin/sh
# with-slurm.sh COMMAND...: a Slurm of one node on loopback for the life of the
# command; its exit status is the command's. CPUS: how many the node pretends.
set -eu
folder=$(mktemp -d)
chmod 755 "$folder"
mkdir -m 700 "$folder/key" "$folder/state" "$folder/spool"
daemons=
finish() {
	trap - EXIT
	for pid in $daemons; do kill "$pid" 2>/dev/null || :; done
	wait
	[ "$1" = 0 ] || tail -n 5 "$folder"/*.log >&2
	rm -rf "$folder"
	exit "$1"
}
trap 'finish $?' EXIT
trap 'exit 130' INT TERM
cat >"$folder/slurm.conf" <<CONF
ClusterName=test
SlurmctldHost=localhost(127.0.0.1)
SlurmUser=root
AuthInfo=socket=$folder/munge.sock
CommunicationParameters=NoCtldInAddrAny,NoInAddrAny
StateSaveLocation=$folder/state
SlurmdSpoolDir=$folder/spool
SlurmctldPidFile=$folder/ctld.pid
SlurmdPidFile=$folder/slurmd.pid
ProctrackType=proctrack/pgid
TaskPlugin=task/none
SelectType=select/cons_tres
SelectTypeParameters=CR_CPU
SchedulerParameters=batch_sched_delay=0,sched_interval=1
SlurmdParameters=config_overrides
NodeName=localhost NodeAddr=127.0.0.1 CPUs=${CPUS:-8} State=UNKNOWN
PartitionName=test Nodes=ALL Default=YES
CONF
export SLURM_CONF="$folder/slurm.conf"
(umask 077; head -c 1024 /dev/urandom >"$folder/key/key")
munged -F --force --key-file="$folder/key/key" --socket="$folder/munge.sock" --pid-file="$folder/key/pid" \
	--seed-file="$folder/key/seed" >"$folder/munged.log" 2>&1 &
daemons=$!
tries=0
until [ -S "$folder/munge.sock" ]; do
	tries=$((tries + 1))
	[ $tries -lt 100 ]
	sleep .1
done
slurmctld -D >"$folder/ctld.log" 2>&1 &
daemons="$! $daemons"
slurmd -D -N localhost >"$folder/slurmd.log" 2>&1 &
daemons="$! $daemons"
tries=0
until sinfo -h -o %T 2>/dev/null | grep -q idle; do
	tries=$((tries + 1))
	[ $tries -lt 150 ]
	sleep .1
done
"$@"
