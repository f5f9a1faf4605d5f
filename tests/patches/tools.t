#!/bin/sh
# Patches through the real tools: helm and kustomize (tests/tools/patch-tools.sh builds
# them) on the recorded Deployment and chart values, and on files of our own.
. "$(dirname "$0")/../cli/cli.sh"
PATH=${DRYSCALE_TOOLS:-${XDG_CACHE_HOME:-$HOME/.cache}/dryscale/tools}:$PATH
records=$here/../shared/records/kestrel
small

# One setting against the recorded one: flags of every kind, a size, priorities stay.
sed 's/name: small/name: kestrel/; /^autoscaler:/,$d' small.yaml >kestrel.yaml
cat >>kestrel.yaml <<'YAML'
autoscaler:
  frequent-loops-enabled: false
  expander: priority,least-waste
  scan-interval: 10s
  balance-similar-node-groups: true
  skip-nodes-with-system-pods: false
  scale-down-unneeded-time: 90s
  scale-down-utilization-threshold: 0.55
  max-nodes-total: 24
nodeGroups:
  - {name: ondemand-a, instanceType: m5.xlarge, minSize: 1, initialSize: 1, maxSize: 5}
  - {name: ondemand-b, instanceType: m5.xlarge, minSize: 1, initialSize: 1, maxSize: 5}
  - {name: spot-a, instanceType: c5.2xlarge, capacityType: spot, minSize: 0, maxSize: 6}
YAML
dry sweep -g scale-down-unneeded-time=5m -g nodeGroups.spot-a.maxSize=9 -g max-nodes-total=30 -g expander=least-waste \
	-g skip-nodes-with-system-pods=true -g scale-down-delay-after-add=3m -o r.json --progress none kestrel.yaml
ok "one setting" is 0

# flags FILE: the flags of the command lines in a manifest, one a line; "--k", "v" as --k=v
flags() {
	awk '
	function end() { if (held != "") print held; held = "" }
	/^ *- / {
		item = $0
		sub(/^ *- */, "", item)
		gsub(/^["\047]|["\047] *$/, "", item)
		if (held != "" && item !~ /^-/) { print held "=" item; held = ""; next }
		end()
		if (item ~ /^--[^=]*$/) held = item
		else if (item ~ /^--/) print item
		next
	}
	{ end() }
	END { end() }' "$1"
}

cat >wanted <<'LIST'
--scale-down-unneeded-time=5m
--max-nodes-total=30
--expander=least-waste
--skip-nodes-with-system-pods=true
--scale-down-delay-after-add=3m
LIST
# has_wanted FILE: each wanted flag is there, and is the last one of its name
has_wanted() {
	while read -r flag; do
		[ "$(flags "$1" | grep -- "^${flag%%=*}\(=\|$\)" | tail -1)" = "$flag" ] || { echo "not $flag in $1:"; flags "$1"; return 1; }
	done <wanted
}

# --- kustomize, and the JSON patch that it shares

cat >own.yaml <<'YAML'
apiVersion: apps/v1
kind: Deployment
metadata: {name: my-autoscaler, namespace: infra}
spec:
  selector: {matchLabels: {app: ca}}
  template:
    metadata: {labels: {app: ca}}
    spec:
      containers:
        - {name: sidecar, image: busybox, args: ["--expander=none"]}
        - name: cluster-autoscaler
          image: registry.k8s.io/autoscaling/cluster-autoscaler:v1.36.1
          command: [./cluster-autoscaler]
          args: ["--nodes=0:6:spot-a", --expander, "priority,least-waste", "-max-nodes-total=24", "--scale-down-unneeded-time=90s"]
YAML
live="own.yaml"
if [ -d "$records" ]; then
	cp "$records/kubectl/deploy-cluster-autoscaler.yaml" recorded.yaml
	cp "$records/kubectl/deploy-cluster-autoscaler.json" recorded.json
	cp "$records/helm/rendered-kestrel.yaml" rendered.yaml
	live="$live recorded.yaml recorded.json rendered.yaml"
else
	skip "the recorded Deployment" "no recordings"
fi
for f in $live; do
	mkdir -p k
	cp "$f" k/
	dry recommend --pick cheapest --patch kustomize --against "$f" r.json
	ok "an overlay for $f" is 0
	cp out k/kustomization.yaml
	dry recommend --pick cheapest --patch json --against "$f" r.json
	ok "a JSON patch for $f" json 'first.op == "test"'
	cp out patch.json
	if command -v kustomize >/dev/null; then
		ok "kustomize builds it" sh -c 'kustomize build k >built.yaml'
		ok "with the wanted flags, each last of its name" has_wanted built.yaml
		printf 'resources: [%s]\npatches: [{path: patch.json, target: {kind: Deployment}}]\n' "$f" >k/kustomization.yaml
		cp patch.json k/
		ok "kustomize takes the JSON patch, too" sh -c 'kustomize build k >built2.yaml'
		ok "with the same outcome" cmp built.yaml built2.yaml
		sed 's/90s/80s/' "$f" >"k/$f"
		ok "and refuses it on a file that changed since" sh -c '! kustomize build k >/dev/null'
	else
		skip "kustomize builds it" "no kustomize: tests/tools/patch-tools.sh"
	fi
	if [ "$f" = rendered.yaml ]; then
		: # kubectl patches an object, and this file has many
	elif command -v kubectl >/dev/null; then
		ok "kubectl patch --local takes it" sh -c "kubectl patch --local -f '$f' --type json --patch-file patch.json -o yaml >built3.yaml"
		ok "with the wanted flags" has_wanted built3.yaml
	else
		skip "kubectl patch --local takes it" "no kubectl"
	fi
	rm -r k
done

# --- limits for the API server

cat >policy.yaml <<'YAML'
version: dryscale/v1
limits:
  maxNodesTotal: 24
  maxNodesPerGroup: 9
  expanders: [least-waste, priority]
  flags: {scale-down-unneeded-time: {min: 3m}, scale-down-utilization-threshold: {max: 0.7}}
YAML
dry policy admission policy.yaml
ok "admission policies" is 0
if command -v kustomize >/dev/null; then
	mkdir v && cp out v/limits.yaml && printf 'resources: [limits.yaml]\n' >v/kustomization.yaml
	ok "kustomize reads them" sh -c 'kustomize build v >limits.built'
	ok "two policies and two bindings" sh -c '[ "$(grep -c "^kind: ValidatingAdmissionPolicy$" limits.built)" = 2 ] && [ "$(grep -c "^kind: ValidatingAdmissionPolicyBinding$" limits.built)" = 2 ]'
else
	skip "kustomize reads them" "no kustomize: tests/tools/patch-tools.sh"
fi

# --- helm

# A chart of ours that renders its command line by the rules of the real one.
mkdir -p chart/templates
printf 'apiVersion: v2\nname: cluster-autoscaler\nversion: 0.0.1\n' >chart/Chart.yaml
printf 'extraArgs: {logtostderr: true, stderrthreshold: info, v: 4}\n' >chart/values.yaml
cat >chart/templates/deployment.yaml <<'TEMPLATE'
apiVersion: apps/v1
kind: Deployment
metadata: {name: ca, namespace: {{ .Release.Namespace }}}
spec:
  template:
    spec:
      containers:
        - name: ca
          command:
            - ./cluster-autoscaler
            - --cloud-provider={{ .Values.cloudProvider }}
            - --namespace={{ .Release.Namespace }}
{{- range .Values.autoscalingGroups }}
            - --nodes={{ .minSize }}:{{ .maxSize }}:{{ .name }}
{{- end }}
{{- with (.Values.autoDiscovery).clusterName }}
            - --node-group-auto-discovery=asg:tag=k8s.io/cluster-autoscaler/enabled,k8s.io/cluster-autoscaler/{{ . }}
{{- end }}
{{- range $key, $value := .Values.extraArgs }}
            - --{{ mustRegexReplaceAll "_[0-9]+$" $key "" }}{{ if not (kindIs "invalid" $value) }}={{ $value }}{{ end }}
{{- end }}
{{- range .Values.customArgs }}
            - {{ . }}
{{- end }}
---
apiVersion: v1
kind: ConfigMap
metadata: {name: cluster-autoscaler-priority-expander}
data:
  priorities: |-
{{ toYaml .Values.expanderPriorities | indent 4 }}
TEMPLATE
cat >values.yaml <<'YAML'
cloudProvider: aws
autoscalingGroups:
  - {name: spot-a, minSize: 0, maxSize: 6}
  - {name: ondemand-a, minSize: 1, maxSize: 5}
extraArgs:
  expander: priority,least-waste
  scale-down-unneeded-time: 90s
customArgs:
  - --max-nodes-total=24
expanderPriorities: {10: [.*]}
YAML
values="values.yaml"
[ -d "$records" ] && cp "$records/helm/values-kestrel.yaml" recorded-values.yaml && values="$values recorded-values.yaml"
if ! command -v helm >/dev/null; then
	skip "helm renders the patched values" "no helm: tests/tools/patch-tools.sh"
else
	if [ -d "$records" ]; then
		helm template ca chart -n kube-system -f recorded-values.yaml >ours.yaml
		flags ours.yaml >ours
		flags "$records/helm/rendered-kestrel.yaml" >theirs
		ok "our chart renders the recorded command line" cmp ours theirs
	fi
	for f in $values; do
		dry recommend --pick cheapest --patch helm --against "$f" r.json
		cp out patch.yaml
		ok "a values patch for $f" is 0
		helm template ca chart -n kube-system -f "$f" >before.yaml
		ok "helm renders $f with it" sh -c "helm template ca chart -n kube-system -f $f -f patch.yaml >after.yaml"
		ok "with the wanted flags" has_wanted after.yaml
		flags after.yaml | sort >now
		ok "and the wanted size" grep -qx -e '--nodes=0:9:spot-a' now
		flags before.yaml | grep -v -e unneeded-time -e max-nodes-total -e expander -e system-pods -e spot-a | sort >kept
		ok "nothing else is lost" sh -c '[ -z "$(comm -23 kept now)" ]'
	done
fi
done_testing
