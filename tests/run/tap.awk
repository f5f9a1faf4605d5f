# Reads one program's TAP and says how it went: failures with what they said,
# skips with their reason, one line of counts. A plan that is not kept and an
# exit status other than 0 without a failed test are failures too.
# Variables: name, status, cpu (seconds), counts (file that gets "passed failed skipped cpu").
/^1\.\.[0-9]+/ { plan = substr($1, 4) + 0; planned = 1; if ($0 ~ /# *[Ss][Kk][Ii][Pp]/ && plan == 0) { skipped++; whole = $0; sub(/^1\.\.0 *# */, "", whole); print "    skip  " whole }; next }
/^Bail out!/ { failed++; print "    FAIL  " $0; next }
/^(not )?ok/ {
	line = $0
	good = (line !~ /^not/)
	sub(/^(not )?ok *[0-9]* *(- *)?/, "", line)
	if (line ~ /# *[Ss][Kk][Ii][Pp]/) { skipped++; ran++; print "    skip  " line; shown = 0; next }
	ran++
	if (good) { passed++; shown = 0 } else { failed++; shown = 1; print "    FAIL  " line }
	next
}
shown { print "          " $0 }
END {
	if (planned && plan != ran && !(plan == 0)) { failed++; print "    FAIL  " name ": planned " plan " tests, ran " (ran + 0) }
	if (!planned && ran == 0) { failed++; print "    FAIL  " name ": said no test result (exit status " status ")" }
	else if (status != 0 && !failed) { failed++; print "    FAIL  " name ": exit status " status }
	printf "  %-44s %5d passed", name, passed
	if (failed) printf ", %d FAILED", failed
	if (skipped) printf ", %d skipped", skipped
	printf "  %.1f s\n", cpu
	print passed + 0, failed + 0, skipped + 0, cpu + 0 >> counts
}
